"""A site of so many outcomes, dumped and restored into an empty one by the real commands, each in a folder of its own.

python -m benchmarks.open_dump [--json] [--size outcomes]

Prints seconds of wall clock and the most memory (MB) of `write_dump` and `load_dump`, the size of the dump, and of how
many problems the plans are equal: order, chances to 1e-9, counts of people, money to the cent, for the problem's own
product and two below it. Then the night's calibration runs on the restored site, evidence is made anew and proved, and
the plans are held against each other once more.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

_STAGE = "import sys; from benchmarks.open_dump import stage; stage(*sys.argv[1:])"


def measure(size: int) -> tuple[Figures, Figures]:
    """Build, dump, restore, compare."""
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as parent:
        here, there = Path(parent) / "original", Path(parent) / "restored"
        _run(here, "build", str(size), now.isoformat())
        before = _plans(here, now)
        dumped = _run(here, "command", "write_dump")
        (folder,) = (here / "open_data").iterdir()
        bytes_written = sum(path.stat().st_size for path in folder.iterdir())
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        _run(there, "command", "migrate")
        loaded = _run(there, "command", "load_dump", str(folder))
        after = _plans(there, now)
        _run(there, "command", "calibrate_trust")
        _run(there, "command", "rebuild_evidence")
        _run(there, "command", "check_evidence")
        _run(there, "command", "check_search")
        settled = _plans(there, now)
    rows = {name: told["rows"] for name, told in manifest["files"].items() if told["rows"] is not None}
    sizes = {"outcomes": rows["outcomes.jsonl.gz"], "problems": len(before), "rows": sum(rows.values())}
    figures = {
        "write_seconds": dumped["seconds"],
        "write_peak_mb": dumped["peak_mb"],
        "dump_mb": round(bytes_written / 1e6, 2),
        "load_seconds": loaded["seconds"],
        "load_peak_mb": loaded["peak_mb"],
        "plans": len(before),
        "plans_equal": _equal(before, after),
        "plans_equal_after_the_night": _equal(before, settled),
    }
    return sizes, figures


def stage(name: str, *arguments: str) -> None:
    """One step in a process of its own: prints what it says and, last, what it took, as a line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    begun, told = time.perf_counter(), None
    if name == "build":
        from benchmarks.dump_world import World

        call_command("migrate", verbosity=0)
        World(int(arguments[0]), now=datetime.datetime.fromisoformat(arguments[1])).build()
    elif name == "plans":
        from benchmarks.dump_world import plans_of

        told = plans_of(now=datetime.datetime.fromisoformat(arguments[0]))
    else:
        call_command(*arguments, verbosity=0, stdout=sys.stderr)
    from benchmarks.report import peak_rss_mb

    taken = {"seconds": round(time.perf_counter() - begun, 1), "peak_mb": peak_rss_mb(), "told": told}
    print(json.dumps(taken))


def _run(data: Path, *arguments: str) -> dict[str, Any]:
    data.mkdir(exist_ok=True)
    environment = {**os.environ, "FIXLORE_DATA": str(data), "FIXLORE_LOG_LEVEL": "ERROR"}
    done = subprocess.run([sys.executable, "-c", _STAGE, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _plans(data: Path, now: datetime.datetime) -> dict[str, Any]:
    found: dict[str, Any] = _run(data, "plans", now.isoformat())["told"]
    return found


def _equal(one: dict[str, Any], other: dict[str, Any]) -> int:
    return sum(other.get(key) == value for key, value in one.items())


if __name__ == "__main__":
    run("open_dump", measure, small=400)
