"""The numbers of a nested-set tree, worked out afresh from parents alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where a node stands: its tree, its left and right number and its depth (0 for a root)."""

    tree_id: int
    lft: int
    rght: int
    level: int


class ParentsInACircle(ValueError):
    """Some nodes reach no root through their parents."""


def number_nodes(nodes: Iterable[tuple[int, int | None]]) -> Mapping[int, Numbers]:
    """Number (id, parent id) pairs; siblings and roots keep the order in which they are given.

    Trees count from 1. Raises ParentsInACircle when a node reaches no root.
    """
    children: dict[int | None, list[int]] = defaultdict(list)
    count = 0
    for node, parent in nodes:
        children[parent].append(node)
        count += 1
    numbers: dict[int, Numbers] = {}
    for tree_id, root in enumerate(children[None], start=1):
        counter = 0
        left: dict[int, int] = {}
        stack = [(root, 0, False)]
        while stack:
            node, level, is_done = stack.pop()
            counter += 1
            if is_done:
                numbers[node] = Numbers(tree_id, left[node], counter, level)
                continue
            left[node] = counter
            stack.append((node, level, True))
            stack.extend((child, level + 1, False) for child in reversed(children.get(node, ())))
    if len(numbers) != count:
        raise ParentsInACircle(f"{count - len(numbers)} nodes reach no root.")
    return numbers
