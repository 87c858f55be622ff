"""Send webhook deliveries until stopped."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wiki.webhooks.worker import run, send_due


class Command(BaseCommand):
    """Any number may run at once: a delivery is taken by one of them."""

    help = "Send what is in line for webhooks until stopped (for servers with FIXLORE_WEBHOOKS=process)."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"Deliveries tried: {send_due()}.")
            return
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        self.stdout.write("Sending to webhooks; stop with Ctrl+C.")
        run(stop)
