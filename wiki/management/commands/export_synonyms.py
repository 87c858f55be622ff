"""Write the synonyms in force to a CSV file."""

import io
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wiki.importers.synonyms import write_synonyms
from wiki.queries.synonyms import all_groups


class Command(BaseCommand):
    """What it writes, `import_synonyms` reads: taking it in again changes nothing."""

    help = "Write all groups of synonyms as CSV, to be edited and read again by import_synonyms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="without one, the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        if path is None:
            text = io.StringIO()
            write_synonyms(all_groups(), text)
            self.stdout.write(text.getvalue(), ending="")
            return
        try:
            with path.open("w", encoding="utf-8", newline="") as out:
                count = write_synonyms(all_groups(), out)
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}.") from error
        self.stdout.write(f"{count} groups written to {path}.")
