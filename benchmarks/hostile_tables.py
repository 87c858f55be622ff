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
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, peak_rss_mb, run

_ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS = 5.0
MOST_MB = 200


def measure(size: int) -> tuple[Figures, Figures]:
    """Send everything; fails where a file is beyond its limits."""
    data = Path(os.environ.get("FIXLORE_SHARED_DATA") or _ROOT.parent / "shared" / "data")
    files = sorted(path for path in (data / "hostile" / "files").iterdir() if path.name != "manifest.json")
    with tempfile.TemporaryDirectory(prefix="fixlore-tables-") as folder:
        environment = os.environ | {"FIXLORE_DATA": folder, "FIXLORE_LOG_LEVEL": "ERROR"}

        def child(*arguments: str) -> dict[str, Any]:
            told = subprocess.run(
                [sys.executable, "-m", "benchmarks.hostile_tables", "--child", *arguments],
                env=environment, cwd=_ROOT, check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
            answer: dict[str, Any] = json.loads(told.splitlines()[-1])
            return answer

        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, cwd=_ROOT, check=True)
        child("begin")
        told = {}
        for path in files:
            told[path.name] = child("file", str(path))
            if path.suffix == ".gz":
                unpacked = Path(folder) / path.stem
                unpacked.write_bytes(gzip.decompress(path.read_bytes()))
                told[path.stem] = child("file", str(unpacked))
        honest = child("honest", str(size))
    late = [name for name, each in told.items() if each["seconds"] > MOST_SECONDS or each["mb"] > MOST_MB]
    silent = [name for name, each in told.items() if not each["says"]]
    if late or silent:
        raise SystemExit(f"Beyond {MOST_SECONDS} s or {MOST_MB} MB: {late}; without a sentence: {silent}.")
    return {"files": len(told), "rows": size}, {
        "slowest_s": max(each["seconds"] for each in told.values()),
        "most_mb": max(each["mb"] for each in told.values()),
        "files": told,
        "honest_table": honest,
    }


def _child(act: str, *arguments: str) -> dict[str, Any]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.test import Client
    from django.test.utils import setup_test_environment

    from accounts.models import User

    setup_test_environment()
    if act == "begin":
        from tests.builders.accounts import make_professional
        from tests.builders.products import a_make, a_year
        from tests.builders.wiki import make_fix, make_problem

        make_fix(problem=make_problem(product=a_year()))
        make_professional(product=a_make(), username="workshop")
        return {}
    workshop = User.objects.get(username="workshop")
    client = Client()
    client.force_login(workshop)
    client.get("/import/")  # what any first page loads is not the file's
    what = f"outcomes:{workshop.memberships.get().organisation_id}"
    return _file(client, what, Path(arguments[0])) if act == "file" else _honest(client, what, int(arguments[0]))


def _file(client: Any, what: str, path: Path) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.html import read

    upload = SimpleUploadedFile(path.name, path.read_bytes())
    before, begun = peak_rss_mb(), time.perf_counter()
    response = client.post("/import/", {"what": what, "file": upload})
    if response.status_code == 302:
        response = client.post(response["Location"], {})
    spent = time.perf_counter() - begun
    says = read(response).one("form-errors").text
    return {"seconds": round(spent, 2), "mb": peak_rss_mb() - before, "status": response.status_code, "says": says}


def _honest(client: Any, what: str, size: int) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from tests.html import read
    from wiki.importers.tables.run import run_waiting
    from wiki.models import Outcome, Remedy

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["job_number", "remedy", "product", "result", "money", "usage", "note"])
    remedy = Remedy.objects.get().pk
    for number in range(size):
        usage = f"{number + 1000} mi"
        writer.writerow(
            [f"J-{number}", remedy, "cars/land-rover/range-rover/2004", "worked", "60.00", usage, "Done as described."]
        )
    told: dict[str, Any] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        answer = act()
        told[f"{name}_s"] = round(time.perf_counter() - begun, 2)
        return answer

    upload = SimpleUploadedFile("jobs.csv", text.getvalue().encode())
    before = peak_rss_mb()
    address = timed("upload", lambda: client.post("/import/", {"what": what, "file": upload}))["Location"]
    page = timed("columns", lambda: client.get(address))
    values = read(page).form("columns-form").values
    address = client.post(address, values)["Location"]
    timed("preview", lambda: client.get(address))
    timed("start", lambda: client.post(f"{address}run/"))
    timed("run", lambda: run_waiting(clock=timezone.now))
    told["made"] = Outcome.objects.exclude(state="deleted").count()
    timed("undo", lambda: client.post(f"{address}undo/"))
    told["left"] = Outcome.objects.exclude(state="deleted").count()
    return told | {"mb": peak_rss_mb() - before}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        # ruff's T20 forbids prints left behind; this one is what the parent reads.
        print(json.dumps(_child(*sys.argv[2:])))
    else:
        run("hostile_tables", measure, small=2_000)
