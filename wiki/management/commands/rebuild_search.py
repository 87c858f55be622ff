"""Build the search index anew beside the serving one and swap it in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from wiki.search.engine import IndexerBusy
from wiki.search.indexer import rebuild


class Command(BaseCommand):
    help = "Build the search index anew from the database, beside the serving one, and swap it in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for a working indexer (60)")

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(unit=" documents", desc="search index", disable=options["verbosity"] == 0) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                count = rebuild(progress=show, wait=options["wait"])
            except IndexerBusy as refusal:
                raise CommandError(str(refusal)) from refusal
            except OSError as error:
                raise CommandError(f"The search index cannot be written: {error}") from error
        self.stdout.write(f"The search index holds {count:,} documents.")
