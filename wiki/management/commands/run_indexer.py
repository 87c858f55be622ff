"""Keep the search index up with the database until stopped."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wiki.search.engine import IndexerBusy
from wiki.search.indexer import drain, run


class Command(BaseCommand):
    help = "Drain the change feed into the search index until stopped (for servers with FIXLORE_INDEXER=process)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="drain what is there, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            try:
                count = drain(wait=60.0)
            except IndexerBusy as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"Drained {count:,} changes.")
            return
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        self.stdout.write("Following the change feed; stop with Ctrl+C.")
        run(stop)
