"""Proving the index equal to the database: presence by key, content by a digest of what was indexed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from products.models import Change
from wiki.queries.qualities import due_between
from wiki.search.documents import documents_of, indexable_ids, touched
from wiki.search.engine import Kind
from wiki.search.engines import chosen


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How index and database differ, without what the indexer has yet to drain."""

    missing: frozenset[str]
    left_over: frozenset[str]
    outdated: frozenset[str]
    agreed: int
    waiting: int

    @property
    def found(self) -> bool:
        """Whether they differ at all."""
        return bool(self.missing or self.left_over or self.outdated)


def compare() -> Difference:
    """Compare every document's digest in the index with the database's; EngineUnavailable if there is no index."""
    indexed = chosen().stored()
    position = chosen().cursor()
    waiting = list(Change.objects.filter(id__gt=position.seen).values_list("kind", "object_id"))
    pending = {f"{kind}:{object_id}" for kind, ids in touched(waiting).items() for object_id in ids}
    drained_on = datetime.datetime.fromtimestamp(position.drained_at, tz=datetime.UTC).date()
    aged = due_between(drained_on, datetime.datetime.now(tz=datetime.UTC).date())
    pending |= {f"{Kind.PROBLEM}:{object_id}" for object_id in aged}
    expected = {
        document.uid: document.digest
        for kind in Kind
        for document in documents_of(kind, indexable_ids(kind))
        if document.uid not in pending
    }
    indexed = {uid: digest for uid, digest in indexed.items() if uid not in pending}
    outdated = {uid for uid, digest in expected.items() if uid in indexed and indexed[uid] != digest}
    missing = expected.keys() - indexed.keys()
    return Difference(
        missing=frozenset(missing),
        left_over=frozenset(indexed.keys() - expected.keys()),
        outdated=frozenset(outdated),
        agreed=len(expected) - len(missing) - len(outdated),
        waiting=len(waiting),
    )
