"""Triage, read: unassigned sightings of a place, those like the chosen ones, and what to file them under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import shorten

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accounts.models import User
from products.models import Component, Product
from wiki.classifier.suggestion import suggested_component
from wiki.models import Filing, Sighting
from wiki.queries.tallies import within
from wiki.rules.similarity import ALIKE, MOST_CANDIDATES, similarities
from wiki.search.words import stems

ON_A_PAGE = 25
MOST_ALIKE_SHOWN = 60
MOST_CHOSEN = 20
FILINGS_SHOWN = 5
QUOTED = 5
QUOTE_LENGTH = 600
_BEGINNING = re.compile(r"^\W*\w|(?<=[.!?])\s+\w|\bi\b")
_SENTENCE_END = re.compile(r"[.!?;\n]")


@dataclass(frozen=True)
class Row:
    """A sighting in the list; `likeness` (0 to 1) where it stands for being like the chosen ones.

    `suggestion` is the component that its words suggest where none is noted.
    """

    sighting: Sighting
    chosen: bool
    likeness: float | None = None
    suggestion: Component | None = None

    @property
    def words(self) -> str:
        """What it says, in letters that can be read."""
        return _quieter(self.sighting.text)


@dataclass(frozen=True)
class Triage:
    """Everything on the page."""

    product: Product | None
    component: Component | None
    rows: tuple[Row, ...]
    page: Page[Sighting] | None
    like: tuple[Row, ...]
    line: Product | None
    compared: int
    filings: tuple[Filing, ...]


def unassigned(product: Product | None, component: Component | None) -> QuerySet[Sighting]:
    """Sightings without a problem on a product and below it, about a component and below it; the newest first."""
    rows = Sighting.objects.filter(problem__isnull=True).select_related("product", "component").order_by("-pk")
    if product is not None:
        rows = rows.filter(product__in=Product.objects.within(product).order_by().values("pk"))
    if component is not None:
        rows = rows.filter(component__in=Component.objects.within(component).order_by().values("pk"))
    return rows


def triage(
    user: User | AnonymousUser,
    *,
    product: Product | None,
    component: Component | None,
    page: str | None,
    like: Sequence[int] = (),
    chosen: Sequence[int] = (),
    all_alike: bool = False,
) -> Triage:
    """The page: seven queries at most, whatever the size of the list.

    With `like` (ids) it lists what reads like them instead of everything; `chosen` are the ids ticked, `all_alike`
    ticks all that are alike.
    """
    asked = list(unassigned(None, None).filter(pk__in=list(like)[:MOST_CHOSEN])) if like else []
    line: Product | None = None
    compared = 0
    rows: tuple[Row, ...]
    shown: Page[Sighting] | None = None
    if asked:
        line = line_of(asked[0].product)
        rows, compared = _alike(asked, line, all_alike=all_alike, chosen=frozenset(chosen))
    else:
        shown = Paginator(unassigned(product, component), ON_A_PAGE).get_page(page)
        rows = tuple(Row(sighting, sighting.pk in chosen) for sighting in shown)
    filings: tuple[Filing, ...] = ()
    if user.is_authenticated:
        recent = Filing.objects.filter(member=user.pk, undone_at__isnull=True).select_related("problem")
        filings = tuple(recent[:FILINGS_SHOWN])
    return Triage(
        product=product,
        component=component,
        rows=_with_suggestions(rows),
        page=shown,
        like=tuple(Row(sighting, chosen=True) for sighting in asked),
        line=line,
        compared=compared,
        filings=filings,
    )


def _with_suggestions(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows, with what their words suggest where no component is noted; one query where there is any."""
    slugs = {
        row.sighting.pk: slug
        for row in rows
        if row.sighting.component_id is None
        and (slug := suggested_component(row.sighting.text, row.sighting.product.path)) is not None
    }
    if not slugs:
        return rows
    found = {component.slug: component for component in Component.objects.filter(slug__in=set(slugs.values()))}
    return tuple(replace(row, suggestion=found.get(slugs.get(row.sighting.pk, ""))) for row in rows)


def line_of(product: Product) -> Product:
    """The product line: the model on the way to the product, else the product itself. One query."""
    way = Product.objects.on_path_of(product)
    return way.filter(kind=Product.Level.MODEL).first() or product


def _alike(
    asked: Sequence[Sighting], line: Product, *, all_alike: bool, chosen: frozenset[int]
) -> tuple[tuple[Row, ...], int]:
    """The unassigned sightings of the line and system that read like those asked for, and how many were compared."""
    near = Q(pk__in=[])
    for tree in {sighting.component.tree_id for sighting in asked if sighting.component is not None}:
        near |= Q(component__tree_id=tree)
    # A report that names no component may be about any.
    about = near | Q(component__isnull=True) if near != Q(pk__in=[]) else Q()
    candidates = list(
        unassigned(None, None)
        .filter(within([line]), about)
        .exclude(pk__in=[sighting.pk for sighting in asked])[:MOST_CANDIDATES]
    )
    found = similarities([stems(each.text) for each in asked], [stems(each.text) for each in candidates])
    ranked = sorted(
        (pair for pair in zip(found, candidates, strict=True) if pair[0] >= ALIKE),
        key=lambda pair: (-pair[0], pair[1].pk),
    )
    rows = tuple(
        Row(sighting, all_alike or sighting.pk in chosen, likeness) for likeness, sighting in ranked[:MOST_ALIKE_SHOWN]
    )
    return rows, len(candidates)


def chosen_sightings(ids: Sequence[int]) -> list[Sighting]:
    """The unassigned ones of these sightings, the oldest first: one query."""
    return list(unassigned(None, None).filter(pk__in=ids).order_by("pk"))


def common_product(sightings: Sequence[Sighting]) -> Product:
    """The lowest product that stands above all of them, or is theirs. One query."""
    first = sightings[0].product
    lft = min(each.product.lft for each in sightings if each.product.tree_id == first.tree_id)
    rght = max(each.product.rght for each in sightings if each.product.tree_id == first.tree_id)
    above = Product.objects.filter(tree_id=first.tree_id, lft__lte=lft, rght__gte=rght).order_by("-lft")
    return above.first() or first


def proposal(sightings: Sequence[Sighting]) -> tuple[str, str]:
    """A title and a symptom to begin with, from the sightings' own words: the most typical one names it."""
    texts = [each.text.strip() for each in sightings if each.text.strip()][:MOST_CANDIDATES]
    if not texts:
        return "", ""
    words = [stems(text) for text in texts]
    typical = [
        text for _, text in sorted(zip(similarities(words, words), texts, strict=True), key=lambda pair: -pair[0])
    ]
    title = _SENTENCE_END.split(_quieter(typical[0]), maxsplit=1)[0].strip()
    quotes = "\n\n".join(f"> {shorten(_quieter(text), QUOTE_LENGTH, placeholder='…')}" for text in typical[:QUOTED])
    report = "report" if len(sightings) == 1 else "reports"
    return shorten(title, 150, placeholder="…"), f"From {len(sightings)} {report}:\n\n{quotes}\n"


def _quieter(text: str) -> str:
    """A text written in capitals nearly throughout, as complaints once were, in ordinary letters."""
    letters = [letter for letter in text if letter.isalpha()]
    if 5 * sum(letter.isupper() for letter in letters) < 4 * len(letters) or len(letters) < 2:
        return text
    return _BEGINNING.sub(lambda found: found.group().upper(), text.lower())
