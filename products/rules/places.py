"""The way to a product from the root, by level and name."""

from typing import NamedTuple


class Step(NamedTuple):
    """One level on the way to a product: ("make", "Land Rover")."""

    kind: str
    name: str


Place = tuple[Step, ...]
"""The way to a product from the root: a category first."""
