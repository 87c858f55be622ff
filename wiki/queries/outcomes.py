"""Outcomes, read: those of a remedy, and what can be reported together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from products.models import OfficialDiagnostic
from wiki.models import Fix, Outcome, Problem, Remedy

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


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
    """The outcomes that stand on a remedy, the latest first, with what their list shows: one query."""
    return Outcome.objects.counted().filter(remedy=remedy).select_related("member", "organisation", "product")


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
