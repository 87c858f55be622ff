"""Import Open Repair Data."""

from pathlib import Path
from typing import Any

from products.importers.command import ImportCommand
from wiki.importers.ords import OpenRepairImporter


class Command(ImportCommand):
    """Make products, unassigned sightings and repairs of the Open Repair Alliance's combined file."""

    help = "Import Open Repair Data v0.3 (CSV) as products, unassigned sightings and repairs without a remedy."

    def importer(self, path: Path, options: dict[str, Any]) -> OpenRepairImporter:
        return OpenRepairImporter()
