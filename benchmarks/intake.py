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
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.intake_files import cars, complaints, recalls, repairs, table
from benchmarks.report import Figures, run

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
        files = _invented(folder, size) if size else _published()
        sizes["files"] = "invented" if size else "published"
        for importer in importers:
            site = folder / importer
            (site / "static").mkdir(parents=True)
            first = _in_a_process(importer, files[importer], site)
            again = _in_a_process(importer, files[importer], site)
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


def _invented(folder: Path, size: int) -> dict[str, list[Path]]:
    """Files with as many rows as asked for, and the proportions of the published ones."""
    chance = random.Random(SEED)
    makes = [f"MAKE {number}" for number in range(max(4, size // 500))]
    vehicles = {
        (str(chance.randrange(1992, 2027)), chance.choice(makes), f"MODEL {chance.randrange(40)}")
        for _ in range(size // 5)
    }
    codes = [
        (f"P{number % 0x4000:04X}", make, f"Circuit {number % 0x4000} malfunction", "P", "en", "0", "list")
        for number, make in enumerate(chance.choices([*makes, "GENERIC"], k=size // 10))
    ]
    documents = []
    for campaign in range(max(1, size // 60)):
        number = f"{20 + campaign // 1000 % 7}V{campaign % 1000:03}"
        make, models = chance.choice(makes), chance.sample(range(40), 5)
        for document in range(6):
            summary = f"The hose of model {document} may crack\nand leak." if document == 3 else "OWNER LETTER"
            documents += [
                (number, f"RCMN-{number}-{document:04}.pdf", make, f"MODEL {model}", str(year), summary)
                for model in models
                for year in (2020, 2021)
            ]
    return {
        "vehicles": [table(folder / "vehicles.csv", ("year", "make", "model"), sorted(vehicles))],
        "fault_codes": [
            table(
                folder / "codes.csv",
                ("code", "manufacturer", "description", "type", "locale", "is_generic", "source_file"),
                codes,
            )
        ],
        "recall_documents": [
            table(
                folder / "recalls.csv",
                ("NHTSA ID", "DOCUMENT NAME", "MAKE", "MODEL", "MODEL YEAR", "SUMMARY"),
                documents,
            )
        ],
        "complaints": [
            table(folder / _CARS, ("year", "make", "model"), cars(size)),
            complaints(folder / "FLAT_CMPL.txt", size, SEED),
        ],
        "recalls": [
            folder / _CARS,
            recalls(folder / "FLAT_RCL.txt", size, SEED),
        ],
        "repairs": [repairs(folder / "repairs.csv", size, SEED)],
    }


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
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
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
