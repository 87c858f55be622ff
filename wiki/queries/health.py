"""Whether the site answers, and how far its search index is behind; nothing about anybody."""

from __future__ import annotations

from typing import Any

from wiki.search.engine import EngineUnavailable
from wiki.search.indexer import lag


def health() -> dict[str, Any]:
    """What `/healthz` says: changes that wait for the index and the age of the oldest, null without an index."""
    try:
        waiting, oldest = lag()
    except EngineUnavailable:
        return {"status": "ok", "index": None}
    return {"status": "ok", "index": {"waiting": waiting, "oldest_seconds": round(oldest, 1)}}
