"""What the server does once when it starts."""

import logging
import sys
import threading

from django.conf import settings
from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


def start() -> None:
    """Refuse an unsafe site, then start what the embedded default runs by itself.

    A refusal is one sentence on the error stream and exit code 1.
    """
    from django.utils import timezone

    from wiki.importers.tables.run import start_thread
    from wiki.search import start_embedded_indexer
    from wiki.webhooks import start_embedded_worker

    if settings.PRODUCTION:
        why = refusal()
        if why is not None:
            sys.exit(why)
    start_embedded_indexer()
    start_embedded_worker()
    start_thread(timezone.now)
    threading.Thread(target=_read_names, name="names", daemon=True).start()


def _read_names() -> None:
    """Read the names that are suggested while somebody types, so that the first person need not wait for it."""
    from wiki.queries.suggestions import warm

    try:
        warm()
    except DatabaseError as error:
        logger.warning("suggestions: the names are read when somebody types, %s", error)
    finally:
        connection.close()


def refusal() -> str | None:
    """Why a production site may not serve its database, as a sentence; None where it may."""
    from accounts.queries.demonstration import usable_demonstration_accounts

    try:
        names = usable_demonstration_accounts()
    except DatabaseError as error:
        return f"The database is not ready ({error}): run manage.py migrate first."
    if names:
        return (
            f"Production refuses to start: the demonstration accounts {', '.join(names)} can sign in with passwords "
            "that stand in the documents. Run manage.py close_demo_accounts, or begin with a database of its own."
        )
    return None
