"""The search page: what was understood, the problems with their first step, the official lane, products and facets."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.urls import reverse

from accounts.models import User
from products.models import Component, Product
from wiki.models import Problem
from wiki.queries.problem_page import LaneItem
from wiki.queries.reader import Reader
from wiki.queries.search_hits import CodeMeaning, Hit, Matching, hits_of, lane_of, meanings_of
from wiki.search.engine import Kind, Scope, Wanted
from wiki.search.finding import Answer, corrections, find
from wiki.search.query import Asked, read
from wiki.search.scope import Reading, names_in, product_at, resolve
from wiki.search.words import stems as stems_of

PAGE_SIZE = 10
MOST_PAGES = 10
MOST_FOUND = PAGE_SIZE * MOST_PAGES
LANE_SIZE = 5
MOST_PRODUCTS = 5
FACET_SIZE = 6

EVERYTHING = "all"
"""The value of `scope` with which a person asks for every product."""


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What the address says: text, chosen product path, scope, component slug, fault code, kind, page."""

    q: str = ""
    product: str = ""
    scope: str = ""
    component: str = ""
    code: str = ""
    kind: str = ""
    page: str = ""

    def address(self, **changes: str) -> str:
        """The search's address with some values changed; empty values are left out, and the page starts anew."""
        values = {name: getattr(self, name) for name in ("q", "product", "scope", "component", "code", "kind")}
        said = {name: value for name, value in (values | changes).items() if value}
        return f"{reverse('wiki:search')}?{urlencode(said)}" if said else reverse("wiki:search")


@dataclass(frozen=True, kw_only=True)
class ScopeChip:
    """The product that the search is narrowed to. `said` is false when the person chose it instead of typing it."""

    product: Product
    remove_url: str
    said: bool


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet with its count among the problems found (the best hundred at most)."""

    label: str
    count: int
    url: str
    chosen: bool = False


@dataclass(frozen=True)
class ProductLink:
    """A product that the words may mean, with the search narrowed to it."""

    product: Product
    narrow_url: str


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """Everything on the search page."""

    query: SearchQuery
    asked: Asked
    chip: ScopeChip | None
    notes: tuple[str, ...]
    everything_url: str
    everywhere_url: str
    is_official: bool
    problems_url: str
    hits: tuple[Hit, ...]
    page: Page[int]
    count_words: str
    lane: tuple[LaneItem, ...]
    lane_count_words: str
    lane_url: str
    official: tuple[LaneItem, ...]
    products: tuple[ProductLink, ...]
    meanings: tuple[CodeMeaning, ...]
    components: tuple[FacetValue, ...]
    codes: tuple[FacetValue, ...]
    by_database: bool
    ask_url: str
    demonstration: bool

    @property
    def has_facets(self) -> bool:
        """Whether anything stands in the narrowing column."""
        return bool(self.components or self.codes)


@dataclass(frozen=True, kw_only=True)
class _Search:
    """One attempt: what is wanted, in which product, and what it found."""

    product: Product | None
    wanted: Wanted
    spelled: Mapping[str, str]
    problems: Answer
    official: Answer

    @property
    def found_nothing(self) -> bool:
        return not self.problems.ids and not self.official.ids


def search_page(query: SearchQuery, user: User | AnonymousUser, *, now: datetime.datetime) -> SearchPage:
    """Search for a person. The number of database queries does not depend on how much is found."""
    asked = read(query.q, code=query.code)
    chosen = product_at(query.product) if query.product and query.scope != EVERYTHING else None
    notes: list[str] = []
    if query.product and query.scope != EVERYTHING and chosen is None:
        notes.append("There is no product at the address given, so every product is searched.")
    if asked.cut:
        notes.append("Only the beginning was read: a search takes at most 200 characters.")
    reading = _reading(asked, chosen, query, now)
    component = Component.objects.filter(slug=query.component[:120]).first() if query.component else None
    attempts = [reading.product, *reading.broader]
    if attempts[-1] is not None:
        attempts.append(None)
    spelled = corrections(word.stem for word in asked.words if word.stem)
    search = _tried(asked, reading, component, attempts, spelled)
    if reading.product is not None and search.product is not reading.product:
        where = f"in {search.product.full_name}" if search.product is not None else "in every product"
        notes.append(f"Nothing was found for {reading.product.full_name}; these are {where}.")
    elif reading.year_word and reading.year is not None and reading.year_word != str(reading.year):
        notes.append(f"“{reading.year_word}” read as the year {reading.year}.")
    if spelled:
        notes.append(f"{_listed(asked, spelled)} is in no report, so words spelled nearly so were searched for.")
    return _page(query, asked, reading, search, chosen, component, tuple(notes), user, now)


def _listed(asked: Asked, spelled: Mapping[str, str]) -> str:
    typed = dict.fromkeys(f"“{word.plain}”" for word in asked.words if word.stem in spelled)
    return " and ".join(typed)


def _reading(asked: Asked, chosen: Product | None, query: SearchQuery, now: datetime.datetime) -> Reading:
    if query.scope == EVERYTHING:
        return Reading()
    if chosen is None:
        return resolve(asked, this_year=now.year)
    parents = () if chosen.kind != Product.Level.YEAR else tuple(p for p in [chosen.parent] if p is not None)
    return Reading(product=chosen, read=names_in(asked, chosen), broader=parents)


def _tried(
    asked: Asked,
    reading: Reading,
    component: Component | None,
    attempts: Sequence[Product | None],
    spelled: Mapping[str, str],
) -> _Search:
    """The first attempt that finds anything, else the widest."""
    search = _attempt(asked, reading, component, attempts[0], spelled)
    for product in attempts[1:]:
        if not search.found_nothing:
            break
        search = _attempt(asked, reading, component, product, spelled)
    return search


def _attempt(
    asked: Asked, reading: Reading, component: Component | None, product: Product | None, spelled: Mapping[str, str]
) -> _Search:
    # Within its scope a product's name says nothing; everywhere it is a word like others.
    stems = asked.stems(without=reading.read if product is not None else (), spelled=spelled)
    if not stems and not asked.codes and not asked.numbers:
        stems = asked.stems(spelled=spelled)
    scope = None
    if product is not None:
        above = product.get_ancestors().values_list("pk", flat=True)
        scope = Scope(product=product.pk, ancestors=tuple(above))
    wanted = Wanted(
        stems=stems,
        codes=tuple(dict.fromkeys([*asked.codes, *asked.numbers])),
        scope=scope,
        component=component.pk if component is not None else None,
    )
    return _Search(
        product=product,
        wanted=wanted,
        spelled=spelled,
        problems=find(wanted, Kind.PROBLEM, limit=MOST_FOUND),
        official=find(wanted, Kind.OFFICIAL, limit=MOST_FOUND),
    )


def _page(
    query: SearchQuery,
    asked: Asked,
    reading: Reading,
    search: _Search,
    chosen: Product | None,
    component: Component | None,
    notes: tuple[str, ...],
    user: User | AnonymousUser,
    now: datetime.datetime,
) -> SearchPage:
    stems = set(search.wanted.stems)
    # Where only official diagnostics match, as for a campaign's number, they are the answer and not beside it.
    only_official = query.kind == Kind.OFFICIAL or bool(search.official.ids and not search.problems.ids)
    listed = search.official if only_official else search.problems
    page = Paginator(listed.ids, PAGE_SIZE).get_page(query.page)
    shown = list(page.object_list) if not only_official else []
    hits = hits_of(shown, stems, _matching(asked, reading, search), Reader(product=search.product), user, now)
    official_ids = list(page.object_list) if only_official else list(search.official.ids[:LANE_SIZE])
    lane = lane_of(official_ids, stems, now.date())
    components, codes = _facets(search.problems.ids, query, component)
    return SearchPage(
        query=query,
        asked=asked,
        chip=_chip(query, reading, search, chosen),
        notes=notes,
        everything_url=query.address(product="", scope=EVERYTHING),
        everywhere_url=query.address(product="", scope=EVERYTHING, component="", code=""),
        is_official=only_official,
        problems_url=query.address(kind="") if query.kind == Kind.OFFICIAL else "",
        hits=hits,
        page=page,
        count_words=_count_words(listed, "official diagnostic" if only_official else "problem"),
        lane=() if only_official else lane,
        lane_count_words=f"{len(search.official.ids)}{'+' if search.official.more else ''}",
        lane_url=query.address(kind=Kind.OFFICIAL) if len(search.official.ids) > LANE_SIZE else "",
        official=lane if only_official else (),
        products=_products(asked, reading, search, query),
        meanings=meanings_of(asked),
        components=components,
        codes=codes,
        by_database=search.problems.by_database or search.official.by_database,
        ask_url=f"{reverse('wiki:problem-ask')}?{urlencode(_question(asked, search))}",
        demonstration=any(hit.problem.is_demonstration for hit in hits),
    )


def _matching(asked: Asked, reading: Reading, search: _Search) -> Matching:
    named = reading.read if search.product is not None else frozenset[int]()
    typed = [word for place, word in enumerate(asked.words) if word.stem and place not in named]
    return Matching(
        typed={search.spelled.get(word.stem, word.stem): word.plain for word in typed},
        codes=asked.codes,
        product=search.product,
        held=search.problems.held,
    )


def _question(asked: Asked, search: _Search) -> dict[str, str]:
    said = {"title": asked.text}
    return said | {"product": search.product.path} if search.product is not None else said


def _chip(query: SearchQuery, reading: Reading, search: _Search, chosen: Product | None) -> ScopeChip | None:
    if search.product is None:
        return None
    return ScopeChip(
        product=search.product,
        remove_url=query.address(product="", scope=EVERYTHING),
        said=chosen is None,
    )


def _count_words(answer: Answer, noun: str) -> str:
    count = len(answer.ids)
    if answer.more:
        return f"More than {count} {noun}s"
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _products(asked: Asked, reading: Reading, search: _Search, query: SearchQuery) -> tuple[ProductLink, ...]:
    """Products by name: what was read or offered first, then what the index has for the words."""
    found: dict[int, Product] = {one.pk: one for one in reading.offered}
    wanted = Wanted(stems=asked.stems())
    ids = find(wanted, Kind.PRODUCT, limit=MOST_PRODUCTS).ids if reading.product is None and asked.words else ()
    rows = Product.objects.in_bulk(ids)
    said = {word.stem for word in asked.words if word.stem}
    for pk in ids:
        # Any shared word would make a product of "brake light"; a product must be named whole.
        if pk in rows and _is_named(rows[pk], said):
            found.setdefault(pk, rows[pk])
    if search.product is not None:
        found.pop(search.product.pk, None)
    products = list(found.values())[:MOST_PRODUCTS]
    return tuple(ProductLink(one, query.address(product=one.path, scope="")) for one in products)


def _is_named(product: Product, said: set[str]) -> bool:
    named = set(stems_of(product.name))
    return bool(named) and named <= said


def _facets(
    ids: Sequence[int], query: SearchQuery, chosen: Component | None
) -> tuple[tuple[FacetValue, ...], tuple[FacetValue, ...]]:
    rows = list(Problem.objects.filter(pk__in=ids).values_list("component__slug", "component__name", "code_bases"))
    names = {slug: name for slug, name, _ in rows if slug}
    counted = Counter(slug for slug, _, _ in rows if slug)
    components = [
        FacetValue(names[slug], count, query.address(component=slug)) for slug, count in counted.most_common(FACET_SIZE)
    ]
    if chosen is not None:
        components = [FacetValue(chosen.name, len(rows), query.address(component=""), chosen=True)]
    bases = Counter(base for _, _, typed in rows for base in typed.split())
    codes = [
        FacetValue(base, count, query.address(code="" if base == query.code else base), chosen=base == query.code)
        for base, count in bases.most_common(FACET_SIZE)
    ]
    return tuple(components), tuple(codes)
