"""What emerges, for the front page: listed issues, and problems that more owners report than a month ago."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count, F, Max, Q

from wiki.models import EmergingIssue, Problem, Sighting
from wiki.queries.emerging import ORDERS, public_issues
from wiki.queries.issue_addresses import issue_addresses

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

DAYS = 28
FEWEST = 3
"""Owners in the latest days below which nothing is said to rise."""
SHOWN = 4
LOOKED_AT = 200_000
"""The latest sightings that are looked at."""
KEPT_FOR = 600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Emerging:
    """A listed issue and where it is read."""

    issue: EmergingIssue
    url: str


@dataclass(frozen=True, slots=True)
class Rising:
    """A problem with the owners who reported it in the latest days, and in as many days before."""

    problem: Problem
    recent: int
    before: int


def emerging_now() -> tuple[Emerging, ...]:
    """The listed issues flagged last: one query, two where there are some."""
    issues = list(public_issues().order_by(*ORDERS["latest"])[:SHOWN])
    addresses = issue_addresses(issues)
    return tuple(Emerging(issue, addresses[issue.pk]) for issue in issues)


def rising_problems(user: User | AnonymousUser, today: datetime.date) -> tuple[Rising, ...]:
    """Problems reported by more owners in the last four weeks than in the four before, the steepest first.

    One query, three once in ten minutes. A report counts by the day it came in, so old complaints filed today don't.
    """
    key = f"rising:{today}"
    counted: list[tuple[int, int, int]] | None = cache.get(key)
    if counted is None:
        counted = _counted(today)
        cache.set(key, counted, KEPT_FOR)
    if not counted:
        return ()
    wanted = Problem.objects.visible_to(user).canonical().filter(pk__in=[pk for pk, _, _ in counted])
    found = wanted.select_related("product").in_bulk()
    return tuple(Rising(found[pk], recent, before) for pk, recent, before in counted if pk in found)[:SHOWN]


def _counted(today: datetime.date) -> list[tuple[int, int, int]]:
    latest = Sighting.objects.aggregate(top=Max("pk"))["top"] or 0
    since = today - datetime.timedelta(days=DAYS)
    rows = (
        Sighting.objects.filter(
            pk__gt=latest - LOOKED_AT, problem__isnull=False, received_on__gte=since - datetime.timedelta(days=DAYS)
        )
        .order_by()
        .values("problem")
        .annotate(
            recent=Count("pk", filter=Q(received_on__gte=since)), before=Count("pk", filter=Q(received_on__lt=since))
        )
        .filter(recent__gte=FEWEST, recent__gt=F("before"))
        .order_by(F("before") - F("recent"), "-problem")
    )
    # Some more than are shown, since a few may be hidden from the reader.
    return [(row["problem"], row["recent"], row["before"]) for row in rows[: SHOWN * 3]]
