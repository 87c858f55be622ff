"""Writes to official diagnostics: publish, revise, supersede, cover products, attach documents, codes, components."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from products.errors import InvalidDates, NameMissing, NumberTaken, ProductGone, SupersedeRefused, UnknownCurrency
from products.models import (
    Change,
    Component,
    DiagnosticDocument,
    DiagnosticProduct,
    FaultCode,
    ImportRun,
    OfficialDiagnostic,
    Product,
)
from products.rules.money import is_currency
from products.rules.naming import key_of, tidy


class DiagnosticText(TypedDict, total=False):
    """What an official diagnostic may say besides its kind, number and title, by the names of its fields."""

    situation: str
    cause: str
    action: str
    consequence: str
    warning: str
    url: str
    market: str
    issued_on: datetime.date | None
    effective_from: datetime.date | None
    effective_until: datetime.date | None
    remedy_available: bool
    park_it: bool
    park_outside: bool
    over_the_air: bool
    remedy_title: str
    remedy_cost: Decimal | None
    remedy_currency: str
    remedy_hours: Decimal | None
    source: str


class DiagnosticFields(DiagnosticText, total=False):
    """What a revision of an official diagnostic may change."""

    kind: str
    title: str
    version: int


@dataclass(frozen=True, slots=True)
class CoveredRange:
    """A product that a diagnostic covers, with the serial numbers or build dates that narrow it."""

    product: Product
    serial_from: str = ""
    serial_to: str = ""
    built_from: datetime.date | None = None
    built_to: datetime.date | None = None


@transaction.atomic
def publish_diagnostic(
    *,
    kind: str,
    publisher: str,
    number: str,
    title: str,
    products: Iterable[Product] = (),
    components: Iterable[Component] = (),
    codes: Iterable[FaultCode] = (),
    is_demonstration: bool = False,
    run: ImportRun | None = None,
    **fields: Unpack[DiagnosticText],
) -> OfficialDiagnostic:
    """Publish an official diagnostic with the products it covers, its components and codes.

    Raises NumberTaken when the publisher has one of that number, NameMissing, InvalidDates or UnknownCurrency.
    """
    publisher, number = tidy(publisher), tidy(number)
    if not key_of(publisher) or not key_of(number) or not tidy(title):
        raise NameMissing("An official diagnostic needs a publisher, a number and a title.")
    if OfficialDiagnostic.objects.filter(publisher=publisher, number=number).exists():
        raise NumberTaken(f"{publisher} has an official diagnostic {number} already.")
    diagnostic = OfficialDiagnostic(
        kind=kind,
        publisher=publisher,
        number=number,
        title=tidy(title),
        is_demonstration=is_demonstration,
        created_by_run=run,
        **fields,
    )
    _check(diagnostic)
    diagnostic.save()
    diagnostic.components.set(components)
    diagnostic.codes.set(codes)
    for product in products:
        cover_product(diagnostic=diagnostic, product=product, run=run)
    _tell(diagnostic)
    return diagnostic


@transaction.atomic
def revise_diagnostic(*, diagnostic: OfficialDiagnostic, **fields: Unpack[DiagnosticFields]) -> OfficialDiagnostic:
    """Change what an official diagnostic says. Raises NameMissing, InvalidDates, UnknownCurrency or ProductGone."""
    fresh = _read_again(diagnostic)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.title = tidy(fresh.title)
    if not fresh.title:
        raise NameMissing("An official diagnostic needs a title.")
    _check(fresh)
    fresh.save(update_fields=list(fields))
    _tell(fresh)
    return fresh


@transaction.atomic
def remove_diagnostic(*, diagnostic: OfficialDiagnostic) -> None:
    """Take an official diagnostic away with all that hangs on it; the caller has asked whether anybody relies on it."""
    pk = diagnostic.pk
    diagnostic.delete()
    Change.objects.create(kind=Change.Kind.OFFICIAL, object_id=pk)


def check_superseding(old: OfficialDiagnostic, new: OfficialDiagnostic, on: datetime.date) -> None:
    """Refuse what `supersede_diagnostic` would: raises SupersedeRefused with the reason."""
    if old.pk == new.pk:
        raise SupersedeRefused(f"{old.number} cannot take its own place.")
    if old.superseded_by_id not in (None, new.pk):
        raise SupersedeRefused(f"{old.number} was superseded already.")
    later: OfficialDiagnostic | None = new
    while later is not None:
        if later.pk == old.pk:
            raise SupersedeRefused(f"{new.number} was itself superseded by {old.number}.")
        later = later.superseded_by
    if old.effective_from is not None and on <= old.effective_from:
        raise SupersedeRefused(f"{old.number} begins on {old.effective_from}, after it would end.")


@transaction.atomic
def supersede_diagnostic(
    *, diagnostic: OfficialDiagnostic, by: OfficialDiagnostic, on: datetime.date
) -> OfficialDiagnostic:
    """Say that another diagnostic takes this one's place from a day on; this one ends the day before.

    Raises SupersedeRefused when they are one, when it would go in a circle, or when another already took its place.
    """
    old, new = _read_again(diagnostic), _read_again(by)
    check_superseding(old, new, on)
    last_day = on - datetime.timedelta(days=1)
    old.superseded_by = new
    old.effective_until = last_day
    old.save(update_fields=["superseded_by", "effective_until"])
    if new.effective_from is None:
        new.effective_from = on
        new.save(update_fields=["effective_from"])
    _tell(old)
    _tell(new)
    return old


@transaction.atomic
def cover_product(
    *,
    diagnostic: OfficialDiagnostic,
    product: Product,
    serial_from: str = "",
    serial_to: str = "",
    built_from: datetime.date | None = None,
    built_to: datetime.date | None = None,
    run: ImportRun | None = None,
) -> DiagnosticProduct:
    """Say that a diagnostic covers a product, within serial numbers or build dates; again changes the range.

    Raises InvalidDates when a range ends before it begins.
    """
    if built_from and built_to and built_to < built_from:
        raise InvalidDates("The build dates end before they begin.")
    serial_from, serial_to = tidy(serial_from).upper(), tidy(serial_to).upper()
    if serial_to and len(serial_from) == len(serial_to) and serial_to < serial_from:
        raise InvalidDates("The serial numbers end before they begin.")
    row, _ = DiagnosticProduct.objects.update_or_create(
        diagnostic=diagnostic,
        product=product,
        serial_from=serial_from,
        defaults={"serial_to": serial_to, "built_from": built_from, "built_to": built_to},
        create_defaults={
            "serial_to": serial_to,
            "built_from": built_from,
            "built_to": built_to,
            "created_by_run": run,
        },
    )
    _tell(diagnostic)
    return row


@transaction.atomic
def set_coverage(*, diagnostic: OfficialDiagnostic, ranges: Iterable[CoveredRange]) -> None:
    """Say anew which products a diagnostic covers, within which ranges. Raises InvalidDates."""
    diagnostic.coverage.all().delete()
    for each in ranges:
        cover_product(
            diagnostic=diagnostic,
            product=each.product,
            serial_from=each.serial_from,
            serial_to=each.serial_to,
            built_from=each.built_from,
            built_to=each.built_to,
        )
    _tell(diagnostic)


@transaction.atomic
def attach_document(
    *, diagnostic: OfficialDiagnostic, name: str, summary: str = "", url: str = "", run: ImportRun | None = None
) -> DiagnosticDocument:
    """Hang a document on a diagnostic; the same name again changes its summary and address. Raises NameMissing."""
    name = tidy(name)
    if not name:
        raise NameMissing("A document needs a name.")
    document, _ = DiagnosticDocument.objects.update_or_create(
        diagnostic=diagnostic,
        name=name,
        defaults={"summary": summary, "url": url},
        create_defaults={"summary": summary, "url": url, "created_by_run": run},
    )
    _tell(diagnostic)
    return document


@transaction.atomic
def attach_codes(*, diagnostic: OfficialDiagnostic, codes: Iterable[FaultCode]) -> None:
    """Say which fault codes a diagnostic speaks about, besides those it has."""
    diagnostic.codes.add(*codes)
    _tell(diagnostic)


@transaction.atomic
def attach_components(*, diagnostic: OfficialDiagnostic, components: Iterable[Component]) -> None:
    """Say which components a diagnostic speaks about, besides those it has."""
    diagnostic.components.add(*components)
    _tell(diagnostic)


def _read_again(diagnostic: OfficialDiagnostic) -> OfficialDiagnostic:
    fresh = OfficialDiagnostic.objects.select_for_update().filter(pk=diagnostic.pk).first()
    if fresh is None:
        raise ProductGone(f"{diagnostic} is no longer there.")
    return fresh


def _check(diagnostic: OfficialDiagnostic) -> None:
    first, last = diagnostic.effective_from, diagnostic.effective_until
    if first and last and last < first:
        raise InvalidDates(f"It would be in force until {last}, before it begins on {first}.")
    if not is_currency(diagnostic.remedy_currency):
        raise UnknownCurrency(f"“{diagnostic.remedy_currency}” is no three-letter currency code.")
    for amount in (diagnostic.remedy_cost, diagnostic.remedy_hours):
        if amount is not None and amount < 0:
            raise InvalidDates("A remedy's cost and time cannot be below zero.")


def _tell(diagnostic: OfficialDiagnostic) -> None:
    Change.objects.create(kind=Change.Kind.OFFICIAL, object_id=diagnostic.pk)
