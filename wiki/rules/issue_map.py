"""Where in the product tree an issue burns: how its reports divide among the products below it.

Each product is held against its share of all *other* reports there, so that a product of which more is reported
altogether does not look worse. The products of one level add up to the issue's own figures, but for what is left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

FEWEST = 3
"""Reports below which no ratio is given."""
BRANCHES = 8
TWIGS = 5


@dataclass(frozen=True)
class Node:
    """A product: its id, its parent's, and its place in the tree as nested sets number it."""

    pk: int
    parent: int | None
    lft: int
    rght: int


@dataclass(frozen=True)
class Reports:
    """What came in at a product itself (by `lft`) within the window: of the issue's component, and of all others."""

    lft: int
    own: int
    other: int


@dataclass(frozen=True)
class MapRow:
    """A product on the map: `depth` below the issue's own, its reports, and how many were to be expected of it."""

    pk: int
    depth: int
    observed: int
    expected: float | None
    left_out: int = 0

    @property
    def ratio(self) -> float | None:
        """Observed against expected; None where there are too few reports to say."""
        if not self.expected or self.observed < FEWEST:
            return None
        return self.observed / self.expected


def issue_map(root: int, nodes: Sequence[Node], reports: Sequence[Reports], *, expected: float) -> tuple[MapRow, ...]:
    """The issue's product and two levels below it where its reports are, the most reports first.

    `expected` is that of the issue; a product below it has the part of it that its other reports are of all others.
    """
    by_parent: dict[int | None, list[Node]] = {}
    place: dict[int, Node] = {}
    for node in nodes:
        by_parent.setdefault(node.parent, []).append(node)
        place[node.pk] = node
    ordered = sorted(reports, key=lambda each: each.lft)
    places = [each.lft for each in ordered]
    own = [0, *accumulate(each.own for each in ordered)]
    other = [0, *accumulate(each.other for each in ordered)]
    sums: dict[int, tuple[int, int]] = {}
    for node in nodes:
        first, last = bisect_left(places, node.lft), bisect_right(places, node.rght)
        sums[node.pk] = own[last] - own[first], other[last] - other[first]
    if root not in place:
        return ()
    return tuple(_rows(place[root], 0, by_parent, sums, expected, sums[root][1]))


def _rows(
    node: Node,
    depth: int,
    by_parent: Mapping[int | None, Sequence[Node]],
    sums: Mapping[int, tuple[int, int]],
    expected: float,
    all_others: int,
) -> list[MapRow]:
    own, other = sums[node.pk]
    share = expected * other / all_others if all_others else None
    below = sorted(
        (child for child in by_parent.get(node.pk, ()) if sums[child.pk][0]),
        key=lambda child: (-sums[child.pk][0], child.lft),
    )
    shown = below[: BRANCHES if depth == 0 else TWIGS] if depth < 2 else []
    rows = [MapRow(node.pk, depth, own, expected if depth == 0 else share, len(below) - len(shown) if shown else 0)]
    for child in shown:
        rows += _rows(child, depth + 1, by_parent, sums, expected, all_others)
    return rows
