"""The products that an official diagnostic covers, the years of a model together, and its parts by what they are."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, QuerySet

from products.models import DiagnosticPart, DiagnosticProduct, OfficialDiagnostic, Product

SHOWN = 300


@dataclass(slots=True)
class Covered:
    """A model, or what stands elsewhere in the tree, with its years and the ranges that narrow it."""

    product: Product
    years: list[Product] = field(default_factory=list)
    built_from: datetime.date | None = None
    built_to: datetime.date | None = None
    serials: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered, in the order of the tree, and how many products are not shown."""

    rows: tuple[Covered, ...]
    more: int


def around_coverage(diagnostic: OfficialDiagnostic) -> QuerySet[DiagnosticProduct]:
    """What a diagnostic covers at, above or below the `product` of an outer row, for an Exists.

    What is official for a model is official for each of its years, hence both ways.
    """
    covered = DiagnosticProduct.objects.filter(diagnostic=diagnostic, product__tree_id=OuterRef("product__tree_id"))
    return covered.filter(
        Q(product__lft__gte=OuterRef("product__lft"), product__rght__lte=OuterRef("product__rght"))
        | Q(product__lft__lte=OuterRef("product__lft"), product__rght__gte=OuterRef("product__rght"))
    )


def coverage_of(diagnostic: OfficialDiagnostic) -> Coverage:
    """The first products that a diagnostic covers: one query, two where there are more."""
    links = DiagnosticProduct.objects.filter(diagnostic=diagnostic)
    ordered = links.select_related("product__parent").order_by("product__tree_id", "product__lft", "serial_from")
    shown = list(ordered[: SHOWN + 1])
    groups: dict[int, Covered] = {}
    for link in shown[:SHOWN]:
        product = link.product
        is_year = product.kind == Product.Level.YEAR and product.parent is not None
        top = product.parent if is_year and product.parent is not None else product
        row = groups.setdefault(top.pk, Covered(top))
        if is_year and product not in row.years:
            row.years.append(product)
        if link.serial_from or link.serial_to:
            row.serials.append(f"{link.serial_from or '…'} to {link.serial_to or '…'}")
        row.built_from = min(filter(None, (row.built_from, link.built_from)), default=None)
        row.built_to = max(filter(None, (row.built_to, link.built_to)), default=None)
    for row in groups.values():
        row.years.sort(key=lambda year: year.name)
    return Coverage(tuple(groups.values()), links.count() - SHOWN if len(shown) > SHOWN else 0)


@dataclass(slots=True)
class PartRow:
    """Parts that differ in their numbers alone."""

    name: str
    description: str
    supplier: str
    numbers: list[str] = field(default_factory=list)


def parts_of(diagnostic: OfficialDiagnostic) -> tuple[PartRow, ...]:
    """The parts that a recall is about: one query."""
    rows: dict[tuple[str, str, str], PartRow] = {}
    for part in DiagnosticPart.objects.filter(diagnostic=diagnostic):
        name = part.name or part.description
        description = "" if part.description.casefold() == name.casefold() else part.description
        row = rows.setdefault((name, description, part.supplier), PartRow(name, description, part.supplier))
        if part.number:
            row.numbers.append(part.number)
    return tuple(rows.values())
