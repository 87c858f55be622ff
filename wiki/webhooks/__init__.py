"""Webhooks on the wire: the only room that calls other people's servers.

What is told is written by actions, in the transaction of the act; the worker here sends it later.
"""

from django.conf import settings


def start_embedded_worker() -> bool:
    """Start the workers as threads of this process if the settings say so; whether they run here."""
    if settings.WEBHOOK_WORKER != "embedded":
        return False
    from wiki.webhooks.worker import start_threads  # urllib3 is loaded where it is used

    start_threads()
    return True
