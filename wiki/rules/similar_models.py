"""Which models of a make a reader may compare: those that share words of the name, then years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ModelFacts:
    """A model's id, name, and the first and last year known (None: not known)."""

    key: int
    name: str
    year_from: int | None
    year_to: int | None


def nearest_models(model: ModelFacts, others: Sequence[ModelFacts], *, most: int) -> list[int]:
    """The ids of the nearest others: most shared words first, then most years in common, then by name.

    One that shares neither a word nor a year is not similar and is left out.
    """
    words = set(model.name.casefold().split())
    found = []
    for other in others:
        if other.key == model.key:
            continue
        shared = len(words & set(other.name.casefold().split()))
        together = years_together(model, other)
        if shared or together:
            found.append((-shared, -together, other.name.casefold(), other.key))
    return [key for *_, key in sorted(found)[:most]]


def years_together(a: ModelFacts, b: ModelFacts) -> int:
    """How many years both were sold in; 0 where a year is not known."""
    if None in (a.year_from, a.year_to, b.year_from, b.year_to):
        return 0
    return max(0, min(a.year_to, b.year_to) - max(a.year_from, b.year_from) + 1)  # type: ignore[type-var, operator]
