"""Undo an import run."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from products.actions.imports import undo_import
from products.errors import ProductsRefusal
from products.models import ImportRun


class Command(BaseCommand):
    """Delete what a run made and put back what it changed, unless something else uses it by now."""

    help = "Undo an import run: delete what it made and put back what it changed, unless something else uses it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="the number that `list_imports` shows")

    def handle(self, *args: Any, **options: Any) -> None:
        run = ImportRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no import run {options['run']}; `list_imports` shows those there are.")
        try:
            undo_import(run=run, at=timezone.now())
        except ProductsRefusal as refusal:
            raise CommandError(str(refusal)) from refusal
        run.refresh_from_db()
        self.stdout.write(f"{run.importer} {run.source_name} (run {run.pk}): {run.message}")
