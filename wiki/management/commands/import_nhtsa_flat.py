"""Import the flat files of NHTSA: complaints, recalls, bulletins and investigations."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from products.errors import FileRefused
from products.importers.bulletins import BulletinImporter
from products.importers.command import ImportCommand
from products.importers.engine import Importer
from products.importers.flat_files import read_flat_rows
from products.importers.investigations import InvestigationImporter
from products.importers.nhtsa_rows import KINDS, Kind, kind_of
from products.importers.recalls import RecallImporter
from wiki.importers.complaints import ComplaintImporter

_IMPORTERS: dict[Kind, Callable[[dict[str, Any]], Importer[Any]]] = {
    "complaints": lambda options: ComplaintImporter(create_missing=options["create_missing"]),
    "recalls": lambda options: RecallImporter(),
    "bulletins": lambda options: BulletinImporter(),
    "investigations": lambda options: InvestigationImporter(),
}


class Command(ImportCommand):
    """Tell which kind each file is, and import it with the importer of that kind."""

    help = (
        "Import the flat files of NHTSA (FLAT_CMPL, FLAT_RCL, FLAT_TSBS, FLAT_INV, or CSV with their column names): "
        "complaints as unassigned sightings, recalls and bulletins as official diagnostics, investigations as context."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--kind", choices=KINDS, help="what the files are; without it each file tells")
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="of complaints: make the products that no name or other name matches; official records always do",
        )

    def importer(self, path: Path, options: dict[str, Any]) -> Importer[Any]:
        return _IMPORTERS[options["kind"] or _kind_told_by(path)](options)


def _kind_told_by(path: Path) -> Kind:
    """What the file is; complaints where nothing tells, whose importer puts on record why it cannot read the file."""
    try:
        _, first_row = next(read_flat_rows(path))
    except (FileRefused, StopIteration):
        return "complaints"
    return kind_of(first_row, path.name) or "complaints"
