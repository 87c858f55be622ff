"""What a manufacturer loaded of its vehicles in service, and the rates of an emerging issue that follow from it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.queries.community_rules import load as rules_in_force
from products.models import Product
from wiki.models import EmergingIssue, ServiceLoad, Sighting, UnitsInService
from wiki.queries.brand import Brand
from wiki.queries.tallies import within
from wiki.rules.aggregates import AggregateRules, shown
from wiki.rules.in_service import (
    BandRate,
    Built,
    Reported,
    YearRate,
    by_months_in_service,
    by_year,
    month_of,
)

MODELS_LISTED = 50


@dataclass(frozen=True)
class Loaded:
    """What is in force, and what taking it back would return to."""

    load: ServiceLoad
    earlier: ServiceLoad | None
    units: int
    models: tuple[tuple[Product, int], ...]
    more: int


@dataclass(frozen=True)
class ServiceRates:
    """The rates of one issue. `units` is 0 where nothing is loaded for its product; `left_out` reports match no units.

    `left_out` is None where that is too few people to say.
    """

    bands: tuple[BandRate, ...]
    years: tuple[YearRate, ...]
    units: int
    left_out: int | None
    least_people: int

    @property
    def highest_band(self) -> float:
        """The longest bar by months in service."""
        return max((band.at_most or 0.0 for band in self.bands), default=0.0)

    @property
    def highest_year(self) -> float:
        """The longest bar by year."""
        return max((year.per_thousand or 0.0 for year in self.years), default=0.0)


@dataclass(frozen=True)
class _Row:
    """Units of one product and month."""

    product: tuple[int, int, int]
    built: Built


def load_in_force(brand: Brand) -> ServiceLoad | None:
    """The load that counts now: one query."""
    return _loads(brand).filter(is_in_force=True).select_related("member").first()


def _loads(brand: Brand) -> QuerySet[ServiceLoad]:
    return ServiceLoad.objects.filter(organisation=brand.organisation)


def loaded(brand: Brand) -> Loaded | None:
    """What its staff sees of the load in force: four queries."""
    found = load_in_force(brand)
    if found is None:
        return None
    units = UnitsInService.objects.filter(load=found).order_by().values_list("product")
    sums = list(units.annotate(total=Sum("units")).order_by("-total", "product"))
    products = Product.objects.in_bulk([pk for pk, _ in sums[:MODELS_LISTED]])
    return Loaded(
        load=found,
        earlier=_loads(brand).filter(is_in_force=False).first(),
        units=sum(number for _, number in sums),
        models=tuple((products[pk], number) for pk, number in sums[:MODELS_LISTED]),
        more=max(0, len(sums) - MODELS_LISTED),
    )


def rates_of(brand: Brand, issue: EmergingIssue, *, today: datetime.date) -> ServiceRates | None:
    """The rates of an issue for the manufacturer's staff; None for anybody else and where nothing is loaded.

    Three queries. Units count that are loaded for the issue's product and below; what was loaded further up cannot be
    divided. Reports prompted by a recall are apart, as everywhere.
    """
    if not brand.seat.acts:
        return None
    load = load_in_force(brand)
    if load is None:
        return None
    rules = rules_in_force(AggregateRules)
    rows = _rows(load, issue)
    reports, left_out = _reports(issue, rows)
    built = [row.built for row in rows]
    return ServiceRates(
        bands=by_months_in_service(built, reports, rules, until=month_of(today)),
        years=by_year(built, reports, rules),
        units=sum(each.units for each in built),
        left_out=shown(left_out, rules),
        least_people=rules.least_people,
    )


def _rows(load: ServiceLoad, issue: EmergingIssue) -> list[_Row]:
    places = ("product__tree_id", "product__lft", "product__rght", "product__year_from", "product__year_to", "built")
    found = (
        UnitsInService.objects.filter(within([issue.product]), load=load)
        .order_by()
        .values_list(*places)
        .annotate(Sum("units"))
    )
    rows = []
    for tree, left, right, year_from, year_to, month, units in found:
        year = year_from if year_from is not None and year_from == year_to else month.year
        rows.append(_Row((tree, left, right), Built(month_of(month), units, year)))
    return rows


def _reports(issue: EmergingIssue, rows: list[_Row]) -> tuple[list[Reported], int]:
    """The issue's reports with what is known of when their units were built, and how many match no units."""
    found = (
        Sighting.objects.filter(
            within([issue.product]),
            component__tree_id=issue.component.tree_id,
            component__lft__gte=issue.component.lft,
            component__rght__lte=issue.component.rght,
            received_on__isnull=False,
        )
        .exclude(complaint__prompted_by_recall=True)
        .order_by()
        .annotate(month=TruncMonth("received_on"))
        .values_list(
            *("product__tree_id", "product__lft", "product__rght", "product__year_from", "product__year_to", "month")
        )
        .annotate(Count("pk"))
    )
    spans: dict[tuple[int, int, int], tuple[int, int, int | None] | None] = {}
    reports: list[Reported] = []
    left_out = 0
    for tree, left, right, year_from, year_to, month, number in found:
        place = (tree, left, right)
        if place not in spans:
            own = year_from if year_from is not None and year_from == year_to else None
            spans[place] = _span(place, own, rows)
        span = spans[place]
        if span is None:
            left_out += number
            continue
        first, last, year = span
        reports.extend([Reported(first, last, month_of(month), year)] * number)
    return reports, left_out


def _span(place: tuple[int, int, int], own: int | None, rows: list[_Row]) -> tuple[int, int, int | None] | None:
    """Between which months a product's units were built, and its year; None where it has no units.

    Units of the product and below it are its own. Units loaded for a product above are of many years: those built in
    the product's own year stand for it, since nothing closer is known.
    """
    _, left, right = place
    months: list[int] = []
    years: set[int] = set()
    for row in rows:
        _, its_left, its_right = row.product
        is_below = left <= its_left and right >= its_right
        is_above = its_left < left and its_right > right
        if not is_below and not (is_above and own in (None, row.built.year)):
            continue
        months.append(row.built.month)
        years.add(row.built.year)
    if not months:
        return None
    year = own if own is not None else (years.pop() if len(years) == 1 else None)
    return min(months), max(months), year
