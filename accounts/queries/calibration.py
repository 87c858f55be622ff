"""The calibration ledger, read."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet, Sum

from accounts.models import CalibrationEvent, User

YEAR = datetime.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Calls:
    """How many of a person's claims of a year later proved right and wrong."""

    good: int = 0
    bad: int = 0


def calibration_ledger_of(member: User) -> QuerySet[CalibrationEvent]:
    """The member's calibration ledger, newest first: one query."""
    return CalibrationEvent.objects.filter(member=member)


def standing_points(members: Collection[int]) -> dict[int, dict[str, int]]:
    """The points of each claim that has rows, by member: one query."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = CalibrationEvent.objects.filter(member__in=members).order_by().values_list("member", "cause")
    for member, cause, points in rows.annotate(points=Sum("points")):
        found[member][cause] = points
    return found


def members_with_rows() -> set[int]:
    """Everybody who has a row: one query."""
    return set(CalibrationEvent.objects.order_by().values_list("member", flat=True).distinct())


def wrong_calibrations(members: Collection[int] | None = None) -> list[tuple[int, int, int]]:
    """Members whose stored points differ from their ledger: (member, stored, the ledger's sum). One query."""
    users = User.objects.all() if members is None else User.objects.filter(pk__in=members)
    rows = users.annotate(due=Sum("calibration_events__points")).values_list("pk", "calibration", "due")
    return [(pk, stored, due or 0) for pk, stored, due in rows if stored != (due or 0)]


def outcome_calls(members: Collection[int], *, now: datetime.datetime) -> dict[int, Calls]:
    """Outcomes that verified ones of others agreed with or contradicted, by member: those with a row in a year."""
    rows = (
        CalibrationEvent.objects.filter(Q(member__in=members), cause__startswith="outcome:")
        .order_by()
        .values_list("member", "cause")
        .annotate(points=Sum("points"), latest=Max("created_at"))
    )
    good: dict[int, int] = defaultdict(int)
    bad: dict[int, int] = defaultdict(int)
    for member, _, points, latest in rows:
        if points and latest > now - YEAR:
            (good if points > 0 else bad)[member] += 1
    return {member: Calls(good[member], bad[member]) for member in {*good, *bad}}
