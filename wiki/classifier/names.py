"""Official component names (`SERVICE BRAKES, HYDRAULIC:ANTILOCK`) and the components of the shipped tree they mean."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from products.rules.naming import slug_of
from products.seed import seed_components

_MAP = Path(__file__).with_name("nhtsa_components.csv")
# Older files put a number before the name: `021000 SUSPENSION:FRONT`.
_NUMBER = re.compile(r"^\d{6}\s+")


def component_of(official_name: str) -> str | None:
    """The slug of the component that an official name means; None for "unknown or other" and names never seen.

    A part that is not in the map means the assembly before it: names are paths, with colons between the steps.
    """
    steps = _steps(official_name)
    while steps:
        slug = _map().get(steps)
        if slug is not None:
            return slug or None
        steps = steps[:-1]
    return None


@cache
def paths() -> dict[str, tuple[str, ...]]:
    """For each shipped component the slugs from its system down to itself."""
    found = {}
    for entry in seed_components():
        path = tuple(slug_of(name, longest=100) for name in entry.names)
        found[path[-1]] = path
    return found


@cache
def shipped_names() -> tuple[tuple[str, str], ...]:
    """(a name or other name, the component's slug) for each shipped component."""
    return tuple(
        (name, slug_of(entry.names[-1], longest=100))
        for entry in seed_components()
        for name in (entry.names[-1], *entry.aliases)
    )


def _steps(official_name: str) -> tuple[str, ...]:
    name = _NUMBER.sub("", official_name.strip().upper())
    return tuple(" ".join(step.split()) for step in name.split(":") if step.strip())


@cache
def _map() -> dict[tuple[str, ...], str]:
    with _MAP.open(encoding="utf-8", newline="") as file:
        return {_steps(row["nhtsa"]): row["slug"] for row in csv.DictReader(file)}
