"""Import what the public recalls interface answered, and the parts of Part 573 reports."""

from pathlib import Path
from typing import Any

from products.importers.command import ImportCommand
from products.importers.official_records import OfficialRecordImporter
from products.importers.recalls_api import importer_for


class Command(ImportCommand):
    """Make or complete the official diagnostic of each campaign."""

    help = (
        "Import answers of the public recalls interface (recallsByVehicle, JSON or CSV), or the CSV of the components "
        "of Part 573 reports: campaigns with consequence, remedy, flags, products and parts."
    )

    def importer(self, path: Path, options: dict[str, Any]) -> OfficialRecordImporter:
        return importer_for(path)
