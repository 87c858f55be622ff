"""Official diagnostics of a manufacturer's scope, and what it did to one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from products.models import DiagnosticProduct, OfficialDiagnostic
from wiki.models import OfficialAct
from wiki.queries.brand import Brand
from wiki.queries.revisions import FieldDiff, compare


def official_of(brand: Brand) -> QuerySet[OfficialDiagnostic]:
    """The official diagnostics that cover something in the scope, the latest first."""
    covered = DiagnosticProduct.objects.filter(brand.about()).values("diagnostic")
    return OfficialDiagnostic.objects.filter(pk__in=covered).select_related("superseded_by")


@dataclass(frozen=True)
class ActRow:
    """An act with what it changed."""

    act: OfficialAct
    changes: tuple[FieldDiff, ...]


def acts_on(diagnostic: OfficialDiagnostic) -> tuple[ActRow, ...]:
    """What was done to the diagnostic here, the latest first, each with what it changed: one query."""
    acts = list(diagnostic.acts.select_related("organisation", "by")[:50])
    before = [act.content for act in [*acts[1:], *acts[-1:]]]
    return tuple(ActRow(act, compare(old, act.content)) for act, old in zip(acts, before, strict=True))


def knowing_their_keeper(diagnostics: QuerySet[OfficialDiagnostic]) -> QuerySet[OfficialDiagnostic]:
    """Official diagnostics that know, as `kept_by`, the slug of the organisation that did something to them here."""
    acts = OfficialAct.objects.filter(diagnostic=OuterRef("pk")).values("organisation__slug")
    return diagnostics.annotate(kept_by=Subquery(acts[:1]))
