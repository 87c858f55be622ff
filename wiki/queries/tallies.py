"""Sightings counted below a place in the product tree: by component and year, and by age and mileage.

A make can have hundreds of thousands. The database counts them from one index, which takes longer than a page may, so
the small result is kept in the cache under a name that changes whenever a sighting comes, is filed or is undone.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Case, CharField, Count, F, IntegerField, Q, Subquery, When
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
    """Unassigned sightings of a component (its id, None where none is named) in a year, None where there is no date."""

    component: int | None
    year: int | None
    severity: str
    suggested: bool
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


def tally_of(nodes: Sequence[Product], *, with_bands: bool = False) -> Tally:
    """The tally of the products and all below them: one query, and one or two more where it is not in the cache."""
    if not nodes:
        return Tally((), ())
    places = "-".join(f"{node.pk}.{node.tree_id}.{node.lft}.{node.rght}" for node in nodes[:12])
    key = f"tally:{int(with_bands)}:{places}:{_stamp()}"
    found: Tally | None = cache.get(key)
    if found is None:
        found = Tally(tuple(_unassigned(nodes)), tuple(_bands(nodes)) if with_bands else ())
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


def _year() -> Case:
    # The text of a date begins with its year on every database; SQLite's own extraction costs a call per row.
    year = Cast(Substr(Cast("seen_on", CharField()), 1, 4), IntegerField())
    return Case(When(~Q(dated=Sighting.Dated.UNKNOWN), then=year), output_field=IntegerField())


def _unassigned(nodes: Sequence[Product]) -> Iterable[YearCount]:
    rows = Sighting.objects.filter(within(nodes), problem__isnull=True).order_by().annotate(year=_year())
    keys = ("component", "year", "severity", "component_suggested")
    return (YearCount(*row) for row in rows.values_list(*keys).annotate(count=Count("pk")))


def _bands(nodes: Sequence[Product]) -> Iterable[BandCount]:
    # Whole numbers are divided as such by every database; what lies beyond the last band is folded in here.
    age = Case(
        When(product__year_from=F("product__year_to"), then=(_year() - F("product__year_from")) / AGE_STEP),
        output_field=IntegerField(),
    )
    mileage = Case(
        When(usage_unit=OwnedProduct.Unit.MILES, then=F("usage") / MILEAGE_STEP),
        When(usage_unit=OwnedProduct.Unit.KILOMETRES, then=F("usage") / round(MILEAGE_STEP * KM_PER_MILE)),
        output_field=IntegerField(),
    )
    rows = (
        Sighting.objects.filter(within(nodes))
        .order_by()
        .annotate(age=age, mileage=mileage)
        .values_list("component", "age", "mileage")
        .annotate(count=Count("pk"))
    )
    totals: Counter[tuple[int | None, int | None, int | None]] = Counter()
    for component, years, miles, count in rows:
        totals[
            component,
            None if years is None else min(max(years, 0), LAST_AGE_BAND),
            None if miles is None else min(miles, LAST_MILEAGE_BAND),
        ] += count
    return (BandCount(*key, count) for key, count in totals.items())


def yearly_of(nodes: Sequence[Product]) -> tuple[tuple[int | None, int | None, int], ...]:
    """All sightings of the products and those below them by component (its id) and year, filed or not.

    None for a component that is not named and a date that is not known. One query, two where it is not in the cache.
    """
    places = "-".join(f"{node.pk}.{node.tree_id}.{node.lft}.{node.rght}" for node in nodes[:12])
    key = f"yearly:{places}:{_stamp()}"
    found: tuple[tuple[int | None, int | None, int], ...] | None = cache.get(key)
    if found is None:
        rows = Sighting.objects.filter(within(nodes)).order_by().annotate(year=_year())
        found = tuple(rows.values_list("component", "year").annotate(count=Count("pk")))
        cache.set(key, found, KEPT_FOR)
    return found
