"""A site of its own for a test, in another process that loads Python and Django once and forks for each thing to do.

python -m tests.site_process

Reads orders from its standard input, one JSON array of jobs a line. A job has the `target` to call (`module:function`),
its `arguments` and the file `said` for all that it prints. The jobs of an order run at once, each in a fork of this
process; the answer is the array of their exit codes, negative for a signal.
"""

import json
import os
import subprocess
import sys
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import django

Call = tuple[Any, ...]
"""What to call, as `module:function`, and its positional arguments; they travel as JSON."""
MANAGE = "django.core.management:call_command"


@dataclass(frozen=True)
class Done:
    """How a process of the site ended, and all that it said."""

    code: int
    said: str


class SiteProcess:
    """A site in a data folder, and on a database of its own if an address is given."""

    def __init__(self, folder: Path, *, database_url: str = "") -> None:
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if name != "FIXLORE_DATABASE_URL"}
        if database_url:
            environment["FIXLORE_DATABASE_URL"] = database_url
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.site_process"],
            env={**environment, "FIXLORE_DATA": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "SiteProcess":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.communicate()

    def at_once(self, *calls: Call) -> list[Done]:
        """Make all these calls at the same time, each in a process; how they ended, in the same order."""
        assert self.process.stdin
        assert self.process.stdout
        said = [self.folder / f"said-{number}" for number in range(len(calls))]
        jobs = [
            {"target": target, "arguments": arguments, "said": str(path)}
            for (target, *arguments), path in zip(calls, said, strict=True)
        ]
        self.process.stdin.write(json.dumps(jobs) + "\n")
        self.process.stdin.flush()
        codes = json.loads(self.process.stdout.readline())
        return [Done(code, path.read_text(encoding="utf-8")) for code, path in zip(codes, said, strict=True)]

    def call(self, target: str, *arguments: Any) -> Done:
        """Make one call in a process; how it ended."""
        return self.at_once((target, *arguments))[0]

    def manage(self, *arguments: str) -> Done:
        """Run a command of manage.py; how it ended."""
        return self.call(MANAGE, *arguments)

    def python(self, code: str) -> str:
        """Run some lines of Python; what they print. They may not fail."""
        done = self.call("builtins:exec", code, {})
        assert done.code == 0, done.said
        return done.said


def start(job: dict[str, Any]) -> int:
    """Begin a job in a fork of this process; the number of the process."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        said = os.open(job["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        module, _, function = job["target"].partition(":")
        getattr(import_module(module), function)(*job["arguments"])
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # whatever it is, this process ends here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    import_module("django.test.client")
    import_module("config.urls")
    for line in sys.stdin:
        children = [start(job) for job in json.loads(line)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(codes), flush=True)
