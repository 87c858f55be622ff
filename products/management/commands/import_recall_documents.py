"""Import the official export of recall documents."""

from pathlib import Path
from typing import Any

from products.importers.command import ImportCommand
from products.importers.recall_documents import RecallDocumentImporter


class Command(ImportCommand):
    """Make an official diagnostic of each campaign, with its products and documents."""

    help = "Import the official export of recall documents (NHTSA): one official diagnostic for each campaign."

    def importer(self, path: Path, options: dict[str, Any]) -> RecallDocumentImporter:
        return RecallDocumentImporter()
