"""Import lists of fault codes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from products.importers.command import ImportCommand
from products.importers.fault_codes import FaultCodeImporter


class Command(ImportCommand):
    """Record what each list says that its codes mean, beside what other lists say."""

    help = "Import lists of fault codes (code and meaning, or by make), each meaning with its source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", default="", metavar="NAME", help="who says so; without it the file's name")

    def importer(self, path: Path, options: dict[str, Any]) -> FaultCodeImporter:
        return FaultCodeImporter.for_file(path, options["source"])
