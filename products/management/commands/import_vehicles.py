"""Import lists of vehicles."""

from pathlib import Path
from typing import Any

from products.importers.command import ImportCommand
from products.importers.vehicles import VehicleImporter


class Command(ImportCommand):
    """Make the makes, models and years of a list; what is there already stays as it is."""

    help = "Import lists of vehicles (CSV with year, make, model) as makes, models and years under Cars."

    def importer(self, path: Path, options: dict[str, Any]) -> VehicleImporter:
        return VehicleImporter()
