"""Lists as feed readers and programs get them: problems of a search, a product or a fault code, the newest first."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.urls import reverse

from products.models import Component, Product
from wiki.models import Problem
from wiki.queries.first_steps import StepSummary, first_steps
from wiki.queries.hub import near
from wiki.queries.reader import Reader
from wiki.queries.search import best_problems
from wiki.queries.search_facets import SearchQuery
from wiki.richtext import words
from wiki.rules.words import in_ten

MOST_ITEMS = 50
"""In one part of a list."""

Cell = str | int | float | None
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry: `key` is its permanent name on this site (`problem/12`), `path` its page, `cells` further columns."""

    key: str
    path: str
    title: str
    summary: str
    published: datetime.datetime
    updated: datetime.datetime
    tags: tuple[str, ...] = ()
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list with the path of the page that shows it; `columns` are the names of the items' cells.

    `next_page` is the number of the part after this one, where there is one.
    """

    title: str
    path: str
    items: tuple[Item, ...]
    columns: tuple[str, ...]
    next_page: int | None = None


def part_of(rows: QuerySet[Row], page: int) -> tuple[list[Row], int | None]:
    """The rows of a part of a list, and the number of the next part: one query. Parts are counted from 1."""
    first = (page - 1) * MOST_ITEMS
    found = list(rows[first : first + MOST_ITEMS + 1])
    return found[:MOST_ITEMS], page + 1 if len(found) > MOST_ITEMS else None


_PROBLEM = ("product", "component", "codes", "sightings", "demonstration")
_REMEDY = ("try_first", "by", "state", "worked", "reports", "chance", "cost")


def search_listing(query: SearchQuery, *, now: datetime.datetime) -> Listing:
    """The best matches of a search that everybody may see, the newest first."""
    found = best_problems(query, now=now)[:MOST_ITEMS]
    title = " ".join(filter(None, [f"“{query.q}”" if query.q else "", query.code.upper()])) or "everything"
    return _listing(_visible().filter(pk__in=found), Reader(), f"Search: {title[:120]}", query.address(), now)


def product_listing(product: Product, component: Component | None, *, now: datetime.datetime, page: int = 1) -> Listing:
    """The newest problems of a product: on it, above it and below it."""
    rows = _visible().filter(near([product]))
    title, path = f"Problems: {product.full_name}", product.get_absolute_url()
    if component is not None:
        rows = rows.filter(component__in=Component.objects.within(component))
        title, path = f"{title}, {component.name}", f"{path}?component={component.slug}"
    return _listing(rows, Reader(product=product), title, path, now, page)


def make_listing(slug: str, *, now: datetime.datetime, page: int = 1) -> Listing | None:
    """The newest problems of a make over its categories; None for an unknown one."""
    nodes = list(Product.objects.filter(kind=Product.Level.MAKE, slug=slug).order_by("path"))
    if not nodes:
        return None
    title, path = f"Problems: {nodes[0].name}", reverse("wiki:make", args=[slug])
    return _listing(_visible().filter(near(nodes)), Reader(), title, path, now, page)


def component_listing(component: Component, *, now: datetime.datetime, page: int = 1) -> Listing:
    """The newest problems of a component and all below it, over all products."""
    rows = _visible().filter(component__in=Component.objects.within(component))
    return _listing(rows, Reader(), f"Problems: {component.name}", component.get_absolute_url(), now, page)


def code_listing(base: str, *, now: datetime.datetime, page: int = 1) -> Listing:
    """The newest problems with a base code."""
    rows = _visible().filter(code_bases__contains=f" {base} ")
    return _listing(rows, Reader(), f"Problems with {base}", reverse("wiki:fault-code", args=[base.lower()]), now, page)


def _visible() -> QuerySet[Problem]:
    return Problem.objects.visible_to(AnonymousUser()).canonical().select_related("product", "component")


def _listing(
    rows: QuerySet[Problem], reader: Reader, title: str, path: str, now: datetime.datetime, page: int = 1
) -> Listing:
    problems, after = part_of(rows.order_by("-created_at", "-pk"), page)
    steps = first_steps(problems, reader, now=now) if problems else {}
    items = tuple(_item(problem, steps.get(problem.pk)) for problem in problems)
    return Listing(title=title, path=path, items=items, columns=(*_PROBLEM, *_REMEDY), next_page=after)


def _item(problem: Problem, first: StepSummary | None) -> Item:
    demonstration = "demonstration" if problem.is_demonstration else ""
    return Item(
        key=f"problem/{problem.pk}",
        path=problem.get_absolute_url(),
        title=problem.title,
        summary=" ".join([words(problem.symptom_html)[:600], *_advice(first)]),
        published=problem.created_at,
        updated=problem.updated_at,
        tags=tuple(filter(None, [str(problem.product), str(problem.component or ""), *problem.codes, demonstration])),
        cells={
            "product": problem.product.full_name,
            "component": problem.component.name if problem.component is not None else "",
            "codes": " ".join(problem.codes),
            "sightings": problem.sighting_count,
            "demonstration": demonstration,
            **_cells(first),
        },
    )


def _advice(first: StepSummary | None) -> Iterable[str]:
    if first is None:
        return ["Nobody knows a remedy yet."]
    chance = "untested" if first.untested else "too early to say" if first.few else in_ten(first.q)
    reports = f", {first.worked} of {first.total} reports" if first.total else ""
    return [f"Try first: {first.title} ({chance}{reports})."]


def _cells(first: StepSummary | None) -> dict[str, Cell]:
    if first is None:
        return {}
    return {
        "try_first": first.title,
        "by": "manufacturer" if first.kind == "official" else "community",
        "state": first.state,
        "worked": first.worked,
        "reports": first.total,
        # Of an untested or hardly tested remedy no chance is told, here as on its page.
        "chance": None if first.untested or first.few else round(first.q, 2),
        "cost": None if first.cost is None else round(first.cost),
    }
