"""What the server does once when it starts."""

import sys

from django.conf import settings
from django.db import DatabaseError


def start() -> None:
    """Refuse an unsafe site, then start what the embedded default runs by itself.

    A refusal is one sentence on the error stream and exit code 1.
    """
    from wiki.search import start_embedded_indexer

    if settings.PRODUCTION:
        why = refusal()
        if why is not None:
            sys.exit(why)
    start_embedded_indexer()


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
