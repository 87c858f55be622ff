"""The reputation ledger, read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

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


def wrong_scores(members: list[int] | None = None) -> list[Score]:
    """The members (all without a list) whose stored score differs from their ledger: one query."""
    points = load(Points)
    users = User.objects.all() if members is None else User.objects.filter(pk__in=members)
    rows = users.annotate(total=Sum("reputation_events__points")).values_list("pk", "reputation", "total")
    scores = (Score(pk, stored, reputation(points, [total or 0])) for pk, stored, total in rows)
    return [score for score in scores if score.stored != score.due]
