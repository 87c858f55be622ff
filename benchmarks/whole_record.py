"""The whole public record in one site: filled by the operator's recipe, filled again, and emptied again.

python -m benchmarks.whole_record [--json] [--size most rows of each file; 0 for whole files]

Runs the commands of the recipe in docs/operations.md on a new SQLite site, each in a process of its own, over the
published files (beside the project, or in the folder that FIXLORE_SHARED_DATA names). Fails where a second run of all
commands changes a row, or where undoing all runs leaves one behind.
"""

import csv
import gzip
import hashlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

_ROOT = Path(__file__).resolve().parents[1]
_HEADING = "## Fill a new site from the public record"
_PREFIX = ".venv/bin/python manage.py "
_FOLDERS = (
    *("vehicle_models", "fault_codes", "nhtsa_official", "nhtsa_layouts", "nhtsa_complaints", "ords"),
    *("stack_exchange/bicycles_meta", "stack_exchange/french_meta", "stack_exchange/beer"),
)

# What runs write about themselves.
OF_RUNS = frozenset({"products_importrun", "products_importrefusal", "sqlite_sequence"})
# What stays of a run that was undone: its record, word of it for the search index, and the one row that whoever counts
# for the monitor holds meanwhile.
OF_UNDONE_RUNS = OF_RUNS | {"products_importchange", "products_change", "wiki_monitorstate"}

# What the publishers' own descriptions of the files say: rows read of each file, and what they make.
_ROWS_PUBLISHED = {
    "us_car_models_1992_2026": 11_543, "arthurkao_make_model_year": 19_772, "wal33d_dtc_definitions": 18_805,
    "recall_documents_2020_2026_full": 220_999, "hyundai_kia_recalls_api_by_vehicle": 377,
    "hyundai_kia_rcl573_components": 198, "all_makes_feb_2024": 1_820, "hyundai_kia_unknown_other_2022_2026": 1_786,
    "gm_ignition_recall_cars_complaints_2003_2014": 2_734, "driver_assist_complaint_texts_nodate": 5_317,
    "FLAT_CMPL_sample100": 100, "FLAT_RCL_sample100": 100, "FLAT_TSBS_sample100": 100, "FLAT_INV_sample100": 110,
    "ords_combined": 121_692, "ords_english_text": 17_501,
}  # fmt: skip
_MADE_OF_PUBLISHED = {
    "complaints of all_makes_feb_2024": 1_750,
    "recalls with documents": 3_814,
    "recall documents": 22_451,
    "repairs": 121_692,
}


def recipe(data: Path) -> list[list[str]]:
    """The import commands that docs/operations.md tells an operator, for files in the folder `data`."""
    text = (_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.partition(_HEADING)[2].partition("\n## ")[0].replace("\\\n", " ")
    commands = []
    for line in section.splitlines():
        if line.startswith(_PREFIX) and "import_" in line:
            words = shlex.split(line.removeprefix(_PREFIX))
            commands.append([word for written in words for word in _expanded(written, data)])
    return commands


def _expanded(word: str, data: Path) -> list[str]:
    """The word as a shell hands it on."""
    if not word.startswith("$DATA/"):
        return [word]
    found = sorted(data.glob(word.removeprefix("$DATA/")))
    if not found:
        raise SystemExit(f"{word.removeprefix('$DATA/')} is not in {data}.")
    return [str(path) for path in found]


def published() -> Path:
    """The folder of the published files, whether they are there or not."""
    return Path(os.environ.get("FIXLORE_SHARED_DATA") or _ROOT.parent / "shared" / "data")


def thinned(data: Path, folder: Path, rows: int) -> Path:
    """Copy at most so many rows of each file, spread over it; of question sites the first, which belong together."""
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True)
        for path in sorted((data / name).glob("*")):
            if re.search(r"\.csv(\.gz)?$", path.name):
                _thin(path, folder / name / path.name, rows, spread="stack_exchange" not in name)
            elif path.is_file():
                (folder / name / path.name).write_bytes(path.read_bytes())
    return folder


def rows_of(path: Path) -> Iterator[list[str]]:
    """The rows of a published CSV, its header among them."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _thin(source: Path, target: Path, rows: int, *, spread: bool) -> None:
    step = max(1, -(-(sum(1 for _ in rows_of(source)) - 1) // rows)) if spread else 1
    made = io.StringIO(newline="")
    held = rows_of(source)
    csv.writer(made).writerows([next(held), *islice(held, 0, step * rows, step)])
    written = made.getvalue().encode()
    target.write_bytes(gzip.compress(written, 1) if target.suffix == ".gz" else written)


def tables(without: frozenset[str] = frozenset()) -> dict[str, tuple[int, str]]:
    """Of each table of the site the number of rows and a digest of all of them, whatever their order."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name in sorted(set(connection.introspection.table_names(cursor)) - without):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608 (a table's own name)
            number, total = 0, 0
            while batch := cursor.fetchmany(2_000):
                number += len(batch)
                for row in batch:
                    total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest()[:16])
            found[name] = (number, f"{total:x}")
    return found


def different(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    """The tables that are not the same, with their numbers of rows."""
    return [
        f"{name}: {before.get(name, (0,))[0]:,} rows, then {after.get(name, (0,))[0]:,}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def counted() -> dict[str, int]:
    """How much of each kind the site holds."""
    from products.models import (
        DiagnosticDocument,
        DiagnosticProduct,
        FaultCode,
        ImportRun,
        Investigation,
        OfficialDiagnostic,
        Product,
    )
    from wiki.models import Comment, Complaint, Fix, ImportedVote, Problem, Repair, Revision, Sighting

    kinds = (
        *(
            Product,
            FaultCode,
            OfficialDiagnostic,
            DiagnosticDocument,
            DiagnosticProduct,
            Investigation,
            Complaint,
            Repair,
            Sighting,
        ),
        *(Problem, Fix, Comment, ImportedVote, Revision, ImportRun),
    )
    numbers = {str(kind._meta.verbose_name_plural): kind._default_manager.count() for kind in kinds}
    of_recalls = DiagnosticDocument.objects.filter(diagnostic__kind=OfficialDiagnostic.Kind.RECALL)
    february = Complaint.objects.filter(created_by_run__source_name__startswith="all_makes_feb_2024")
    return numbers | {
        "complaints of all_makes_feb_2024": february.count(),
        "recall documents": of_recalls.count(),
        "recalls with documents": of_recalls.order_by().values("diagnostic").distinct().count(),
    }


def read_of_each() -> dict[str, int]:
    """The rows that the first run of each file read, by the file's name without its endings."""
    from products.models import ImportRun

    runs = ImportRun.objects.order_by("-pk").values_list("source_name", "checkpoint")
    return {name.partition(".")[0]: rows for name, rows in runs}


def undo_all() -> int:
    """Undo every run that is not undone, the newest first; how many they were."""
    from django.utils import timezone

    from products.actions.imports import undo_import
    from products.models import ImportRun

    done = [ImportRun.State.UNDONE, ImportRun.State.REFUSED]
    runs = list(ImportRun.objects.exclude(state__in=done).order_by("-pk"))
    for one in runs:
        undo_import(run=one, at=timezone.now())
    return len(runs)


def measure(size: int) -> tuple[Figures, Figures]:
    """Fill, fill again, and empty a site; what each command took, in seconds and MB at its peak."""
    data = published()
    if not data.is_dir():
        return {}, {"skipped": "The published files are not here; FIXLORE_SHARED_DATA can name their folder."}
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        (site / "static").mkdir(parents=True)
        os.environ |= {"FIXLORE_DATA": str(site), "DJANGO_SETTINGS_MODULE": "config.settings"}
        commands = recipe(thinned(data, Path(name) / "files", size) if size else data)

        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_components", verbosity=0, stdout=io.StringIO())
        seed = tables(OF_UNDONE_RUNS)
        first = [_in_a_process(command) for command in commands]
        made, read = counted(), read_of_each()
        if not size:
            wrong = {name: read.get(name) for name, rows in _ROWS_PUBLISHED.items() if read.get(name) != rows}
            wrong |= {kind: made[kind] for kind, number in _MADE_OF_PUBLISHED.items() if made[kind] != number}
            assert not wrong, f"Other numbers than published: {wrong}"
        filled = tables(OF_RUNS)
        again = [_in_a_process(command) for command in commands]
        changed = different(filled, tables(OF_RUNS))
        assert not changed, f"The second run changed {'; '.join(changed)}"
        begun = time.perf_counter()
        undone = undo_all()
        left = different(seed, tables(OF_UNDONE_RUNS))
        assert not left, f"Undoing left {'; '.join(left)}"
        figures: dict[str, Any] = {
            "first": first,
            "second_s": round(sum(step["s"] for step in again), 1),
            "undo_s": round(time.perf_counter() - begun, 1),
            "peak_rss_mb": max(step["peak_rss_mb"] for step in [*first, *again]),
            "rows": read,
            "made": made,
        }
        return {"most_rows_of_a_file": size or "all", "commands": len(commands), "runs_undone": undone}, figures


def _in_a_process(command: list[str]) -> dict[str, Any]:
    """Run a command as an operator does; a refusal ends the benchmark with its sentence.

    The peak is never below what this process itself holds, about 120 MB: a new process counts from there.
    """
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=_ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    return {
        "command": " ".join(Path(word).name for word in command),
        "s": round(time.perf_counter() - begun, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_rss_mb": round(used.ru_maxrss / 1024),
    }


if __name__ == "__main__":
    run("whole_record", measure, small=300)
