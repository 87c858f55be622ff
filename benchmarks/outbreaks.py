"""The project's own detector as the simulated worlds of outbreaks ask it: `outbreak_world.py --detector`."""

from __future__ import annotations

from typing import Any

import numpy as np

from wiki.monitor.detector import Columns, Detector
from wiki.monitor.forest import Floats, Forest
from wiki.rules.emergence import MonitorRules


class SiteDetector:
    """Renumbers the world's nodes as the site walks its trees, and back; nothing else."""

    def start(self, tree: Any, components: int, weeks: int) -> None:
        """Called once, before the first week."""
        children: dict[int, list[int]] = {}
        for node, parent in enumerate(tree.parent):
            children.setdefault(int(parent), []).append(node)
        walk: list[int] = []
        waiting = list(reversed(children[-1]))
        while waiting:
            node = waiting.pop()
            walk.append(node)
            waiting += reversed(children.get(node, []))
        self.walk = np.array(walk)
        self.place = np.argsort(self.walk)
        parent = np.array([self.place[tree.parent[node]] if tree.parent[node] >= 0 else -1 for node in walk])
        anchor = np.arange(len(walk))
        for node in range(len(walk)):
            if parent[node] >= 0:
                anchor[node] = anchor[parent[node]]
        level = tuple(tree.level[node] for node in walk)
        self.forest = Forest(parent, anchor, np.zeros(len(walk), int), level)
        self.detector = Detector(self.forest, Columns(np.full(components, -1)), MonitorRules())

    def week(self, t: int, counts: Floats) -> Floats:
        """The scores of a week's reports, which hold everything below each node."""
        inside = counts[self.walk]
        own = inside.copy()
        below = self.forest.parent >= 0
        np.subtract.at(own, self.forest.parent[below], inside[below])
        return self.detector.week(own)[self.place]

    def locate(self, t: int, node: int, component: int) -> int:
        """The node where the trouble sits."""
        return int(self.walk[self.detector.locate(int(self.place[node]), component)])
