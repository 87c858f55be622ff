"""The service desk: a workshop's own jobs, and the remedies that a list of jobs names."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from accounts.queries.community_rules import load
from accounts.queries.standing import Affiliation, standing_of
from wiki.models import Fix, Outcome, Remedy
from wiki.rules.judgement import Judgement

LATEST = 50


@dataclass(frozen=True)
class JobRow:
    """A job of the own workshop; `days_left` until its report is provisional no more, None once it is not."""

    outcome: Outcome
    days_left: int | None


@dataclass(frozen=True)
class Desk:
    """A workshop's desk: its jobs, those that are still provisional first; `days` is how long one stays so."""

    workshop: Affiliation
    days: int
    provisional: tuple[JobRow, ...]
    settled: tuple[JobRow, ...]


def workshop_at_desk(user: User) -> Affiliation | None:
    """The verified workshop or dealer that the person works for."""
    return next((there for there in standing_of(user).affiliations if there.role == "professional"), None)


def desk_of(workshop: Affiliation, *, today: datetime.date) -> Desk:
    """The latest jobs of a workshop, of all its people: one query."""
    rows = (
        Outcome.objects.counted()
        .filter(organisation=workshop.organisation_id)
        .exclude(job_number="")
        .select_related("remedy__fix__problem", "remedy__diagnostic", "product", "member")
        .order_by("-happened_on", "-pk")[:LATEST]
    )
    jobs = [JobRow(outcome, _days_left(outcome, today)) for outcome in rows]
    return Desk(
        workshop,
        provisional_days(),
        tuple(job for job in jobs if job.days_left is not None),
        tuple(job for job in jobs if job.days_left is None),
    )


def provisional_days() -> int:
    """How long a repair counts half, by the community's rule."""
    return int(load(Judgement).provisional_days)


def _days_left(outcome: Outcome, today: datetime.date) -> int | None:
    """Days until a success counts in full; a failure, or what came back, has nothing to wait for."""
    waits = outcome.result in (Outcome.Result.WORKED, Outcome.Result.PARTLY) and outcome.came_back_on is None
    left = (outcome.happened_on - today).days + provisional_days()
    return left if waits and left > 0 else None


def remedies_named(*, remedies: Iterable[int], fixes: Iterable[int]) -> dict[tuple[str, int], Remedy]:
    """Remedies by `("remedy", number)` and `("fix", number of the fix)`; of hidden fixes none. One query."""
    numbers, of_fixes = set(remedies), set(fixes)
    rows = (
        Remedy.objects.filter(Q(pk__in=numbers) | Q(fix__in=of_fixes))
        .filter(Q(fix__isnull=True) | Q(fix__state=Fix.State.PUBLISHED))
        .select_related("fix__problem__product", "diagnostic")
    )
    found: dict[tuple[str, int], Remedy] = {}
    for remedy in rows:
        found["remedy", remedy.pk] = remedy
        if remedy.fix_id is not None:
            found["fix", remedy.fix_id] = remedy
    return found
