"""Import what the public recalls interface answered, and the parts of Part 573 reports."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import CommandError

from products.errors import FileRefused, ProductsRefusal
from products.importers.command import ImportCommand
from products.importers.files import read_rows
from products.importers.official_records import OfficialRecordImporter
from products.importers.recalls_api import as_csv, importer_for


class Command(ImportCommand):
    """Make or complete the official diagnostic of each campaign."""

    help = (
        "Import answers of the public recalls interface (recallsByVehicle, JSON or CSV), or the CSV of the components "
        "of Part 573 reports: campaigns with consequence, remedy, flags, products and parts."
    )

    def importer(self, path: Path, options: dict[str, Any]) -> OfficialRecordImporter:
        first = next(read_rows(path), None)
        if first is None:
            raise FileRefused(f"{path.name} holds no row.")
        return importer_for(first[1])

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            with TemporaryDirectory() as folder:
                try:
                    file = as_csv(path, Path(folder))
                except ProductsRefusal as refusal:
                    raise CommandError(str(refusal)) from refusal
                super().handle(*args, **{**options, "files": [file]})
