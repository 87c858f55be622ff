"""Outcomes, read: those of a remedy, and what can be reported together."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wiki.models import Fix, Outcome, Remedy


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


def _published_fixes() -> QuerySet[Fix]:
    return Fix.objects.filter(state=Fix.State.PUBLISHED)
