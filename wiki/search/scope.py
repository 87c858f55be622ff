"""Product words in a query, read by longest match against names and aliases into one product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from products.models import FormerPath, Product, ProductAlias
from products.querysets import ProductQuerySet
from wiki.search.query import Asked
from wiki.search.words import Word

LONGEST_NAME = 6
"""Words of the longest product name that is looked for."""

MOST_CANDIDATES = 200
MOST_OFFERED = 5
_FIRST_YEAR = 1950
_NEVER_SAID_ALONE = frozenset({Product.Level.MODEL, Product.Level.GENERATION, Product.Level.VARIANT})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The product that a query names.

    `read` are the positions of the words that name it. `broader` are the products to fall back to when nothing is found
    in it, nearest first. `year_word` is the word that was read as the year of `product`. `offered` are products that
    the words may mean, but too loosely to narrow the search without being asked.
    """

    product: Product | None = None
    read: frozenset[int] = frozenset()
    broader: tuple[Product, ...] = ()
    year_word: str = ""
    year: int | None = None
    offered: tuple[Product, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    product: Product
    places: frozenset[int]


def product_at(path: str) -> Product | None:
    """The product of a path, or of a path it had before."""
    path = path.strip("/")[:255]
    found = Product.objects.filter(path=path).first()
    if found is None:
        former = FormerPath.objects.filter(path=path).select_related("product").first()
        found = former.product if former is not None else None
    return found


def names_in(asked: Asked, product: Product) -> frozenset[int]:
    """Positions of the words that only repeat the chosen product's name or year."""
    on_path = [one for one in _candidates(asked.words) if _is_on_path(one.product, product)]
    named = frozenset(place for one in on_path for place in one.places)
    years = {
        place
        for place, word in enumerate(asked.words)
        if product.year_from is not None and _year_of(word.plain) == product.year_from and product.kind == "year"
    }
    return named | years


def resolve(asked: Asked, *, this_year: int) -> Reading:
    """The product named by the longest run of words, narrowed by a model year beside it. Four queries at most."""
    candidates = _candidates(asked.words)
    if not candidates:
        return Reading()
    supported = [_with_ancestors(one, candidates) for one in candidates]

    def length(one: _Candidate) -> tuple[int, int]:
        return len(one.places), sum(len(asked.words[place].plain) for place in one.places)

    most = max(length(one) for one in supported)
    best = [one for one in supported if length(one) == most]
    # The widest product is meant where a name stands for several on one line, as a make and its only model.
    top = min(best, key=lambda one: (one.product.level, one.product.path))
    rivals = [one for one in best if not _is_on_path(top.product, one.product)]
    if rivals or _said_too_loosely(top, asked):
        products = {one.product.pk: one.product for one in [top, *rivals]}
        return Reading(offered=tuple(products.values())[:MOST_OFFERED])
    others = {one.product.pk: one.product for one in best if one.product.pk != top.product.pk}
    reading = Reading(product=top.product, read=top.places, offered=tuple(others.values())[:MOST_OFFERED], broader=())
    return _narrowed_by_year(reading, asked, this_year)


def _keys(said: Sequence[Word]) -> dict[str, frozenset[int]]:
    """Every run of up to six words as a key, with its positions; the first place of a key counts."""
    found: dict[str, frozenset[int]] = {}
    for start in range(len(said)):
        for end in range(start + 1, min(len(said), start + LONGEST_NAME) + 1):
            key = "".join(word.plain for word in said[start:end])
            if 1 < len(key) <= 120 and not all(not word.stem for word in said[start:end]):
                found.setdefault(key, frozenset(range(start, end)))
    return found


def _candidates(said: Sequence[Word]) -> list[_Candidate]:
    keys = _keys(said)
    if not keys:
        return []
    # A category is called by one of its kind: "dishwasher" for Dishwashers.
    categories = {f"{key}s": places for key, places in keys.items()}
    named = Product.objects.exclude(kind=Product.Level.YEAR).filter(
        Q(key__in=keys) | Q(full_name_key__in=keys) | Q(kind=Product.Level.CATEGORY, key__in=categories)
    )
    aliases = ProductAlias.objects.filter(key__in=keys).exclude(product__kind=Product.Level.YEAR)
    found: list[_Candidate] = []
    for product in named.order_by("level", "path")[:MOST_CANDIDATES]:
        for key in (product.full_name_key, product.key):
            places = keys.get(key) or (categories.get(key) if product.kind == Product.Level.CATEGORY else None)
            if places is not None:
                found.append(_Candidate(product, places))
    ordered = aliases.select_related("product").order_by("product__level", "product__path")[:MOST_CANDIDATES]
    found += [_Candidate(alias.product, keys[alias.key]) for alias in ordered]
    return found


def _is_on_path(upper: Product, lower: Product) -> bool:
    return f"{lower.path}/".startswith(f"{upper.path}/")


def _with_ancestors(one: _Candidate, candidates: Sequence[_Candidate]) -> _Candidate:
    """The candidate with the words that name what stands above it as well: "ford focus" is Focus in two words."""
    places = one.places
    for other in sorted(candidates, key=lambda other: -len(other.places)):
        above = other.product.pk != one.product.pk and _is_on_path(other.product, one.product)
        if above and places.isdisjoint(other.places):
            places |= other.places
    return _Candidate(one.product, places)


def _said_too_loosely(one: _Candidate, asked: Asked) -> bool:
    """Whether one word names a model without its make: a spark plug is no Chevrolet Spark, an E24 may be a code."""
    if len(one.places) > 1 or one.product.kind not in _NEVER_SAID_ALONE:
        return False
    plain = asked.words[min(one.places)].plain
    mixed = not plain.isalpha() and not plain.isdigit()
    return not mixed or plain.upper() in asked.codes


def _year_of(plain: str) -> int | None:
    return int(plain) if len(plain) == 4 and plain.isascii() and plain.isdigit() else None


def _narrowed_by_year(reading: Reading, asked: Asked, this_year: int) -> Reading:
    model = reading.product
    if model is None or model.kind in (Product.Level.CATEGORY, Product.Level.MAKE):
        return reading
    for place, word in enumerate(asked.words):
        if place in reading.read:
            continue
        year = _year_of(word.plain)
        beside = place - 1 in reading.read or place + 1 in reading.read
        if year is None and beside and len(word.plain) == 2 and word.plain.isascii() and word.plain.isdigit():
            short = int(word.plain)
            year = 2000 + short if 2000 + short <= this_year + 1 else 1900 + short
        if year is None or not _FIRST_YEAR <= year <= this_year + 1:
            continue
        narrower = _of_year(model, year)
        if narrower is not None:
            return Reading(
                product=narrower,
                read=reading.read | {place},
                broader=(model,),
                year_word=word.plain,
                year=year,
                offered=reading.offered,
            )
        return reading
    return reading


def _of_year(model: Product, year: int) -> Product | None:
    """The model's one node of a year, else its one generation that covers the year."""
    within: ProductQuerySet = Product.objects.within(model)
    found = list(
        within.filter(kind__in=[Product.Level.YEAR, Product.Level.GENERATION], year_from__lte=year)
        .filter(Q(year_to__gte=year) | Q(year_to__isnull=True, kind=Product.Level.GENERATION) | Q(year_from=year))
        .order_by("lft")[:20]
    )
    for kind in (Product.Level.YEAR, Product.Level.GENERATION):
        of_kind = [one for one in found if one.kind == kind]
        if len(of_kind) == 1:
            return of_kind[0]
    return None
