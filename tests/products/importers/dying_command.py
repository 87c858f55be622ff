"""Import commands, each in a process that it may not survive.

python -m tests.products.importers.dying_command

Reads orders from its standard input, one JSON object a line, and answers each with the exit code of the process that it
forked for it, negative for a signal: what takes long, the start of Python and Django, happens once. An order runs the
command `arguments` in batches of so many `rows`, at one fixed moment of time, with all that it says in the file `said`.
It dies by SIGKILL `before` or `inside` the batch of the number `batch` (0 is what comes before the first), or while
`staging` a file; batch -1 is never.
"""

import datetime
import json
import os
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import django

NOW = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)


def main(rows: int, batch: int, moment: str, arguments: list[str]) -> None:
    """Run the command up to the moment in which its process dies."""
    from django.core.management import call_command
    from django.utils import timezone

    from products.importers import command
    from products.importers.engine import run_import

    timezone.now = lambda: NOW
    batches = 0

    def die(now: str) -> None:
        if batches == batch and moment == now:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(*, importer: Any, path: Path, **options: Any) -> Any:
        if moment == "staging":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            die("staging")
        write, prepare = importer.write, importer.prepare

        def dying_prepare(run: Any) -> None:
            die("before")
            prepare(run)
            die("inside")

        def dying_write(records: list[Any], run: Any) -> Any:
            nonlocal batches
            batches += 1
            die("before")
            tally = write(records, run)
            die("inside")
            return tally

        importer.batch_size, importer.prepare, importer.write = rows, dying_prepare, dying_write
        return run_import(importer=importer, path=path, **options)

    command.run_import = dying
    call_command(*arguments)


def in_a_process(order: dict[str, Any]) -> int:
    """Carry out an order in a fork of this process; its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        main(order["rows"], order["batch"], order["moment"], order["arguments"])
        code = 0
    except BaseException:  # whatever it is, this process ends here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for app, command in (
        *(("products", name) for name in ("import_recalls_api", "undo_import")),
        *(("wiki", name) for name in ("import_nhtsa_flat", "import_ords", "import_stackexchange")),
    ):
        import_module(f"{app}.management.commands.{command}")
    for line in sys.stdin:
        print(in_a_process(json.loads(line)), flush=True)
