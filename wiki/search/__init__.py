"""Search: the only room that knows an index engine.

`wiki.queries.search` asks here; actions only write rows of the change feed, which the indexer drains.
"""

from django.conf import settings


def start_embedded_indexer() -> bool:
    """Start the indexer as a thread of this process if the settings say so; whether it runs here."""
    if settings.SEARCH_INDEXER != "embedded":
        return False
    from wiki.search.indexer import start_thread  # the search library is loaded where it is used

    start_thread()
    return True
