"""What the commands of all importers share: files, a progress bar on a terminal, the outcome in a sentence."""

import sys
from abc import abstractmethod
from argparse import ArgumentParser
from getpass import getuser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from products.errors import ProductsRefusal
from products.importers.engine import Importer, run_import


class ImportCommand(BaseCommand):
    """A command that imports files with one importer; a subclass makes the importer from the options."""

    requires_migrations_checks = True

    @abstractmethod
    def importer(self, path: Path, options: dict[str, Any]) -> Importer[Any]:
        """A new importer for one file."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV in UTF-8, plain or gzipped")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            try:
                run = run_import(
                    importer=self.importer(path, options),
                    path=path,
                    clock=timezone.now,
                    started_by=_who(),
                    show_progress=sys.stderr.isatty(),
                    say=self.stdout.write,
                )
            except ProductsRefusal as refusal:
                raise CommandError(str(refusal)) from refusal
            except KeyboardInterrupt as interrupt:
                raise CommandError("Stopped; the same command goes on where it was.", returncode=130) from interrupt
            self.stdout.write(f"{path.name} (run {run.pk}): {run.message}")
            if run.rows_refused:
                self.stdout.write(f"`list_imports --run {run.pk}` shows the refused rows with the reasons.")
            if run.rows_waiting:
                self.stdout.write("/operators/names/ lists the names; once decided, the same command brings them in.")


def _who() -> str:
    """The name of the system's user, for the record; none where the system has no name for it."""
    try:
        return getuser()
    except (KeyError, OSError):
        return ""
