"""Suggestions while typing in the search box, and of problems where one is picked: products, fault codes, problems."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from products.models import Change, Product
from products.queries.kept_lexicon import FollowingLexicon
from products.queries.lexicon import Entry
from products.queries.suggestions import products_named, suggest_codes
from wiki.models import Problem
from wiki.search.query import printable
from wiki.search.words import words

PRODUCTS_SHOWN = 3
CODES_SHOWN = 3
PROBLEMS_SHOWN = 5
PROBLEMS_PICKED = 10
LONGEST_RUN = 4
"""Words of the longest run that is taken for a product's name beside words of a symptom."""

_CODE = re.compile(r"[a-z]{1,3}-?\d[0-9a-f]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """One suggestion: `url` is where it leads from a search box, `value` what a picker writes into its field."""

    group: str
    id: int
    value: str
    label: str
    detail: str
    url: str


def suggest(typed: str, *, with_problems: bool = True) -> tuple[Suggested, ...]:
    """Products, fault codes and problems for what was typed so far; six queries at most, whatever there is.

    Without problems they stand beside results, which read a product among other words themselves.
    """
    text = printable(typed)
    if not text:
        return ()
    found = [*_products(text, alone=not with_problems), *_codes(text)]
    return (*found, *suggest_problems(text, limit=PROBLEMS_SHOWN)) if with_problems else tuple(found)


def suggest_problems(typed: str, *, limit: int = PROBLEMS_PICKED) -> tuple[Suggested, ...]:
    """Problems whose title, product or fault code holds the words typed, most sightings first; two queries."""
    return tuple(
        Suggested(
            group="Problems",
            id=problem.pk,
            value=problem.title,
            label=problem.title,
            detail=str(problem.product),
            url=problem.get_absolute_url(),
        )
        for problem in problems_named(typed, limit)
    )


def problems_named(typed: str, limit: int) -> list[Problem]:
    """Problems that everybody may see, for what was typed so far of their words."""
    said = list(words(printable(typed)))
    # The last word may be the beginning of another; before it, words that say nothing only get in the way.
    text = " ".join(word.plain for place, word in enumerate(said) if word.stem or place == len(said) - 1)
    ids = _problems.find(text, limit, forgiving=True)
    rows = Problem.objects.visible_to(AnonymousUser()).canonical().select_related("product").order_by()
    rows = rows.only("title", "product__full_name")
    found = rows.in_bulk(ids) if ids else {}
    return [found[pk] for pk in ids if pk in found]


def warm() -> None:
    """Read the lexicons, so that the first person to type need not wait."""
    # No name begins so: what is near to words of every usual length is gathered, too.
    suggest(" ".join("q" * length for length in range(3, 12)))
    suggest("P0")


def _products(text: str, *, alone: bool) -> list[Suggested]:
    """Products named by all that was typed, else by the words at its end or at its beginning; one name is one hit."""
    said = text.split()
    runs = {" ".join(said[start:end]): (start, end) for start, end in ([(0, len(said))] if alone else _runs(len(said)))}
    name, named = products_named(runs, PRODUCTS_SHOWN)
    start, end = runs.get(name, (0, 0))
    rest = " ".join([*said[:start], *said[end:]])
    return [_product(product, rest) for product in named]


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """Which words may name a product: all, else the longest run of at least two at the end or the beginning."""
    yield 0, count
    for length in range(min(LONGEST_RUN, count - 1), 1, -1):
        yield count - length, count
        yield 0, length


def _product(product: Product, rest: str) -> Suggested:
    search = f"{reverse('wiki:search')}?{urlencode({'q': rest, 'product': product.path})}"
    return Suggested(
        group="Products",
        id=product.pk,
        value=product.full_name,
        label=product.full_name,
        detail=f"Search “{rest}” only in it" if rest else product.get_kind_display(),
        url=search if rest else product.get_absolute_url(),
    )


def _codes(text: str) -> list[Suggested]:
    """Fault codes that the last word begins."""
    *before, last = text.split()
    if not _CODE.fullmatch(last):
        return []
    search = reverse("wiki:search")
    return [
        Suggested(
            group="Fault codes",
            id=code.id,
            value=code.value,
            label=code.label,
            detail=code.detail,
            url=f"{search}?{urlencode({'q': ' '.join([*before, code.value])})}",
        )
        for code in suggest_codes(last, CODES_SHOWN)
    ]


def _read_problems(ids: Collection[int] | None) -> Iterator[Entry]:
    rows = Problem.objects.visible_to(AnonymousUser()).canonical().order_by()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    told = rows.values_list("pk", "title", "product__full_name", "code_bases", "sighting_count", "score")
    for pk, title, product, codes, sightings, score in told.iterator(chunk_size=2000):
        yield Entry(pk, (-sightings, -score, -pk), (title,), (product, codes))


_problems = FollowingLexicon(Change.Kind.PROBLEM, _read_problems)
