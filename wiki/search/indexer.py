"""Keeping up: the one writer of the index, which drains the change feed in batches and rebuilds when it must.

The cursor is stored in the index's own commit, so a crash between reading and committing loses nothing: the same rows
are drained again, and indexing an object twice is harmless.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from django.db import close_old_connections, connection
from django.db.models import Max, Q
from django.utils import timezone

from products.models import Change
from wiki.queries.qualities import due_between, rules_of_quality
from wiki.search.documents import documents_of, indexable_ids, touched
from wiki.search.engine import Cursor, Document, EngineUnavailable, IndexerBusy, Kind
from wiki.search.engines import chosen

logger = logging.getLogger(__name__)

BATCH = 500
"""Changes drained in one commit."""

POLL = 1.0
"""Seconds between two looks at the feed."""

PAUSE_AFTER_FAILURE = 15.0

LATE = 600.0
"""Seconds for which an id that was skipped is awaited: longer than any transaction may take."""

KEEP = 7 * 24 * 3600.0
"""Seconds that drained rows stay in the feed, for the other machines' indexes; an index older than this is rebuilt."""

LOOK_BACK = 2_000
"""Ids before a rebuild's start that are checked for gaps."""

MOST_GAPS = 50

Progress = Callable[[int, int], None]
"""Called with documents done and documents in all."""


def rebuild(*, progress: Progress | None = None, wait: float = 0.0) -> int:
    """Build the index anew from the database and swap it in; the number of documents. IndexerBusy if one is writing."""
    with chosen().only_writer(wait=wait):
        return _rebuild(progress)


def _rebuild(progress: Progress | None = None) -> int:
    now = time.time()
    # The position is read before the data: what changes meanwhile is drained afterwards, if need be twice.
    seen = Change.objects.aggregate(last=Max("id"))["last"] or 0
    low = max(0, seen - LOOK_BACK)
    there = Change.objects.filter(id__gt=low, id__lte=seen).order_by("id").values_list("id", flat=True)
    gaps = _gaps(low, list(there), now)[-MOST_GAPS:] if there else []
    ids = {kind: indexable_ids(kind) for kind in Kind}
    total = sum(len(some) for some in ids.values())

    def documents() -> Iterator[Document]:
        done = 0
        for kind, some in ids.items():
            for document in documents_of(kind, some):
                yield document
                done += 1
                if progress is not None and (done % 100 == 0 or done == total):
                    progress(done, total)

    position = Cursor(seen=seen, drained_at=now, gaps=tuple(gaps), rules=_rules())
    count = chosen().build(documents=documents(), position=position)
    logger.info("search: rebuilt the index with %d documents", count)
    return count


def drain(*, limit: int = BATCH, wait: float = 0.0) -> int:
    """Bring the index up to the feed, rebuilding it first if it cannot be used; the number of changes drained.

    IndexerBusy when another indexer is at work.
    """
    with chosen().only_writer(wait=wait):
        drained = 0
        position = _position()
        while True:
            position, count = _drain_batch(position, limit)
            drained += count
            if count < limit:
                _prune(position)
                return drained


def _position() -> Cursor:
    """The index's cursor, after a rebuild if the index is missing, damaged or older than the feed remembers."""
    if not chosen().needs_rebuild():
        try:
            position = chosen().cursor()
        except EngineUnavailable:
            logger.warning("search: the index cannot be read and is rebuilt")
        else:
            newest = Change.objects.aggregate(last=Max("id"))["last"]
            # Rows are forgotten oldest first, so a newest row before the cursor belongs to another database.
            if position.drained_at <= time.time() - KEEP or (newest is not None and newest < position.seen):
                logger.warning("search: the index does not belong to this change feed and is rebuilt")
            elif position.rules != _rules():
                logger.info("search: the community changed what makes a page good, and the index is rebuilt")
            else:
                return position
    _rebuild()
    return chosen().cursor()


def _rules() -> str:
    """Stands for the community rules in force that qualities follow from; first guesses by price do not count."""
    values = [
        (name, value)
        for rules in rules_of_quality()
        for name, value in sorted((field.name, getattr(rules, field.name)) for field in fields(rules))
        if not name.startswith("share_")
    ]
    return hashlib.blake2b(repr(values).encode(), digest_size=8).hexdigest()


def _day(seconds: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date()


def _drain_batch(position: Cursor, limit: int) -> tuple[Cursor, int]:
    now = time.time()
    waiting = tuple(gap for gap in position.gaps if gap[2] > now - LATE)
    late = Q()
    for low, high, _ in waiting:
        late |= Q(id__range=(low, high))
    rows = list(
        Change.objects.filter(Q(id__gt=position.seen) | late if waiting else Q(id__gt=position.seen))
        .order_by("id")
        .values_list("id", "kind", "object_id")[:limit]
    )
    # Once a day: what grew older, and a stamp, so that a quiet site's index does not look forgotten.
    aged = due_between(_day(position.drained_at), _day(now))
    if not rows and _day(position.drained_at) == _day(now):
        return position, 0
    drained = [row[0] for row in rows]
    ahead = [row for row in drained if row > position.seen]
    gaps = [gap for waited in waiting for gap in _without(waited, drained)]
    gaps += _gaps(position.seen, ahead, now)
    moved = replace(position, seen=max([position.seen, *drained]), drained_at=now, gaps=tuple(gaps[-MOST_GAPS:]))
    again = touched((kind, object_id) for _, kind, object_id in rows)
    again[Kind.PROBLEM] |= aged
    chosen().write(
        documents=(document for kind, ids in again.items() for document in documents_of(kind, sorted(ids))),
        outdated=[f"{kind}:{object_id}" for kind, ids in again.items() for object_id in ids],
        position=moved,
    )
    return moved, len(rows)


def _gaps(start: int, ids: list[int], now: float) -> list[tuple[int, int, float]]:
    """The ranges of ids missing between `start` and the last of `ids`, in order."""
    found = []
    for number in ids:
        if number > start + 1:
            found.append((start + 1, number - 1, now))
        start = number
    return found


def _without(gap: tuple[int, int, float], drained: list[int]) -> list[tuple[int, int, float]]:
    """What is left of a gap after some of its ids came late."""
    low, high, noticed = gap
    came = sorted(number for number in drained if low <= number <= high)
    left = _gaps(low - 1, came, noticed)
    last = came[-1] if came else low - 1
    return [*left, (last + 1, high, noticed)] if last < high else left


def _prune(position: Cursor) -> None:
    """Forget drained rows once every machine must have seen them."""
    forgotten = timezone.now() - datetime.timedelta(seconds=KEEP)
    Change.objects.filter(id__lte=position.seen, created_at__lt=forgotten).delete()


def lag() -> tuple[int, float]:
    """Changes that the index has not followed yet, and the age of the oldest in seconds."""
    seen = chosen().cursor().seen
    waiting = Change.objects.filter(id__gt=seen).order_by("id")
    oldest = waiting.values_list("created_at", flat=True).first()
    return waiting.count(), 0.0 if oldest is None else max(0.0, (timezone.now() - oldest).total_seconds())


def run(stop: threading.Event) -> None:
    """Drain until told to stop. Failures are logged and tried again; another indexer at work is waited for."""
    while not stop.is_set():
        pause = POLL
        try:
            close_old_connections()
            drain()
        except IndexerBusy:
            pause = POLL * 5
        except Exception:  # a thread that ended would leave the index behind for good, whatever the error
            logger.exception("search: the indexer failed and tries again in %d seconds", PAUSE_AFTER_FAILURE)
            pause = PAUSE_AFTER_FAILURE
        stop.wait(pause)
    connection.close()


_thread: threading.Thread | None = None


def start_thread() -> threading.Thread:
    """Start this process's indexer thread once; it ends with the process."""
    global _thread
    if _thread is None or not _thread.is_alive():
        _thread = threading.Thread(target=run, args=(threading.Event(),), name="search-indexer", daemon=True)
        _thread.start()
    return _thread
