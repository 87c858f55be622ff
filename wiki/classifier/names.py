"""The components of the shipped tree by slug, and the names by which people call them."""

from __future__ import annotations

from functools import cache

from products.rules.naming import slug_of
from products.seed import seed_components


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
