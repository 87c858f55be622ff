"""List the import runs, or the refused rows of one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from products.models import ImportRun


class Command(BaseCommand):
    """Every import run, the newest first; with --run the rows that it refused."""

    help = "List the import runs, the newest first; with --run the rows that one refused, with line and reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", type=int, metavar="RUN", help="show the refused rows of this run")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run"] is not None:
            self._refusals(options["run"])
            return
        runs = ImportRun.objects.all()
        if not runs:
            self.stdout.write("Nothing was imported yet.")
        for run in runs:
            self.stdout.write(f"{run.pk}  {run.started_at:%Y-%m-%d %H:%M}  {run}: {run.message}")

    def _refusals(self, number: int) -> None:
        run = ImportRun.objects.filter(pk=number).first()
        if run is None:
            raise CommandError(f"There is no import run {number}.")
        self.stdout.write(f"{run}: {run.message}")
        for refusal in run.refusals.all():
            self.stdout.write(f"{refusal}  {refusal.excerpt}")
        left = run.rows_refused - run.refusals.count()
        if left > 0:
            self.stdout.write(f"and {left:,} more, which were not kept")
