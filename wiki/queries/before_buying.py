"""Before you buy: what breaks at which mileage and age, what the first try costs, and what to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min

from products.models import Component, Product
from wiki.models import Problem
from wiki.queries.first_steps import StepSummary
from wiki.queries.tallies import AGE_STEP, LAST_AGE_BAND, LAST_MILEAGE_BAND, MILEAGE_STEP, BandCount
from wiki.rules.similar_models import ModelFacts, nearest_models

FEWEST = 5
"""Reports in a band below which it says nothing."""
SYSTEMS_NAMED = 3
PROBLEMS_TO_CHECK = 5
SIMILAR_MODELS = 6
MODELS_COMPARED = 400


@dataclass(frozen=True)
class Weakness:
    """A system reported in a band; `cost` is the first try of its most seen problem, in dollars, where known."""

    component: Component
    count: int
    cost: float | None


@dataclass(frozen=True)
class Band:
    """One row: a span of mileage or age, its reports, and what they name most."""

    label: str
    reports: int
    weaknesses: tuple[Weakness, ...]


@dataclass(frozen=True)
class Check:
    """A problem to look for before paying, with its first try."""

    problem: Problem
    first: StepSummary | None


@dataclass(frozen=True)
class BeforeBuying:
    """What a buyer reads; empty parts say nothing."""

    by_mileage: tuple[Band, ...]
    by_age: tuple[Band, ...]
    checks: tuple[Check, ...]

    def __bool__(self) -> bool:
        return bool(self.by_mileage or self.by_age or self.checks)


def before_buying(
    bands: Sequence[BandCount],
    systems: Mapping[int, Component],
    problems: Sequence[tuple[Problem, StepSummary | None]],
) -> BeforeBuying:
    """The rows of a hub from its tally, its problems with their first steps (most seen first) and `systems_of` them.

    No query.
    """
    costs: dict[int, float] = {}
    for problem, first in problems:
        system = systems.get(problem.component_id) if problem.component_id else None
        if system is not None and first is not None and first.cost is not None:
            costs.setdefault(system.pk, first.cost)
    return BeforeBuying(
        by_mileage=_rows(bands, lambda row: row.mileage, mileage_label, LAST_MILEAGE_BAND, systems, costs),
        by_age=_rows(bands, lambda row: row.age, age_label, LAST_AGE_BAND, systems, costs),
        checks=tuple(
            Check(problem, first) for problem, first in problems[:PROBLEMS_TO_CHECK] if problem.sighting_count or first
        ),
    )


def mileage_label(band: int) -> str:
    """The span of a band of mileage: `30,000 to 60,000 miles`."""
    if band == LAST_MILEAGE_BAND:
        return f"over {MILEAGE_STEP * band:,} miles"
    return (
        f"{MILEAGE_STEP * band:,} to {MILEAGE_STEP * (band + 1):,} miles" if band else f"under {MILEAGE_STEP:,} miles"
    )


def age_label(band: int) -> str:
    """The span of a band of age: `4 to 7 years`."""
    if band == LAST_AGE_BAND:
        return f"{AGE_STEP * band} years and more"
    return f"{AGE_STEP * band} to {AGE_STEP * (band + 1) - 1} years" if band else f"under {AGE_STEP} years"


def _rows(
    bands: Sequence[BandCount],
    band_of: Callable[[BandCount], int | None],
    label: Callable[[int], str],
    last: int,
    systems: Mapping[int, Component],
    costs: Mapping[int, float],
) -> tuple[Band, ...]:
    totals: Counter[int] = Counter()
    named: dict[int, Counter[Component]] = {}
    for row in bands:
        band = band_of(row)
        if band is None:
            continue
        totals[band] += row.count
        system = systems.get(row.component) if row.component is not None else None
        if system is not None:
            named.setdefault(band, Counter())[system] += row.count
    rows = []
    for band in range(last + 1):
        most = sorted(named.get(band, Counter()).items(), key=lambda item: (-item[1], item[0].name))[:SYSTEMS_NAMED]
        if totals[band] >= FEWEST and most:
            weak = tuple(Weakness(system, count, costs.get(system.pk)) for system, count in most)
            rows.append(Band(label(band), totals[band], weak))
    return tuple(rows)


def similar_models(way: Sequence[Product]) -> tuple[Product, ...]:
    """Models of the same make and category near to the one on this way down the tree: one query, none above a model."""
    model = next((node for node in way if node.kind == Product.Level.MODEL), None)
    if model is None:
        return ()
    # A model's own years are often not said; those of what stands below it are.
    siblings = list(
        Product.objects.filter(parent=model.parent_id, kind=Product.Level.MODEL)
        .annotate(first=Min("children__year_from"), last=Max("children__year_to"))
        .order_by("lft")[:MODELS_COMPARED]
    )
    facts = {
        node.pk: ModelFacts(node.pk, node.name, node.year_from or node.first, node.year_to or node.last)
        for node in siblings
    }
    if model.pk not in facts:
        return ()
    nearest = nearest_models(facts[model.pk], list(facts.values()), most=SIMILAR_MODELS)
    found = {node.pk: node for node in siblings}
    return tuple(found[pk] for pk in nearest)
