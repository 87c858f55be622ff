"""Sightings, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from wiki.models import Problem, Sighting

if TYPE_CHECKING:
    from accounts.models import User


UNASSIGNED_SHOWN = 20


def unassigned_by(member: User) -> QuerySet[Sighting]:
    """The member's latest sightings that nobody has filed yet: one query."""
    mine = Sighting.objects.filter(member=member, problem__isnull=True).select_related("product")
    return mine.order_by("-pk")[:UNASSIGNED_SHOWN]


def sightings_by(member: User, *, of: Problem) -> QuerySet[Sighting]:
    """The member's sightings of a problem, the latest first: one query."""
    return Sighting.objects.filter(problem=of, member=member).select_related("product")
