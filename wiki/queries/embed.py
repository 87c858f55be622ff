"""What frames on other sites show: the same to everybody, whoever reads it there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Organisation
from products.models import Product
from wiki.models import EmbedSite, Problem
from wiki.queries.hub import product_at
from wiki.queries.lookup import words_to_search
from wiki.queries.plan_rows import PlanRow
from wiki.queries.plan_words import PeopleGroup, together
from wiki.queries.problem_page import ProblemPage, problem_page
from wiki.queries.reader import Reader
from wiki.queries.search import search_page
from wiki.queries.search_facets import SearchQuery
from wiki.queries.search_hits import Hit
from wiki.queries.similar import product_numbered

REMEDIES_SHOWN = 4
REMEDIES_IN_ANSWER = 2
OTHERS_SHOWN = 3


@dataclass(frozen=True)
class Host:
    """A verified organisation that shows frames, with the sites on which it does."""

    slug: str
    name: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class EmbeddedRow:
    """One remedy in small: its row of the plan, and everybody who reported together."""

    row: PlanRow
    people: PeopleGroup


@dataclass(frozen=True)
class EmbeddedPlan:
    """The plan of a problem in small, from the page of it that everybody sees."""

    page: ProblemPage
    rows: tuple[EmbeddedRow, ...]
    more: int


@dataclass(frozen=True)
class Missing:
    """A problem that is not shown, with the one into which it was merged, if that is there."""

    merged_into: Problem | None = None


@dataclass(frozen=True)
class EmbeddedAnswer:
    """What a lookup box answers: the best problem with its plan, and others that match."""

    best: EmbeddedPlan | None
    others: tuple[Hit, ...]
    notes: tuple[str, ...]
    whole_url: str


def host_named(slug: str) -> Host | None:
    """The verified organisation with its sites, or None: two queries, one where there is none."""
    found = Organisation.objects.filter(slug=slug[:80], verified_at__isnull=False).first()
    if found is None:
        return None
    return Host(found.slug, found.name, tuple(embed_sites(found).values_list("origin", flat=True)))


def embed_sites(organisation: Organisation) -> QuerySet[EmbedSite]:
    """The sites on which an organisation's frames are shown, by name: one query."""
    return EmbedSite.objects.filter(organisation=organisation)


def product_meant_by(said: str) -> Product | None:
    """The product of a number or a path: two queries at most."""
    said = said.strip()
    if said.isascii() and said.isdigit():
        return product_numbered(said)
    return product_at(said) if said and said.isprintable() else None


def embedded_plan(number: int, *, now: datetime.datetime) -> EmbeddedPlan | Missing:
    """The plan of a problem as everybody sees it, in the queries of its page and one."""
    if number >= 2**63:
        return Missing()
    rows = Problem.objects.visible_to(AnonymousUser()).knowing_tests()
    found = rows.select_related("product", "component", "author", "duplicate_of").filter(pk=number).first()
    if found is None:
        return Missing()
    if found.duplicate_of is not None:
        shown = found.duplicate_of.state == Problem.State.PUBLISHED
        return Missing(merged_into=found.duplicate_of if shown else None)
    return _small(found, None, now, REMEDIES_SHOWN)


def embedded_answer(product: Product, text: str, *, now: datetime.datetime) -> EmbeddedAnswer:
    """The problems that match best in a product, the best of them with its plan: a search and one page of a problem."""
    asked = SearchQuery(q=words_to_search(text), product=product.path)
    found = search_page(asked, AnonymousUser(), now=now)
    best = _small(found.hits[0].problem, product, now, REMEDIES_IN_ANSWER) if found.hits else None
    return EmbeddedAnswer(best, found.hits[1 : 1 + OTHERS_SHOWN], found.notes, asked.address())


def _small(problem: Problem, product: Product | None, now: datetime.datetime, most: int) -> EmbeddedPlan:
    page = problem_page(problem, Reader(product=product), AnonymousUser(), now=now)
    rows = tuple(EmbeddedRow(row, together(row.reports)) for row in page.plan.rows[:most])
    return EmbeddedPlan(page, rows, len(page.plan.rows) - len(rows))
