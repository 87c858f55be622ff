"""Outcomes as Open Repair Data v0.3, a row each, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from products.models import Product
from wiki.models import Outcome
from wiki.queries.open_lists import outcomes
from wiki.rules.giving_away import without_numbers
from wiki.rules.open_repair import category_of, status_of

_SALT = "wiki.open_repair_data"
CHUNK = 1000


def repairs(product: Product | None = None) -> Iterator[list[str | int]]:
    """The published outcomes of what everybody may see, of one product and all below it, by the standard's columns.

    A number tells one outcome from another and not which it is here: it is a digest under the site's own key.
    """
    places = _Places()
    rows = outcomes(AnonymousUser(), product=product).exclude(result=Outcome.Result.NOT_TRIED)
    rows = rows.select_related("product", "remedy__fix__problem", "remedy__diagnostic").order_by("happened_on", "pk")
    for batch in _batches(rows):
        known = places.of(outcome.product for outcome in batch)
        for outcome in batch:
            yield _row(outcome, *known[outcome.product_id])


def _row(outcome: Outcome, category: str, make: str, year: int | None) -> list[str | int]:
    fix = outcome.remedy.fix
    about = f"{fix.problem.title}: {fix.title}" if fix is not None else outcome.remedy.title
    group, number = category_of(category)
    age = max(0, outcome.happened_on.year - year) if year is not None else ""
    return [
        f"fixlore-{int(salted_hmac(_SALT, str(outcome.pk)).hexdigest()[:14], 16)}",
        urlsplit(settings.SITE_URL).hostname or "Fixlore",
        "",
        category,
        group,
        number,
        make or "Unknown",
        "" if year is None else year,
        age,
        status_of(outcome.result, outcome.came_back_on),
        "",
        "",
        outcome.happened_on.isoformat(),
        without_numbers(about),
    ]


class _Places:
    """Category, make and year of products, from the names of their ancestors."""

    def of(self, products: Iterable[Product]) -> dict[int, tuple[str, str, int | None]]:
        """By product id; one query."""
        chosen = {product.pk: product for product in products}
        ways = {pk: _way(product.path) for pk, product in chosen.items()}
        above = Product.objects.filter(path__in={path for way in ways.values() for path in way}).order_by()
        nodes = {path: (kind, name) for path, kind, name in above.values_list("path", "kind", "name")}
        found = {}
        for pk, product in chosen.items():
            names = dict(nodes[path] for path in ways[pk])
            year = product.year_from if product.year_from == product.year_to else None
            model_year = names.get(Product.Level.YEAR, "")
            if year is None and model_year.isdigit():
                year = int(model_year)
            found[pk] = names.get(Product.Level.CATEGORY, ""), names.get(Product.Level.MAKE, ""), year
        return found


def _way(path: str) -> list[str]:
    slugs = path.split("/")
    return ["/".join(slugs[: depth + 1]) for depth in range(len(slugs))]


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows.iterator(CHUNK):
        batch.append(row)
        if len(batch) == CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch
