"""Official component names (`SERVICE BRAKES, HYDRAULIC:ANTILOCK`) and the components of the shipped tree they mean."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

_MAP = Path(__file__).with_name("component_names.csv")
# Older files put a number before the name: `021000 SUSPENSION:FRONT`.
_NUMBER = re.compile(r"^\d{6}\s+")


@lru_cache(maxsize=4096)
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


def component_words(official_name: str) -> str:
    """The official name as words on a page: `021000 SUSPENSION:FRONT` is "Suspension: front"."""
    words = ": ".join(_steps(official_name)).lower()
    return words[:1].upper() + words[1:]


def _steps(official_name: str) -> tuple[str, ...]:
    name = _NUMBER.sub("", official_name.strip().upper())
    return tuple(" ".join(step.split()) for step in name.split(":") if step.strip())


@cache
def _map() -> dict[tuple[str, ...], str]:
    with _MAP.open(encoding="utf-8", newline="") as file:
        return {_steps(row["nhtsa"]): row["slug"] for row in csv.DictReader(file)}
