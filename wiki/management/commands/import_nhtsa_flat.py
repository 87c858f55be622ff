"""Import owners' complaints of NHTSA."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from products.importers.command import ImportCommand
from wiki.importers.complaints import ComplaintImporter


class Command(ImportCommand):
    """Make unassigned sightings of complaints."""

    help = "Import complaints (FLAT_CMPL, or CSV with its column names) as unassigned sightings, once per number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--create-missing", action="store_true", help="make the products that no name or other name matches"
        )

    def importer(self, path: Path, options: dict[str, Any]) -> ComplaintImporter:
        return ComplaintImporter(create_missing=options["create_missing"])
