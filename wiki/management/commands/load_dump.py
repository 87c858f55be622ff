"""`manage.py load_dump`: restore an open dump into an empty site."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from accounts.errors import Refusal
from wiki.open_data.checking import check_dump
from wiki.open_data.loading import check_empty, load_dump


class Command(BaseCommand):
    """Checked as a whole first, loaded in one transaction: all of it or nothing, so that it may simply be run again."""

    help = "Restore an open dump (a folder with its manifest.json) into an empty site, and build the search index."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="check checksums and schema alone; load nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        quiet = options["verbosity"] == 0
        try:
            if not options["check"]:
                check_empty()
            with tqdm(unit=" rows", desc="check", disable=quiet) as bar:
                manifest = check_dump(folder, progress=lambda name, rows: _show(bar, f"check {name}", rows))
            total = bar.n
            if options["check"]:
                self.stdout.write(f"The dump of {manifest['date']} is whole: {total:,} rows.")
                return
            with tqdm(unit=" rows", desc="load", disable=quiet) as bar:
                load_dump(
                    folder, manifest, now=timezone.now(), progress=lambda name, rows: _show(bar, f"load {name}", rows)
                )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The dump of {manifest['date']} is loaded: {total:,} rows.")
        call_command("rebuild_search", verbosity=options["verbosity"], stdout=self.stdout, stderr=self.stderr)


def _show(bar: Any, name: str, rows: int) -> None:
    bar.set_description(name, refresh=False)
    bar.update(rows)
