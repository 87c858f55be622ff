"""The search page: what was understood, the problems with their first step, the official lane, products and facets."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.urls import reverse

from accounts.models import User
from products.models import Component, Product
from wiki.queries.problem_page import LaneItem
from wiki.queries.reader import Reader
from wiki.queries.search_facets import Facet, Facets, SearchQuery, facets_of
from wiki.queries.search_hits import (
    CodeMeaning,
    Hit,
    Matching,
    hits_of,
    lane_of,
    meanings_of,
    surface_forms,
    with_problems,
)
from wiki.search.engine import Kind, Scope, Wanted
from wiki.search.finding import Answer, corrections, find, languages, unknown
from wiki.search.query import Asked, read
from wiki.search.scope import Reading, names_in, product_at, resolve
from wiki.search.synonyms import alternatives
from wiki.search.words import stems as stems_of

PAGE_SIZE = 10
MOST_PAGES = 10
MOST_FOUND = PAGE_SIZE * MOST_PAGES
LANE_SIZE = 5
MOST_PRODUCTS = 5

EVERYTHING = "all"
"""The value of `scope` with which a person asks for every product."""


@dataclass(frozen=True, kw_only=True)
class ScopeChip:
    """The product that the search is narrowed to, `mine` where it is the reader's own.

    `said` is false when the person chose it instead of typing it.
    """

    product: Product
    remove_url: str
    said: bool
    mine: bool = False


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
    facets: tuple[Facet, ...]
    narrowed: int
    by_database: bool
    ask_url: str
    demonstration: bool

    @property
    def has_facets(self) -> bool:
        """Whether anything stands in the narrowing column."""
        return bool(self.facets)


@dataclass(frozen=True, kw_only=True)
class _Search:
    """One attempt: what is wanted, in which product, and what it found."""

    product: Product | None
    wanted: Wanted
    spelled: Mapping[str, str]
    problems: Answer
    official: Answer
    is_widened: bool = False

    @property
    def found_nothing(self) -> bool:
        return not self.problems.ids and not self.official.ids


def search_page(
    query: SearchQuery, user: User | AnonymousUser, *, now: datetime.datetime, mine: Product | None = None
) -> SearchPage:
    """Search for a person, in the product that is theirs where nothing names another.

    The number of database queries does not depend on how much is found.
    """
    found = _found(query, now, mine)
    asked, reading, search = found.asked, found.reading, found.search
    notes: list[str] = []
    if query.product and query.scope != EVERYTHING and found.chosen is None:
        notes.append("There is no product at the address given, so every product is searched.")
    if asked.cut:
        notes.append("Of so much text the first 200 characters are searched for, and the fault codes after them.")
    if reading.product is not None and search.product is not reading.product:
        where = f"in {search.product.full_name}" if search.product is not None else "in every product"
        notes.append(f"Nothing was found for {reading.product.full_name}; these are {where}.")
    elif reading.year_word and reading.year is not None and reading.year_word != str(reading.year):
        notes.append(f"“{reading.year_word}” read as the year {reading.year}.")
    if search.is_widened:
        notes.append("Nothing was found with this narrowing; these are without it.")
    notes += _left_out(found)
    component = None if search.is_widened else found.component
    return _page(query, asked, reading, search, found.chosen, component, tuple(notes), user, now, mine)


def best_problems(query: SearchQuery, *, now: datetime.datetime) -> tuple[int, ...]:
    """Ids of the problems that match best, in their order; none where nothing is asked for."""
    return _found(query, now).search.problems.ids


@dataclass(frozen=True)
class _Found:
    """How a query was read and what that found."""

    asked: Asked
    chosen: Product | None
    component: Component | None
    reading: Reading
    search: _Search


def _found(query: SearchQuery, now: datetime.datetime, mine: Product | None = None) -> _Found:
    asked = read(query.q, code=query.code, languages=languages())
    chosen = product_at(query.product) if query.product and query.scope != EVERYTHING else None
    reading = _reading(asked, chosen, query, now)
    if mine is not None and reading.product is None and query.scope != EVERYTHING:
        reading = replace(_within(asked, mine), offered=reading.offered)
    component = Component.objects.filter(slug=query.component[:120]).first() if query.component else None
    attempts = [reading.product, *reading.broader]
    if asked.is_empty:
        # Nothing is asked for yet: the product stays chosen for what will be.
        attempts = attempts[:1]
    elif attempts[-1] is not None:
        attempts.append(None)
    last = asked.words[-1].stem if asked.words else ""
    spelled = corrections({word.stem: asked.readings(word) for word in asked.words if word.stem}, last=last)
    search = _tried(asked, reading, component, query.facts, attempts, spelled)
    if search.found_nothing and (component is not None or query.facts):
        wider = _tried(asked, reading, None, (), attempts, spelled)
        search = search if wider.found_nothing else replace(wider, is_widened=True)
    return _Found(asked, chosen, component, reading, search)


def _spelling(asked: Asked, spelled: Mapping[str, str], hits: Sequence[Hit]) -> str:
    """What the words that are in no report were read as, in the form that the hits have them in."""
    typed = {word.plain: spelled[word.stem] for word in asked.words if word.stem in spelled}
    verb = "is" if len(typed) == 1 else "are"
    known = surface_forms(hits, set(typed.values()))
    said = _listed(typed)
    if not all(stem in known for stem in typed.values()):
        return f"{said} {verb} in no report, so words spelled nearly so were searched for."
    return f"{said} {verb} in no report and {verb} read as {_listed([known[stem] for stem in typed.values()])}."


def _left_out(found: _Found) -> list[str]:
    """The words that no report holds and that are read as nothing else, where the others found something."""
    asked, search = found.asked, found.search
    if search.found_nothing or len(asked.words) < 2:
        return []
    readings = {
        word.stem: asked.readings(word)
        for place, word in enumerate(asked.words)
        if word.stem and place not in found.reading.read and word.stem not in search.spelled
    }
    codes = {code.lower() for code in (*asked.codes, *asked.numbers)}
    strange = {stem for stem in unknown(readings) if not alternatives([stem])}
    said = [word.plain for word in asked.words if word.stem in strange and word.plain not in codes]
    verb = "is" if len(set(said)) == 1 else "are"
    return [f"{_listed(said)} {verb} in no report and left out."] if said else []


def _listed(words: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(f"“{word}”" for word in words))


def _reading(asked: Asked, chosen: Product | None, query: SearchQuery, now: datetime.datetime) -> Reading:
    if query.scope == EVERYTHING:
        return Reading()
    if chosen is None:
        return resolve(asked, this_year=now.year)
    return _within(asked, chosen)


def _within(asked: Asked, product: Product) -> Reading:
    """The query in a product that it does not name, with the model to fall back to from a year."""
    parents = () if product.kind != Product.Level.YEAR else tuple(p for p in [product.parent] if p is not None)
    return Reading(product=product, read=names_in(asked, product), broader=parents)


def _tried(
    asked: Asked,
    reading: Reading,
    component: Component | None,
    facts: tuple[str, ...],
    attempts: Sequence[Product | None],
    spelled: Mapping[str, str],
) -> _Search:
    """The first attempt that finds anything, else the widest."""
    search = _attempt(asked, reading, component, facts, attempts[0], spelled)
    for product in attempts[1:]:
        if not search.found_nothing:
            break
        search = _attempt(asked, reading, component, facts, product, spelled)
    return search


def _attempt(
    asked: Asked,
    reading: Reading,
    component: Component | None,
    facts: tuple[str, ...],
    product: Product | None,
    spelled: Mapping[str, str],
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
        facts=facts,
    )
    return _Search(
        product=product,
        wanted=wanted,
        spelled=spelled,
        problems=find(wanted, Kind.PROBLEM, limit=MOST_FOUND),
        official=find(replace(wanted, facts=()), Kind.OFFICIAL, limit=MOST_FOUND),
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
    mine: Product | None,
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
    if only_official:
        lane = with_problems(lane, official_ids, user)
    counted = facets_of(query, search.wanted, search.problems.ids, component)
    if search.spelled:
        notes = (*notes, _spelling(asked, search.spelled, hits))
    return SearchPage(
        query=query,
        asked=asked,
        chip=_chip(query, search, chosen, mine),
        notes=notes,
        everything_url=query.address(product="", scope=EVERYTHING),
        everywhere_url=query.address(product="", scope=EVERYTHING, component="", code="", state="", safety=""),
        is_official=only_official,
        problems_url=query.address(kind="") if query.kind == Kind.OFFICIAL else "",
        hits=hits,
        page=page,
        count_words=_count_words(listed, counted, only_official=only_official),
        lane=() if only_official else lane,
        lane_count_words=f"{len(search.official.ids)}{'+' if search.official.more else ''}",
        lane_url=query.address(kind=Kind.OFFICIAL) if len(search.official.ids) > LANE_SIZE else "",
        official=lane if only_official else (),
        products=_products(asked, reading, search, query),
        meanings=meanings_of(asked),
        facets=counted.facets,
        narrowed=sum(value.chosen for facet in counted.facets for value in facet.values),
        by_database=search.problems.by_database or search.official.by_database,
        ask_url=f"{reverse('wiki:problem-ask')}?{urlencode(_question(asked, reading, search))}",
        demonstration=any(hit.problem.is_demonstration for hit in hits),
    )


def _matching(asked: Asked, reading: Reading, search: _Search) -> Matching:
    named = reading.read if search.product is not None else frozenset[int]()
    typed = {
        stem: word.plain
        for place, word in enumerate(asked.words)
        if place not in named
        for stem in (search.spelled.get(word.stem, word.stem), *asked.readings(word))
        if stem
    }
    return Matching(
        typed=typed,
        codes=asked.codes,
        product=search.product,
        held=search.problems.held,
        quality=search.problems.quality,
    )


def _question(asked: Asked, reading: Reading, search: _Search) -> dict[str, str]:
    """What the ask form begins with: where nothing was found, the product that was asked for."""
    said = {"q": asked.text}
    if asked.codes:
        said["codes"] = " ".join(asked.codes)
    product = search.product or (reading.product if search.found_nothing else None)
    return said | {"product": product.path} if product is not None else said


def _chip(query: SearchQuery, search: _Search, chosen: Product | None, mine: Product | None) -> ScopeChip | None:
    if search.product is None:
        return None
    return ScopeChip(
        product=search.product,
        remove_url=query.address(product="", scope=EVERYTHING),
        said=chosen is None,
        mine=mine is not None and search.product.pk == mine.pk,
    )


def _count_words(answer: Answer, counted: Facets, *, only_official: bool) -> str:
    noun = "official diagnostic" if only_official else "problem"
    count = len(answer.ids)
    if answer.more and counted.total is not None and not only_official:
        return f"{counted.total:,} problems"
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
