"""The reputation ledger, read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import ReputationEvent, User
from accounts.queries.community_rules import load
from accounts.rules.points import Points, reputation


@dataclass(frozen=True, slots=True)
class Score:
    """A member's stored score beside the one that the ledger gives."""

    member_id: int
    stored: int
    due: int


def ledger_of(member: User) -> QuerySet[ReputationEvent]:
    """The member's ledger, newest first: one query."""
    return ReputationEvent.objects.filter(member=member).select_related("actor")


def standing(events: QuerySet[ReputationEvent]) -> QuerySet[ReputationEvent]:
    """Those of the events that are no reversal and were not reversed.

    Asked of expressions, not of the columns: SQLite expects one row where a unique column is null, reads all of them
    from that index, and leaves the better one aside.
    """
    undone = ReputationEvent.objects.filter(reverses=OuterRef("pk"))
    return events.alias(undoes=Coalesce("reverses_id", 0), undone=Exists(undone)).filter(undoes=0, undone=False)


def wrong_scores(members: list[int] | None = None) -> list[Score]:
    """The members (all without a list) whose stored score differs from their ledger: one query."""
    points = load(Points)
    users = User.objects.all() if members is None else User.objects.filter(pk__in=members)
    rows = users.annotate(total=Sum("reputation_events__points")).values_list("pk", "reputation", "total")
    scores = (Score(pk, stored, reputation(points, [total or 0])) for pk, stored, total in rows)
    return [score for score in scores if score.stored != score.due]
