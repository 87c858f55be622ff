"""Run the tables that people have brought, until stopped."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from products.errors import RunStopped
from wiki.actions.table_imports import forget_tables
from wiki.importers.tables.run import follow, run_waiting


class Command(BaseCommand):
    help = "Run long table imports and forget old files, as a thread of each server does; one process does at a time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what waits, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            try:
                done = run_waiting(clock=timezone.now)
            except RunStopped as refusal:
                raise CommandError(str(refusal)) from refusal
            forgotten = forget_tables(now=timezone.now())
            self.stdout.write(f"Looked at {done:,} tables, forgot {forgotten:,} files.")
            return
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        self.stdout.write("Following tables; stop with Ctrl+C.")
        follow(stop, timezone.now)
