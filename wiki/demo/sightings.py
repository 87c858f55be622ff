"""Sightings of the demonstration: without a member, spread over years, and lately more from week to week."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from django.db.models import F

from products.models import Product
from wiki.actions.series import add_to_series
from wiki.demo.sources import Table
from wiki.models import Problem, Sighting
from wiki.queries.series import counts_of


def see(*, problem: Problem, years: Mapping[str, int], lately: Table, source: str, now: datetime.datetime) -> None:
    """Let people see the problem: so many in each year, and those of the latest weeks in words, with their mileage.

    `lately` has `weeks` (how many in each, the last one last week), `words`, each said once, and `products` (paths) and
    `miles`, which are gone through again and again.
    """
    rows = [
        Sighting(
            problem=problem,
            component=problem.component,
            source=source,
            seen_on=day,
            received_on=day,
            created_at=now,
            is_demonstration=True,
            **{"product": problem.product, **said},
        )
        for day, said in [*_spread(years, now.date()), *_lately(lately, now.date())]
    ]
    made = Sighting.objects.bulk_create(rows)
    add_to_series(changes=counts_of(Sighting.objects.filter(pk__in=[row.pk for row in made])))
    Problem.objects.filter(pk=problem.pk).update(sighting_count=F("sighting_count") + len(rows))


def _spread(years: Mapping[str, int], today: datetime.date) -> Iterator[tuple[datetime.date, Table]]:
    for year, count in years.items():
        first = datetime.date(int(year), 1, 8)
        last = min(datetime.date(int(year), 12, 20), today)
        step = max(1, (last - first).days // max(1, count))
        for place in range(count):
            yield min(last, first + datetime.timedelta(days=step * place)), {}


def _lately(lately: Table, today: datetime.date) -> Iterator[tuple[datetime.date, Table]]:
    if not lately:
        return
    places = [Product.objects.get(path=path) for path in lately["products"]]
    monday = today - datetime.timedelta(days=today.weekday())
    words = list(lately["words"])
    every = max(1, sum(lately["weeks"]) // len(lately["words"]))
    number = 0
    for back, count in zip(range(len(lately["weeks"]), 0, -1), lately["weeks"], strict=True):
        for _ in range(count):
            day = monday - datetime.timedelta(weeks=back) + datetime.timedelta(days=number % 7)
            said = {
                "product": places[number % len(places)],
                "text": words.pop(0) if words and number % every == 0 else "",
                "usage": lately["miles"][number % len(lately["miles"])],
            }
            number += 1
            yield day, said
