"""Hostile spreadsheets and CSV through the real upload page: seconds and memory of each, and what it says.

python -m benchmarks.hostile_tables [--json] [--size rows of the honest table that is measured beside them]

Makes a site of its own. Each file (of the hostile files beside the project, or in the folder that FIXLORE_SHARED_DATA
names; one packed for its size as it unpacks too) is sent in a process of its own, and so is an honest table of `size`
jobs: through its columns, preview, run and undo.
"""

import csv
import gzip
import io
import json
import os
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, peak_rss_mb, run

_ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS = 5.0
MOST_MB = 200


def hostile_files(data: Path) -> list[tuple[str, bytes]]:
    """Every hostile file with its name, and one that is packed for its size alone as it unpacks."""
    found = []
    for path in sorted((data / "hostile" / "files").iterdir()):
        if path.name != "manifest.json":
            found.append((path.name, path.read_bytes()))
        if path.suffix == ".gz":
            found.append((path.stem, gzip.decompress(path.read_bytes())))
    return found


def in_a_process(act: Callable[[], Any]) -> tuple[Any, int]:
    """What an act returns, and by how many MB the peak of a process of its own grew meanwhile.

    The answer has to be what JSON knows. Nothing may be open on the database but what is committed.
    """
    from django.db import connections

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            for connection in connections.all():
                connection.connection = None  # the parent's file stays the parent's
            before = _now_mb()
            answer = act()
            os.write(writing, json.dumps([answer, peak_rss_mb() - before]).encode())
        except BaseException:  # whatever it is, the parent says it
            os.write(writing, json.dumps([traceback.format_exc()[-3000:], -1]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        said = told.read()
    os.waitpid(child, 0)
    answer, grown = json.loads(said or b'["It died without a word.", -1]')
    if grown < 0:
        raise AssertionError(answer)
    return answer, grown


def send(client: Any, what: str, name: str, content: bytes) -> tuple[int, str]:
    """Send a file through the upload page and, where it is taken as a table, the next; the last status and sentence."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.html import read

    response = client.post("/import/", {"what": what, "file": SimpleUploadedFile(name, content)})
    first = response.status_code
    if first == 302:
        response = client.post(response["Location"], {})
    return first, read(response).one("form-errors").text


def measure(size: int) -> tuple[Figures, Figures]:
    """Send everything; fails where a file is beyond its limits or refused without a sentence."""
    data = Path(os.environ.get("FIXLORE_SHARED_DATA") or _ROOT.parent / "shared" / "data")
    with tempfile.TemporaryDirectory(prefix="fixlore-tables-") as folder:
        client, what = _site(folder)
        told = {name: _measured(client, what, name, content) for name, content in hostile_files(data)}
        honest, grown = in_a_process(lambda: _honest(client, what, size))
    late = [name for name, each in told.items() if each["seconds"] > MOST_SECONDS or each["mb"] > MOST_MB]
    silent = [name for name, each in told.items() if not each["says"]]
    if late or silent:
        raise SystemExit(f"Beyond {MOST_SECONDS} s or {MOST_MB} MB: {late}; without a sentence: {silent}.")
    return {"files": len(told), "rows": size}, {
        "slowest_s": max(each["seconds"] for each in told.values()),
        "most_mb": max(each["mb"] for each in told.values()),
        "files": told,
        "honest_table": honest | {"mb": grown},
    }


def _site(folder: str) -> tuple[Any, str]:
    os.environ |= {"FIXLORE_DATA": folder, "FIXLORE_LOG_LEVEL": "CRITICAL"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    from tests.builders.accounts import make_professional
    from tests.builders.products import a_make, a_year
    from tests.builders.wiki import make_fix, make_problem

    setup_test_environment()
    call_command("migrate", verbosity=0)
    make_fix(problem=make_problem(product=a_year()))
    workshop = make_professional(product=a_make(), username="workshop")
    client = Client()
    client.force_login(workshop)
    what = f"outcomes:{workshop.memberships.get().organisation_id}"
    client.get("/import/")  # what any first page loads is not the file's
    return client, what


def _measured(client: Any, what: str, name: str, content: bytes) -> dict[str, Any]:
    def act() -> dict[str, Any]:
        begun = time.perf_counter()
        status, says = send(client, what, name, content)
        return {"seconds": round(time.perf_counter() - begun, 2), "status": status, "says": says}

    answer, grown = in_a_process(act)
    measured: dict[str, Any] = answer | {"mb": grown}
    return measured


def _honest(client: Any, what: str, size: int) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from tests.html import read
    from wiki.importers.tables.run import run_waiting
    from wiki.models import Outcome, Remedy

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["job_number", "remedy", "product", "result", "money", "usage", "note"])
    where = (Remedy.objects.get().pk, "cars/land-rover/range-rover/2004", "worked", "60.00")
    writer.writerows([f"J-{number}", *where, f"{number + 1000} mi", "As described."] for number in range(size))
    told: dict[str, Any] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        answer = act()
        told[f"{name}_s"] = round(time.perf_counter() - begun, 2)
        return answer

    upload = SimpleUploadedFile("jobs.csv", text.getvalue().encode())
    address = timed("upload", lambda: client.post("/import/", {"what": what, "file": upload}))["Location"]
    values = read(timed("columns", lambda: client.get(address))).form("columns-form").values
    address = client.post(address, values)["Location"]
    timed("preview", lambda: client.get(address))
    timed("start", lambda: client.post(f"{address}run/"))
    timed("run", lambda: run_waiting(clock=timezone.now))
    told["made"] = Outcome.objects.exclude(state="deleted").count()
    timed("ask_undo", lambda: client.post(f"{address}undo/"))
    timed("undo", lambda: run_waiting(clock=timezone.now))
    return told | {"left": Outcome.objects.exclude(state="deleted").count()}


def _now_mb() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024)


if __name__ == "__main__":
    run("hostile_tables", measure, small=2_000)
