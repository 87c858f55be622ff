"""Investigations as context: the newest about some products, and those that led to a recall."""

from __future__ import annotations

from django.db.models import Q

from products.models import Investigation, InvestigationProduct, OfficialDiagnostic

SHOWN = 5


def investigations_about(products: Q) -> tuple[Investigation, ...]:
    """The newest about the products that a condition on links names: one query."""
    links = InvestigationProduct.objects.filter(products).order_by()
    return tuple(Investigation.objects.filter(pk__in=links.values("investigation"))[:SHOWN])


def investigations_behind(diagnostic: OfficialDiagnostic) -> tuple[Investigation, ...]:
    """Those that led to a recall campaign: one query, none for what is no recall."""
    if diagnostic.kind != OfficialDiagnostic.Kind.RECALL:
        return ()
    return tuple(Investigation.objects.filter(campaigns__number=diagnostic.number))
