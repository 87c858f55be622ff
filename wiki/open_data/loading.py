"""Restore a dump into an empty site, in one transaction: all of it or nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import IntegrityError, connections, router, transaction

from accounts.models import CommunityRule
from accounts.queries.community_rules import forget
from products.actions.change_feed import tell_changes
from products.actions.renumbering import renumber
from products.database import tree_lock
from products.models import (
    Change,
    Component,
    ComponentAlias,
    DiagnosticComponent,
    DiagnosticDocument,
    DiagnosticPart,
    DiagnosticProduct,
    FaultCode,
    OfficialDiagnostic,
    Product,
    ProductAlias,
)
from products.rules.naming import key_of
from wiki.actions.evidence import rebuild_remedy_evidence
from wiki.errors import DumpNotUnderstood, SiteNotEmpty
from wiki.models import (
    CarriedOutcome,
    CarriedVotes,
    Comment,
    DiagnosticTest,
    Fix,
    Outcome,
    Problem,
    Reading,
    Remedy,
    ReportedReading,
    Sighting,
)
from wiki.open_data import posts
from wiki.open_data.checking import rows_of
from wiki.open_data.posts import Place, Rows, batches, moment, same
from wiki.open_data.writing import Progress
from wiki.queries.evidence import remedies_with_evidence

_FILLED = (Product, Component, FaultCode, OfficialDiagnostic, Problem, Fix, Remedy, Comment, DiagnosticTest, Outcome,
           CarriedVotes, Sighting)  # fmt: skip
"""What has to be empty. Members may be there, so that somebody can sign in."""


def check_empty() -> None:
    """Raise SiteNotEmpty where anything is there that a dump would bring."""
    for model in _FILLED:
        if model._default_manager.exists():
            raise SiteNotEmpty(
                f"This site has {model._meta.verbose_name_plural} already. A dump is loaded into an empty site only."
            )
    if CommunityRule.objects.exists():
        raise SiteNotEmpty(
            "This site has community rules of its own already. A dump is loaded into an empty site only."
        )


@transaction.atomic
def load_dump(folder: Path, manifest: dict[str, Any], *, now: datetime.datetime, progress: Progress) -> None:
    """Load a dump that `check_dump` has found right. `progress` is told each file and the rows done of it.

    Ids stay what they were, so that addresses do. Raises SiteNotEmpty, and DumpNotUnderstood where rows contradict
    each other; nothing is loaded then.
    """
    tree_lock()
    check_empty()
    place = Place(site=str(manifest["site"]), now=now)
    try:
        with transaction.atomic():
            for name, load in LOADERS.items():
                load(_told(rows_of(folder, name), name, progress), place)
            # Foreign keys are checked at the end of a transaction otherwise, where nobody can say why.
            connections[router.db_for_write(Product)].check_constraints()
            _reset_sequences()
    except IntegrityError as error:
        raise DumpNotUnderstood(f"The rows of the dump contradict each other: {error}.") from error
    forget()
    for remedy in remedies_with_evidence():
        rebuild_remedy_evidence(remedy=remedy, now=now)
        progress("evidence", 1)


def _rules(rows: Rows, place: Place) -> None:
    CommunityRule.objects.bulk_create([CommunityRule(name=row.name, value=row.value) for row in rows])


def _products(rows: Rows, place: Place) -> None:
    for batch in batches(rows):
        Product.objects.bulk_create(
            [
                Product(
                    pk=row.id,
                    parent_id=row.parent,
                    **same(row, "kind", "name", "slug", "path", "full_name", "year_from", "year_to"),
                    key=key_of(row.name),
                    full_name_key=key_of(row.full_name),
                    is_demonstration=row.demonstration,
                    **_UNNUMBERED,
                )
                for row in batch
            ]
        )
        ProductAlias.objects.bulk_create(
            [ProductAlias(product_id=row.id, name=name, key=key_of(name)) for row in batch for name in row.aliases]
        )
        tell_changes(Change.Kind.PRODUCT, [row.id for row in batch])
    renumber(Product)


def _components(rows: Rows, place: Place) -> None:
    for batch in batches(rows):
        Component.objects.bulk_create(
            [
                Component(
                    pk=row.id,
                    parent_id=row.parent,
                    **same(row, "name", "slug", "safety_class", "is_software"),
                    key=key_of(row.name),
                    is_demonstration=row.demonstration,
                    **_UNNUMBERED,
                )
                for row in batch
            ]
        )
        ComponentAlias.objects.bulk_create(
            [ComponentAlias(component_id=row.id, name=name, key=key_of(name)) for row in batch for name in row.aliases]
        )
    renumber(Component)


def _fault_codes(rows: Rows, place: Place) -> None:
    for batch in batches(rows):
        FaultCode.objects.bulk_create(
            [
                FaultCode(
                    pk=row.id,
                    make_id=row.make,
                    **same(row, "base", "failure_type", "status", "module", "description", "source"),
                    is_demonstration=row.demonstration,
                )
                for row in batch
            ]
        )


def _official_diagnostics(rows: Rows, place: Place) -> None:
    superseded: list[tuple[int, int]] = []
    for batch in batches(rows):
        OfficialDiagnostic.objects.bulk_create(
            [
                OfficialDiagnostic(
                    pk=row.id,
                    **same(
                        row,
                        *("kind", "publisher", "number", "title", "situation", "cause", "action", "consequence"),
                        *("warning", "url", "market", "issued_on", "effective_from", "effective_until"),
                        *("remedy_available", "park_it", "park_outside", "over_the_air", "remedy_title"),
                        *("remedy_cost", "remedy_currency", "remedy_hours", "source"),
                    ),
                    is_demonstration=row.demonstration,
                )
                for row in batch
            ]
        )
        superseded += [(row.id, row.superseded_by) for row in batch if row.superseded_by is not None]
        Remedy.objects.bulk_create(
            [Remedy(pk=row.remedy, diagnostic_id=row.id) for row in batch if row.remedy is not None]
        )
        DiagnosticProduct.objects.bulk_create(
            [
                DiagnosticProduct(
                    diagnostic_id=row.id,
                    product_id=one.product,
                    **same(one, "serial_from", "serial_to", "built_from", "built_to"),
                )
                for row in batch
                for one in row.products
            ]
        )
        DiagnosticComponent.objects.bulk_create(
            [DiagnosticComponent(diagnostic_id=row.id, component_id=one) for row in batch for one in row.components]
        )
        named = OfficialDiagnostic.codes.through
        named.objects.bulk_create(
            [named(officialdiagnostic_id=row.id, faultcode_id=one) for row in batch for one in row.codes]
        )
        DiagnosticDocument.objects.bulk_create(
            [
                DiagnosticDocument(diagnostic_id=row.id, **same(one, "name", "summary", "url"))
                for row in batch
                for one in row.documents
            ]
        )
        DiagnosticPart.objects.bulk_create(
            [
                DiagnosticPart(
                    diagnostic_id=row.id,
                    key=key_of(one.number or one.name),
                    **same(one, "name", "number", "description", "supplier"),
                )
                for row in batch
                for one in row.parts
            ]
        )
        tell_changes(Change.Kind.OFFICIAL, [row.id for row in batch])
    for pk, by in superseded:
        OfficialDiagnostic.objects.filter(pk=pk).update(superseded_by=by)


def _votes(rows: Rows, place: Place) -> None:
    for batch in batches(rows):
        CarriedVotes.objects.bulk_create(
            [CarriedVotes(fix_id=row.fix, **same(row, "value", "number", "weight", "on")) for row in batch]
        )


def _outcomes(rows: Rows, place: Place) -> None:
    also = Outcome.also_remedies.through
    for batch in batches(rows):
        made = Outcome.objects.bulk_create(
            [
                Outcome(
                    remedy_id=row.remedy,
                    product_id=row.product,
                    **same(
                        row,
                        *("result", "tier", "happened_on", "came_back_on", "done_by", "money", "currency", "hours"),
                        *("usage", "usage_unit", "procedure_followed", "has_evidence", "harm"),
                    ),
                    is_beyond_share=not row.weighs,
                    created_at=moment(row.happened_on),
                    updated_at=moment(row.came_back_on or row.happened_on),
                    is_demonstration=row.demonstration,
                )
                for row in batch
            ]
        )
        pairs = list(zip(made, batch, strict=True))
        CarriedOutcome.objects.bulk_create(
            [
                CarriedOutcome(
                    outcome=outcome,
                    trust=row.trust or 0.0,
                    **same(row, "reporter", "shared_among", "not_counted_on"),
                )
                for outcome, row in pairs
            ]
        )
        also.objects.bulk_create(
            [also(outcome_id=outcome.pk, remedy_id=one) for outcome, row in pairs for one in row.also_remedies]
        )
        ReportedReading.objects.bulk_create(
            [ReportedReading(outcome=outcome, reading_id=one) for outcome, row in pairs for one in row.readings]
        )


def _nothing(rows: Rows, place: Place) -> None:
    """Counts of people become no rows: this site begins to count by itself. They are read to tell how far it is."""
    for _ in rows:
        pass


LOADERS: dict[str, Callable[[Rows, Place], None]] = {
    "rules": _rules,
    "products": _products,
    "components": _components,
    "fault_codes": _fault_codes,
    "official_diagnostics": _official_diagnostics,
    "problems": posts.problems,
    "fixes": posts.fixes,
    "comments": posts.comments,
    "tests": posts.tests,
    "votes": _votes,
    "outcomes": _outcomes,
    "sightings": _nothing,
    "series": _nothing,
}
_WITH_IDS = (Product, Component, FaultCode, OfficialDiagnostic, Problem, Fix, Remedy, Comment, DiagnosticTest, Reading)
_UNNUMBERED: dict[str, Any] = {"lft": 0, "rght": 0, "tree_id": 0, "level": 0}
"""The numbers of a tree, until they are made from parents and names."""


def _told(rows: Iterator[Any], name: str, progress: Progress) -> Iterator[Any]:
    for row in rows:
        yield row
        progress(name, 1)


def _reset_sequences() -> None:
    """Let new rows begin after those that came with their ids."""
    connection = connections[router.db_for_write(Product)]
    statements = connection.ops.sequence_reset_sql(no_style(), list(_WITH_IDS))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
