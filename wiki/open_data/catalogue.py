"""What exists, for the dump: rules, products, components, fault codes, official diagnostics."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import CommunityRule
from accounts.queries.community_rules import find_rule
from products.models import Component, FaultCode, OfficialDiagnostic, Product
from wiki.open_data import records
from wiki.open_data.written import Written, batches, same


def rules(written: Written) -> Iterator[records.RuleRecord]:
    """The community rules that are not as in code."""
    for name, value in CommunityRule.objects.order_by("name").values_list("name", "value"):
        if find_rule(name) is not None and isinstance(value, bool | int | float | str):
            yield records.RuleRecord(name=name, value=value)


def products(written: Written) -> Iterator[records.ProductRecord]:
    """The product tree, parents first."""
    for row in batches(Product.objects.order_by("tree_id", "lft").prefetch_related("aliases")):
        if row.parent_id is None or row.parent_id in written.products:
            written.products.add(row.pk)
            yield records.ProductRecord(
                id=row.pk,
                parent=row.parent_id,
                **same(row, "kind", "name", "slug", "path", "full_name", "year_from", "year_to"),
                aliases=[alias.name for alias in row.aliases.all()],
                demonstration=row.is_demonstration,
            )


def components(written: Written) -> Iterator[records.ComponentRecord]:
    """The component tree, parents first."""
    for row in batches(Component.objects.order_by("tree_id", "lft").prefetch_related("aliases")):
        if row.parent_id is None or row.parent_id in written.components:
            written.components.add(row.pk)
            yield records.ComponentRecord(
                id=row.pk,
                parent=row.parent_id,
                **same(row, "name", "slug", "safety_class", "is_software"),
                aliases=[alias.name for alias in row.aliases.all()],
                demonstration=row.is_demonstration,
            )


def fault_codes(written: Written) -> Iterator[records.CodeRecord]:
    """Fault codes."""
    for row in batches(FaultCode.objects.order_by("pk")):
        if row.make_id is None or row.make_id in written.products:
            written.codes.add(row.pk)
            yield records.CodeRecord(
                id=row.pk,
                make=row.make_id,
                **same(row, "base", "failure_type", "status", "module", "description", "source"),
                demonstration=row.is_demonstration,
            )


def official_diagnostics(written: Written) -> Iterator[records.DiagnosticRecord]:
    """Official diagnostics with what they cover and their documents."""
    rows = OfficialDiagnostic.objects.order_by("pk").select_related("remedy")
    for row in batches(rows.prefetch_related("coverage", "component_links", "codes", "documents", "parts")):
        remedy = getattr(row, "remedy", None)
        written.diagnostics.add(row.pk)
        if remedy is not None:
            written.remedies.add(remedy.pk)
        yield records.DiagnosticRecord(
            id=row.pk,
            remedy=None if remedy is None else remedy.pk,
            **same(
                row,
                *("kind", "publisher", "number", "title", "situation", "cause", "action", "consequence", "warning"),
                *("url", "market", "issued_on", "effective_from", "effective_until", "remedy_available", "park_it"),
                *("park_outside", "over_the_air", "remedy_title", "remedy_cost", "remedy_currency", "remedy_hours"),
                "source",
            ),
            superseded_by=row.superseded_by_id,
            products=[
                records.CoverageRecord(
                    product=one.product_id, **same(one, "serial_from", "serial_to", "built_from", "built_to")
                )
                for one in row.coverage.all()
                if one.product_id in written.products
            ],
            components=[
                one.component_id for one in row.component_links.all() if one.component_id in written.components
            ],
            codes=[code.pk for code in row.codes.all() if code.pk in written.codes],
            documents=[records.DocumentRecord(**same(one, "name", "summary", "url")) for one in row.documents.all()],
            parts=[
                records.OfficialPartRecord(**same(one, "name", "number", "description", "supplier"))
                for one in row.parts.all()
            ],
            demonstration=row.is_demonstration,
        )
