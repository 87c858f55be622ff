"""Official diagnostics and problems: what may speak about one, and what bears a number."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from products.models import Component, OfficialDiagnostic
from wiki.models import DiagnosticLink, Problem

MOST = 20


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An official diagnostic with the reason why it is suggested."""

    diagnostic: OfficialDiagnostic
    reason: str
    why: str


def suggest_diagnostics(problem: Problem, *, on: datetime.date) -> tuple[Suggestion, ...]:
    """Diagnostics in force that apply to the problem's product and share a fault code or a component with it.

    Those that share a code come first; linked ones are left out. A component counts with what stands above it and
    below it in the tree. Three queries.
    """
    base = (
        OfficialDiagnostic.objects.in_force(on)
        .applying_to(problem.product)
        .exclude(pk__in=DiagnosticLink.objects.filter(problem=problem).values("diagnostic"))
    )
    found: dict[int, Suggestion] = {}
    if problem.codes:
        for diagnostic in base.filter(codes__base__in=problem.codes).distinct().order_by("-issued_on", "pk")[:MOST]:
            found[diagnostic.pk] = Suggestion(diagnostic, DiagnosticLink.Reason.CODE, "shares a fault code")
    component = problem.component
    if component is not None:
        near = Component.objects.filter(tree_id=component.tree_id).filter(
            Q(lft__lte=component.lft, rght__gte=component.rght, level__gt=0)
            | Q(lft__gte=component.lft, rght__lte=component.rght)
        )
        for diagnostic in base.filter(components__in=near.values("pk")).distinct().order_by("-issued_on", "pk")[:MOST]:
            found.setdefault(
                diagnostic.pk, Suggestion(diagnostic, DiagnosticLink.Reason.COMPONENT, f"is about {component.name}")
            )
    return tuple(found.values())[:MOST]


def diagnostics_numbered(typed: str) -> list[OfficialDiagnostic]:
    """The official diagnostics with a number in any case and with or without hyphens; two are enough to ask back."""
    for number in (typed.strip(), typed.strip().replace("-", "")):
        found = list(OfficialDiagnostic.objects.filter(number__iexact=number)[:2])
        if found:
            return found
    return []


def links_of(problem: Problem) -> QuerySet[DiagnosticLink]:
    """The links of a problem in the order in which they were made, with what their list shows: one query."""
    return problem.diagnostic_links.select_related("diagnostic", "linked_by").order_by("linked_at", "pk")


def component_at(slug: str) -> Component | None:
    """The component with this slug, or None: where a form about a problem begins."""
    return Component.objects.filter(slug=slug).first() if slug else None
