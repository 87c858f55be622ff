"""How fast the importers read official files, and in how much memory.

python -m benchmarks.intake [--json] [--size ROWS] [--sizes ROWS,ROWS,…] [--only IMPORTER]

Every importer runs in a process of its own on a new SQLite site. With --size 0 the published files are read whole (from
beside the project, or from FIXLORE_SHARED_DATA); else invented ones of the same shapes, with one seed, the largest of
so many rows. --sizes imports complaints, recalls and repairs in each of the sizes, to see whether the rates stay flat.
"""

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.intake_files import (
    cars,
    complaints,
    fault_codes,
    recall_documents,
    recalls,
    repairs,
    table,
    vehicles,
)
from benchmarks.report import Figures, peak_rss_mb, run

SEED = 4
_MANY_ROWS = ("complaints", "recalls", "repairs")
_CARS = "cars.csv"
_IMPORTERS = ("vehicles", "fault_codes", "recall_documents", *_MANY_ROWS)


def measure(size: int, importers: Sequence[str] = _IMPORTERS) -> tuple[Figures, Figures]:
    """Import each kind of file once, then once more, which changes nothing."""
    figures: dict[str, Any] = {}
    sizes: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        published = {} if size else _published()
        sizes["files"] = "invented" if size else "published"
        for importer in importers:
            site = folder / importer
            (site / "static").mkdir(parents=True)
            files = published.get(importer) or _invented(importer, folder, size)
            first = _in_a_process(importer, files, site)
            again = _in_a_process(importer, files, site)
            assert again["changed"] == 0, f"{importer} changed {again['changed']} rows the second time"
            sizes[importer] = first["rows"]
            figures[importer] = {
                "rows_per_s": first["rows_per_s"],
                "rows_per_cpu_s": first["rows_per_cpu_s"],
                "peak_rss_mb": first["peak_rss_mb"],
                "second_run_rows_per_s": again["rows_per_s"],
                "refused": first["refused"],
                "made": first["made"],
            }
    return sizes, figures


def measure_sizes(sizes: Sequence[int], importers: Sequence[str] = _MANY_ROWS) -> tuple[Figures, Figures]:
    """Import complaints, recalls and repairs in files of several sizes, each into a new site; the figures of each."""
    figures: dict[str, Any] = {importer: {} for importer in importers}
    for size in sizes:
        for importer, found in measure(size, importers)[1].items():
            figures[importer][str(size)] = found
    return {"rows": list(sizes)}, figures


def _published() -> dict[str, list[Path]]:
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    data = Path(os.environ.get("FIXLORE_SHARED_DATA") or beside)
    if not data.is_dir():
        raise SystemExit("The published files are not here; FIXLORE_SHARED_DATA can name their folder.")
    return {
        "vehicles": sorted((data / "vehicle_models").glob("*.csv.gz"), reverse=True),
        "fault_codes": sorted((data / "fault_codes").glob("*.csv*")),
        "recall_documents": [data / "nhtsa_official" / "recall_documents_2020_2026_full.csv.gz"],
        "complaints": [
            *sorted((data / "nhtsa_complaints").glob("*.csv.gz")),
            data / "nhtsa_layouts" / "FLAT_CMPL_sample100.txt",
        ],
        "recalls": [data / "nhtsa_layouts" / "FLAT_RCL_sample100.txt"],
        "repairs": [data / "ords" / "ords_combined.csv.gz"],
    }


def _invented(importer: str, folder: Path, size: int) -> list[Path]:
    """The files of an importer, with as many rows as asked for and the proportions of the published ones."""
    chance = random.Random(SEED)
    match importer:
        case "vehicles":
            return [vehicles(folder / "vehicles.csv", size, chance)]
        case "fault_codes":
            return [fault_codes(folder / "codes.csv", size, chance)]
        case "recall_documents":
            return [recall_documents(folder / "recalls.csv", size, chance)]
        case "repairs":
            return [repairs(folder / "repairs.csv", size, SEED)]
    of_cars = table(folder / _CARS, ("year", "make", "model"), cars(size))
    if importer == "recalls":
        return [of_cars, recalls(folder / "FLAT_RCL.txt", size, SEED)]
    return [of_cars, complaints(folder / "FLAT_CMPL.txt", size, SEED)]


def _in_a_process(importer: str, files: list[Path], site: Path) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.intake", "child", importer, *map(str, files)],
        env={**os.environ, "FIXLORE_DATA": str(site), "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures


def _child(importer: str, files: list[Path]) -> None:
    """Import the files one after another; the time of starting Python and migrating is not counted."""
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    call_command("migrate", verbosity=0)

    from products.importers.engine import run_import
    from products.importers.fault_codes import FaultCodeImporter
    from products.importers.recall_documents import RecallDocumentImporter
    from products.importers.recalls import RecallImporter
    from products.importers.vehicles import VehicleImporter
    from products.models import DiagnosticDocument, DiagnosticProduct, FaultCode, OfficialDiagnostic, Product
    from wiki.importers.complaints import ComplaintImporter
    from wiki.importers.ords import OpenRepairImporter
    from wiki.models import Complaint, ComplaintComponent, Repair, Sighting

    def of(path: Path) -> Any:
        match importer:
            case "vehicles":
                return VehicleImporter()
            case "fault_codes":
                return FaultCodeImporter.for_file(path)
            case "complaints":
                return ComplaintImporter(create_missing=True)
            case "recalls":
                return RecallImporter()
            case "repairs":
                return OpenRepairImporter()
        return RecallDocumentImporter()

    if importer in ("complaints", "recalls"):
        call_command("load_components", stdout=io.StringIO())
        if files[0].name == _CARS:
            # Most of the cars that they name are there already, as after an import of vehicle lists.
            run_import(importer=VehicleImporter(), path=files.pop(0), clock=timezone.now)

    wall, cpu = time.perf_counter(), time.process_time()
    runs = [run_import(importer=of(path), path=path, clock=timezone.now) for path in files]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rows = sum(one.checkpoint for one in runs)
    made = {
        model._meta.verbose_name_plural: model._default_manager.count()
        for model in (
            *(Product, FaultCode, OfficialDiagnostic, DiagnosticDocument, DiagnosticProduct),
            *(Sighting, Complaint, ComplaintComponent, Repair),
        )
    }
    report = {
        "rows": rows,
        "changed": sum(one.rows_created + one.rows_updated for one in runs),
        "refused": sum(one.rows_refused for one in runs),
        "rows_per_s": round(rows / wall),
        "rows_per_cpu_s": round(rows / cpu),
        "peak_rss_mb": peak_rss_mb(),
        "made": {str(name): number for name, number in made.items() if number},
    }
    json.dump(report, sys.stdout)


def main() -> None:
    """Read the options that other benchmarks do not have, and report."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")])
    parser.add_argument("--only", choices=_IMPORTERS, action="append")
    options, sys.argv[1:] = parser.parse_known_args()
    chosen = options.only or (_MANY_ROWS if options.sizes else _IMPORTERS)

    def measured(size: int) -> tuple[Figures, Figures]:
        return measure_sizes(options.sizes, chosen) if options.sizes else measure(size, chosen)

    run("intake", measured, small=6_000, seed=SEED)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        _child(sys.argv[2], [Path(name) for name in sys.argv[3:]])
    else:
        main()
