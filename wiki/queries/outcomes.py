"""Outcomes, read: those of a remedy, and what can be reported together."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from products.models import OfficialDiagnostic
from wiki.models import Comment, Fix, Outcome, Problem, Remedy
from wiki.permissions import maker_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True)
class Reply:
    """What a manufacturer said to an outcome (`wiki/outcome_reply.html`)."""

    key: int
    name: str
    html: str
    date: datetime.datetime
    history_url: str
    flag_url: str


def remedies_changed_with(remedy: Remedy) -> QuerySet[Remedy]:
    """The other remedies of the same problem, which may have been done at the same time: one query."""
    if remedy.fix_id is not None:
        problems = Q(problem=remedy.fix.problem_id)  # type: ignore[union-attr]
        linked = Q(diagnostic__problem_links__problem=remedy.fix.problem_id)  # type: ignore[union-attr]
    else:
        problems = Q(problem__diagnostic_links__diagnostic=remedy.diagnostic_id)
        linked = Q(pk__in=[])
    fixes = Q(fix__in=_published_fixes().filter(problems).values("pk"))
    return (
        Remedy.objects.filter(fixes | linked)
        .exclude(pk=remedy.pk)
        .select_related("fix", "diagnostic")
        .distinct()
        .order_by("pk")
    )


def outcomes_of(remedy: Remedy) -> QuerySet[Outcome]:
    """The outcomes that stand on a remedy, the latest first, with what their list shows: two queries.

    `public_replies` are what the manufacturer said to each.
    """
    replies = Comment.objects.filter(state=Comment.State.PUBLISHED).select_related("organisation")
    return (
        Outcome.objects.counted()
        .filter(remedy=remedy)
        .select_related("member", "organisation", "affiliation", "product")
        .prefetch_related(Prefetch("replies", queryset=replies, to_attr="public_replies"))
    )


def replies_to(outcome: Outcome) -> tuple[Reply, ...]:
    """What the manufacturer said to an outcome, where it was read with its replies."""
    return tuple(
        Reply(
            key=reply.pk,
            name=str(reply.organisation or "a former organisation"),
            html=reply.body_html,
            date=reply.created_at,
            history_url=reverse("wiki:comment-history", args=[reply.pk]) if reply.version > 1 else "",
            flag_url=reverse("wiki:flag", args=["comment", reply.pk]),
        )
        for reply in getattr(outcome, "public_replies", ())
    )


def said_by(organisation_id: int, on: Problem | Outcome) -> Comment | None:
    """What the organisation said officially to the problem or outcome: one query."""
    said = Comment.objects.filter(organisation=organisation_id).exclude(state=Comment.State.DELETED)
    if isinstance(on, Problem):
        return said.filter(problem=on, is_official=True).first()
    return said.filter(outcome=on).first()


def answerable_by(user: User | AnonymousUser, outcomes: Iterable[Outcome]) -> frozenset[int]:
    """The outcomes, by id, to which the person may reply for the manufacturer; products must be at hand."""
    return frozenset(outcome.pk for outcome in outcomes if maker_of(user, outcome.product) is not None)


def remedy_of(*, fix: Fix | None = None, diagnostic: OfficialDiagnostic | None = None) -> Remedy | None:
    """The remedy of a fix or an official diagnostic, if anything points at it yet."""
    return Remedy.objects.select_related("fix", "diagnostic").filter(fix=fix, diagnostic=diagnostic).first()


def problem_behind(remedy: Remedy, *, reader: User | AnonymousUser, said: str = "") -> Problem | None:
    """The problem whose plan a report comes from: a fix's own, the one named (`said`), or the only one linked."""
    if remedy.fix is not None:
        return remedy.fix.problem
    problems = Problem.objects.visible_to(reader).select_related("product")
    linked = problems.filter(diagnostic_links__diagnostic=remedy.diagnostic)
    if said.isascii() and said.isdigit() and len(said) < 18:
        return linked.filter(pk=int(said)).first()
    only = list(linked[:2])
    return only[0] if len(only) == 1 else None


def _published_fixes() -> QuerySet[Fix]:
    return Fix.objects.filter(state=Fix.State.PUBLISHED)
