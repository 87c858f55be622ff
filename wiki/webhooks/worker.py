"""The workers that send what is in line: threads of the server, or processes of their own; any number may run."""

from __future__ import annotations

import logging
import random
import threading

from django.db import close_old_connections, connection
from django.utils import timezone

from wiki.actions.webhook_delivery import deliver
from wiki.queries.webhooks import due_deliveries

logger = logging.getLogger(__name__)

POLL = 2.0
"""Seconds between two looks at the line."""

PAUSE_AFTER_FAILURE = 15.0

THREADS = 2
"""Workers of one server: a receiver that takes its ten seconds does not hold everybody up."""


def send_due(stop: threading.Event | None = None) -> int:
    """Try what is due until nothing is, or until told to stop; how many were tried or withheld."""
    done = 0
    while not (stop is not None and stop.is_set()):
        before = done
        for pk in due_deliveries(timezone.now()):
            if stop is not None and stop.is_set():
                break
            # The luck of a wait is no secret.
            done += deliver(pk=pk, now=timezone.now(), luck=random.random()) is not None  # noqa: S311
        if done == before:
            break
    return done


def run(stop: threading.Event) -> None:
    """Send until told to stop. Failures of our own are logged and tried again."""
    while not stop.is_set():
        pause = POLL
        try:
            close_old_connections()
            send_due(stop)
        except Exception:  # a thread that ended would send nothing for good, whatever the error
            logger.exception("webhooks: the worker failed and tries again in %d seconds", PAUSE_AFTER_FAILURE)
            pause = PAUSE_AFTER_FAILURE
        stop.wait(pause)
    connection.close()


_threads: list[threading.Thread] = []


def start_threads() -> list[threading.Thread]:
    """Start this process's workers once; they end with the process."""
    if not _threads:
        for number in range(THREADS):
            thread = threading.Thread(target=run, args=(threading.Event(),), name=f"webhooks-{number}", daemon=True)
            thread.start()
            _threads.append(thread)
    return _threads
