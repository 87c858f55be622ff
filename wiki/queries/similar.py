"""Has somebody had this already? The problems most like one, as its page and the ask form show them.

What words and meaning found is spread over the components that the text may be about, where a model was trained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from products.models import Component, Product
from products.rules.codes import base_codes
from wiki.classifier.suggestion import component_chances
from wiki.models import Problem
from wiki.rules.spread import spread
from wiki.search.similar import LONGEST_TEXT, SAME_MODEL, Similar, similar

AT_MOST = 5
MODEL_DEPTH = 3
"""Steps of a product's path down to its model: category, make, model."""


@dataclass(frozen=True)
class SimilarProblem:
    """A problem that may be the same, and why it is shown."""

    title: str
    url: str
    product: str
    sightings: int
    why: str
    likely_same: bool


def similar_to(problem: Problem) -> tuple[SimilarProblem, ...]:
    """The problems most like one, five at most, best first; one query."""
    found = similar(
        title=problem.title,
        text=problem.symptom,
        codes=problem.codes,
        without=problem.pk,
    )
    return _shown(found, problem.product, f"{problem.title} {problem.symptom}")


def similar_to_text(title: str, symptom: str, codes: str, product: Product | None) -> tuple[SimilarProblem, ...]:
    """The problems most like what somebody is about to describe; one query."""
    if not title.strip() and not symptom.strip() and not codes.strip():
        return ()
    found = similar(
        title=title,
        text=symptom,
        codes=list(base_codes(f"{codes[:255]} {title[:255]}"))[:5],
    )
    return _shown(found, product, f"{title} {symptom}")


def product_numbered(number: str) -> Product | None:
    """The product that a picker's hidden field names; None for anything else."""
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    return Product.objects.filter(pk=int(number)).first() if is_number else None


def _shown(found: Sequence[Similar], product: Product | None, text: str) -> tuple[SimilarProblem, ...]:
    """Those that share a code first, then the others; what is not to be seen or of another category is left out."""
    if not found:
        return ()
    problems = Problem.objects.canonical().filter(state=Problem.State.PUBLISHED)
    rows = problems.select_related("product", "component__parent__parent").in_bulk([one.object_id for one in found])
    place = product.path.split("/") if product is not None else []
    ranked: dict[int, tuple[Similar, bool]] = {}
    for one in found:
        row = rows.get(one.object_id)
        if row is None or (place and row.product.path.split("/")[0] != place[0]):
            continue
        same_model = len(place) >= MODEL_DEPTH and row.product.path.split("/")[:MODEL_DEPTH] == place[:MODEL_DEPTH]
        ranked[row.pk] = (replace(one, score=one.score + SAME_MODEL) if same_model else one, same_model)
    chances = component_chances(text[:LONGEST_TEXT], product.path) if product is not None else {}
    about = {number: _label(rows[number].component, chances) for number in ranked}
    order: list[int] = []
    for shares_code in (True, False):
        group = {number: one.score for number, (one, _) in ranked.items() if one.shares_code is shares_code}
        first = next((number for number in group if ranked[number][0].likely_same), None)
        order += spread(group, about, chances, first=first)
    return tuple(_item(ranked[number][0], rows[number], ranked[number][1]) for number in order[:AT_MOST])


def _label(component: Component | None, chances: Mapping[str, float]) -> tuple[str, ...]:
    """What the model calls a component: its own slug, or that of what it is part of."""
    while component is not None and component.slug not in chances:
        component = component.parent
    return () if component is None else (component.slug,)


def _item(one: Similar, row: Problem, same_model: bool) -> SimilarProblem:
    why = [words for holds, words in ((one.shares_code, "same fault code"), (same_model, "same model")) if holds]
    return SimilarProblem(
        title=row.title,
        url=row.get_absolute_url(),
        product=row.product.full_name,
        sightings=row.sighting_count,
        why=", ".join(why),
        likely_same=one.likely_same,
    )
