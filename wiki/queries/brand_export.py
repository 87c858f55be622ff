"""The aggregates that a manufacturer may take along: what people report of its products, and nobody in it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.queries.community_rules import load
from products.models import Component, OfficialDiagnostic, Product
from wiki.models import Outcome, Problem, SeriesWeek
from wiki.queries.brand import Brand
from wiki.queries.gap import followed_by_diagnostic, outcomes_in_scope
from wiki.queries.listings import Cell
from wiki.rules.aggregates import AggregateRules, shown

TABLES = {
    "reports": "Reports by product, component and month",
    "problems": "Problems with their sightings",
    "remedies": "Remedies with their outcomes",
    "gap": "Official procedures that were followed",
}


@dataclass(frozen=True)
class Table:
    """A table of aggregates. A figure that stands for too few people is left empty."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    least_people: int


def export_table(brand: Brand, name: str) -> Table:
    """One of `TABLES`, over the manufacturer's scope: five queries at most. KeyError for another name."""
    rules = load(AggregateRules)
    columns, rows = {"reports": _reports, "problems": _problems, "remedies": _remedies, "gap": _gap}[name](brand, rules)
    return Table(TABLES[name], columns, tuple(rows), rules.least_people)


Made = tuple[tuple[str, ...], Iterable[tuple[Cell, ...]]]


def _reports(brand: Brand, rules: AggregateRules) -> Made:
    """Months: a week belongs to the month of its Monday. Rows without a figure that may be told are left out."""
    names = ("reports", "recall_prompted", "failed_outcomes", "fires", "crashes", "injuries")
    totals: dict[tuple[int, int, datetime.date], list[int]] = defaultdict(lambda: [0] * len(names))
    rows = SeriesWeek.objects.filter(brand.about()).order_by().values_list("product", "component", "week", *names)
    for product, component, week, *counts in rows.iterator():
        total = totals[product, component, week.replace(day=1)]
        for place, count in enumerate(counts):
            total[place] += count
    products = dict(Product.objects.filter(brand.about("")).values_list("pk", "full_name"))
    components = dict(Component.objects.values_list("pk", "name"))
    told = (
        (products[product], components[component], month.isoformat()[:7], *(shown(count, rules) for count in counts))
        for (product, component, month), counts in totals.items()
        if any(shown(count, rules) for count in counts)
    )
    return ("product", "component", "month", *names), sorted(told, key=lambda row: row[:3])


def _problems(brand: Brand, rules: AggregateRules) -> Made:
    found = (
        Problem.objects.filter(brand.about(), state=Problem.State.PUBLISHED)
        .canonical()
        .annotate(
            people=Count("sightings", distinct=True),
            harmful=Count("sightings", filter=Q(sightings__harm=True), distinct=True),
        )
        .order_by("-people", "pk")
        .values_list("pk", "title", "product__full_name", "component__name", "code_bases", "people", "harmful")
    )
    rows = (
        (pk, title, product, component or "", codes.strip(), shown(people, rules), shown(harmful, rules))
        for pk, title, product, component, codes, people, harmful in found
    )
    return ("problem", "title", "product", "component", "codes", "sightings", "with_fire_or_injury"), rows


def _remedies(brand: Brand, rules: AggregateRules) -> Made:
    worked = Q(result=Outcome.Result.WORKED, came_back_on__isnull=True)
    found = (
        Outcome.objects.weighed()
        .filter(brand.about())
        .exclude(result=Outcome.Result.NOT_TRIED)
        .order_by()
        .values_list("remedy", "remedy__fix__title", "remedy__diagnostic__remedy_title", "remedy__diagnostic__title")
        .annotate(
            all=Count("pk"),
            ok=Count("pk", filter=worked),
            partly=Count("pk", filter=Q(result=Outcome.Result.PARTLY, came_back_on__isnull=True)),
            back=Count("pk", filter=Q(came_back_on__isnull=False)),
            pro=Count("pk", filter=Q(tier=Outcome.Tier.PROFESSIONAL)),
        )
        .order_by("-all", "remedy")
    )
    rows = []
    for key, fix, remedy_title, diagnostic, tried, ok, partly, back, pro in found:
        if shown(tried, rules) is None:
            continue
        title = fix or remedy_title or diagnostic
        counts = (tried, ok, partly, tried - ok - partly, back, pro)
        told = (shown(count, rules) for count in counts)
        rows.append((key, "community" if fix else "official", title, *told))
    columns = ("remedy", "by", "title", "tried", "worked", "partly", "failed", "came_back", "by_workshops")
    return columns, rows


def _gap(brand: Brand, rules: AggregateRules) -> Made:
    known = followed_by_diagnostic(outcomes_in_scope(brand))
    told = {key: each for key, each in known.items() if shown(each.people, rules)}
    titles = {row.pk: row for row in OfficialDiagnostic.objects.filter(pk__in=told)}
    rows = (
        (
            titles[key].number,
            titles[key].title,
            each.tried,
            each.worked,
            each.partly,
            each.failed,
            shown(each.people, rules),
            shown(each.people_failed, rules),
            round(each.paid_in_vain, 2) if shown(each.people_failed, rules) else None,
        )
        for key, each in sorted(told.items(), key=lambda item: (-item[1].paid_in_vain, item[0]))
    )
    columns = (
        "number",
        "title",
        "followed",
        "worked",
        "partly",
        "failed",
        "people",
        "people_failed",
        "paid_in_vain_usd",
    )
    return columns, rows
