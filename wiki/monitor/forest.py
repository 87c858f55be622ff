"""The product trees as arrays: sums and maxima over everything below or above a node."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Forest:
    """Nodes in the order of a walk that visits a node before what stands below it.

    `parent` is -1 at a root. `anchor` is the node whose traffic a node shares: its model, or itself above models.
    `group` numbers the tree whose mix of components is the common one. `level` is the name of each node's level.
    """

    parent: Ints
    anchor: Ints
    group: Ints
    level: tuple[str, ...]

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.parent)

    @cached_property
    def end(self) -> Ints:
        """For each node the place behind the last that stands below it."""
        end = np.arange(1, self.size + 1)
        for node in range(self.size - 1, -1, -1):
            if self.parent[node] >= 0:
                end[self.parent[node]] = max(end[self.parent[node]], end[node])
        return end

    @cached_property
    def layers(self) -> tuple[Ints, ...]:
        """The nodes by their distance from the root, roots first."""
        depth = np.zeros(self.size, int)
        for node in range(self.size):
            if self.parent[node] >= 0:
                depth[node] = depth[self.parent[node]] + 1
        return tuple(np.flatnonzero(depth == d) for d in range(int(depth.max(initial=-1)) + 1))

    def below(self, own: Floats) -> Floats:
        """The sum over each node and all below it, of an array [node, …]."""
        running = np.concatenate([np.zeros((1, *own.shape[1:])), np.cumsum(own, axis=0)])
        total: Floats = running[self.end] - running[:-1]
        return total

    def highest_below(self, values: Floats) -> Floats:
        """The maximum over each node and all below it."""
        padded = np.concatenate([values, np.full((1, *values.shape[1:]), -np.inf)])
        pairs = np.stack([np.arange(self.size), self.end], axis=1).ravel()
        highest: Floats = np.maximum.reduceat(padded, pairs, axis=0)[::2]
        return highest

    def highest_above(self, values: Floats) -> Floats:
        """The maximum over all that stand above each node, minus infinity at a root."""
        highest = np.full_like(values, -np.inf)
        for nodes in self.layers[1:]:
            above = self.parent[nodes]
            highest[nodes] = np.maximum(highest[above], values[above])
        return highest

    def inherited(self, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The marks of each node and of all that stand above it."""
        marked = marked.copy()
        for nodes in self.layers[1:]:
            marked[nodes] |= marked[self.parent[nodes]]
        return marked

    def above(self, node: int) -> list[int]:
        """What stands above a node, the nearest first."""
        found = []
        while (node := int(self.parent[node])) >= 0:
            found.append(node)
        return found

    def line(self, node: int) -> Ints:
        """The node, all above it and all below it."""
        return np.array([*reversed(self.above(node)), *range(node, self.end[node])])

    def on_one_line(self, one: int, other: int) -> bool:
        """Whether one of two nodes is the other, or stands above it."""
        low, high = sorted((one, other))
        return bool(high < self.end[low])
