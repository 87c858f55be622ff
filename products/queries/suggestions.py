"""Suggestions while typing: products, components and fault codes. One query each, ten at most."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from products.models import Component, FaultCode
from products.pickers import find_products
from products.rules.naming import key_of

AT_MOST = 10


@dataclass(frozen=True)
class Suggestion:
    """What a picker offers: `value` goes into the text field, `detail` stands beside it in small."""

    id: int
    value: str
    label: str
    detail: str


def suggest_products(typed: str) -> list[Suggestion]:
    """Products whose full name holds every word typed, makes and models before years and variants."""
    found = find_products(typed).only("pk", "full_name", "kind", "path")[:AT_MOST]
    return [
        Suggestion(product.pk, product.full_name, product.full_name, product.get_kind_display()) for product in found
    ]


def suggest_components(typed: str) -> list[Suggestion]:
    """Components by a part of their name or of another name, those that begin with it first."""
    key = key_of(typed)
    if not key:
        return []
    found = (
        Component.objects.filter(Q(key__contains=key) | Q(aliases__key__contains=key))
        .select_related("parent")
        .distinct()
        .order_by("level", "name")[: AT_MOST * 3]
    )
    ordered = sorted(found, key=lambda component: not component.key.startswith(key))[:AT_MOST]
    return [
        Suggestion(component.pk, component.name, component.name, component.parent.name if component.parent else "")
        for component in ordered
    ]


def suggest_codes(typed: str) -> list[Suggestion]:
    """Fault codes that begin with what was typed, each base code once, with one of its meanings."""
    start = key_of(typed).upper()
    if not start:
        return []
    found: dict[str, Suggestion] = {}
    rows = FaultCode.objects.filter(base__startswith=start).order_by("base", "make_id", "pk")[: AT_MOST * 12]
    for code in rows:
        if len(found) == AT_MOST:
            break
        found.setdefault(code.base, Suggestion(code.pk, code.base, code.base, code.description))
    return list(found.values())
