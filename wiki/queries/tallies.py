"""Sightings counted below a place in the product tree: by component and year, and by age and mileage.

A make can have hundreds of thousands. The database counts them from one index, which takes longer than a page may, so
the small result is kept in the cache under a name that changes whenever a sighting comes, is filed or is undone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Case, CharField, Count, F, IntegerField, Q, Subquery, Value, When
from django.db.models.functions import Cast, Substr

from accounts.models import OwnedProduct
from products.models import ImportRun, Product
from wiki.models import Filing, Sighting

KEPT_FOR = 600
"""Seconds; only a sighting that its member takes back is seen this late."""
KM_PER_MILE = 1.609344
MILEAGE_STEP = 30_000
LAST_MILEAGE_BAND = 5
AGE_STEP = 4
LAST_AGE_BAND = 4


@dataclass(frozen=True)
class YearCount:
    """Unassigned sightings of a component (by id; None where none is named) in a year."""

    component: int | None
    year: int
    count: int


@dataclass(frozen=True)
class BandCount:
    """All sightings of a component in a band of age and one of mileage; None where it is not known."""

    component: int | None
    age: int | None
    mileage: int | None
    count: int


@dataclass(frozen=True)
class Tally:
    """What was counted below some products."""

    unassigned: tuple[YearCount, ...]
    bands: tuple[BandCount, ...]


def tally_of(nodes: Sequence[Product]) -> Tally:
    """The tally of the products and all below them: one query, and two more where it is not in the cache."""
    if not nodes:
        return Tally((), ())
    places = "-".join(f"{node.pk}.{node.tree_id}.{node.lft}.{node.rght}" for node in nodes[:12])
    key = f"tally:{places}:{_stamp()}"
    found: Tally | None = cache.get(key)
    if found is None:
        found = Tally(tuple(_unassigned(nodes)), tuple(_bands(nodes)))
        cache.set(key, found, KEPT_FOR)
    return found


def within(nodes: Iterable[Product], prefix: str = "product__") -> Q:
    """What stands on one of the nodes or below it."""
    condition = Q(pk__in=[])
    for node in nodes:
        condition |= Q(
            **{f"{prefix}tree_id": node.tree_id, f"{prefix}lft__gte": node.lft, f"{prefix}rght__lte": node.rght}
        )
    return condition


def _stamp() -> str:
    """Changes with every new sighting, filing, undone filing and finished or undone import."""
    newest = Filing.objects.order_by("-pk").values("pk")[:1]
    undone = Filing.objects.filter(undone_at__isnull=False).order_by("-undone_at").values("undone_at")[:1]
    imported = ImportRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").values("finished_at")[:1]
    row = (
        Sighting.objects.order_by("-pk")
        .annotate(newest=Subquery(newest), undone=Subquery(undone), imported=Subquery(imported))
        .values_list("pk", "newest", "undone", "imported")
        .first()
    )
    return ".".join(str(part.timestamp() if isinstance(part, datetime.datetime) else part or 0) for part in row or ())


def _unassigned(nodes: Sequence[Product]) -> Iterable[YearCount]:
    # The text of a date begins with its year on every database; SQLite's own extraction costs a call per row.
    year = Cast(Substr(Cast("seen_on", CharField()), 1, 4), IntegerField())
    rows = Sighting.objects.filter(within(nodes), problem__isnull=True).order_by().annotate(year=year)
    return (YearCount(*row) for row in rows.values_list("component", "year").annotate(count=Count("pk")))


def _bands(nodes: Sequence[Product]) -> Iterable[BandCount]:
    year = Cast(Substr(Cast("seen_on", CharField()), 1, 4), IntegerField())
    since = year - F("product__year_from")
    age = Case(
        When(
            product__year_from=F("product__year_to"),
            then=Case(
                *[When(Q(years__lt=AGE_STEP * (band + 1)), then=Value(band)) for band in range(LAST_AGE_BAND)],
                default=Value(LAST_AGE_BAND),
            ),
        ),
        default=None,
        output_field=IntegerField(),
    )
    per_mile = {OwnedProduct.Unit.MILES: 1.0, OwnedProduct.Unit.KILOMETRES: KM_PER_MILE}
    mileage = Case(
        *[
            When(usage_unit=unit, usage__lt=round(MILEAGE_STEP * (band + 1) * length), then=Value(band))
            for unit, length in per_mile.items()
            for band in range(LAST_MILEAGE_BAND)
        ],
        When(usage_unit__in=list(per_mile), usage__isnull=False, then=Value(LAST_MILEAGE_BAND)),
        default=None,
        output_field=IntegerField(),
    )
    rows = (
        Sighting.objects.filter(within(nodes))
        .order_by()
        .alias(years=since)
        .annotate(age=age, mileage=mileage)
        .values_list("component", "age", "mileage")
        .annotate(count=Count("pk"))
    )
    return (BandCount(*row) for row in rows)
