"""A small simulated world of reports with hidden outbreaks, for where the large one beside the project is missing.

Two models of two generations of three years, eight components, 240 weeks; traffic that grows sixfold, a week of
publicity, twelve outbreaks of which each runs at three to eight times its rate within 13 weeks and is recalled 40 to 60
weeks after its onset. A rival is the plain excess over a component's usual share, and a Poisson CUSUM of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WEEKS, HISTORY, COMPONENTS, OUTBREAKS = 240, 80, 8, 12
RATE = 0.1  # false-alarm episodes per 1,000 series-weeks
REFRACTORY, LOCATE_AFTER = 26, 4


@dataclass(frozen=True)
class Tree:
    """The products, each before what stands below it; `covers[node, year]` says which years lie under a node."""

    level: tuple[str, ...]
    parent: NDArray[np.int64]
    covers: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.level)

    def line(self, node: int) -> NDArray[np.int64]:
        """The node, all above it and all below it."""
        both = self.covers.astype(int) @ self.covers[node].astype(int)
        return np.flatnonzero(both == np.minimum(self.covers.sum(1), self.covers[node].sum()))


@dataclass(frozen=True)
class Outbreak:
    """Hidden: what runs high from the onset on, and when it is recalled."""

    node: int
    component: int
    onset: int
    recall: int


def a_tree() -> Tree:
    """Two models, four generations, twelve years."""
    level, parent, years = [], [], 0
    under: list[list[int]] = []
    for _ in range(2):
        model = len(level)
        level.append("model"), parent.append(-1), under.append(list(range(years, years + 6)))
        for _ in range(2):
            generation = len(level)
            level.append("generation"), parent.append(model), under.append(list(range(years, years + 3)))
            for _ in range(3):
                level.append("year"), parent.append(generation), under.append([years])
                years += 1
    covers = np.zeros((len(level), years), bool)
    for node, inside in enumerate(under):
        covers[node, inside] = True
    return Tree(tuple(level), np.array(parent), covers)


class World:
    """Reports of every node and component by week, and the outbreaks hidden in them."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.tree = a_tree()
        week = np.arange(WEEKS)
        traffic = (1 + 5 * week / WEEKS) * np.exp(rng.normal(0, 0.1, WEEKS))
        traffic[rng.integers(HISTORY, WEEKS - 2)] *= 3
        mix = rng.dirichlet(np.full(COMPONENTS, 2.0)) * np.exp(rng.normal(0, 0.3, (12, COMPONENTS)))
        rate = 3 * rng.uniform(0.4, 2, (12, 1, 1)) * mix[:, :, None] * traffic
        self.outbreaks: list[Outbreak] = []
        taken = set()
        while len(self.outbreaks) < OUTBREAKS:
            node, component = int(rng.integers(self.tree.size)), int(rng.integers(COMPONENTS))
            if self.tree.level[node] == "model" or (component in taken and len(taken) < COMPONENTS):
                continue
            taken.add(component)
            onset = int(rng.integers(HISTORY + 10, WEEKS - 65))
            ramp = np.clip((week - onset) / 13, 0, 1) * (rng.uniform(3, 8) - 1)
            rate[self.tree.covers[node], component] *= 1 + ramp
            self.outbreaks.append(Outbreak(node, component, onset, onset + int(rng.integers(40, 60))))
        reports = rng.poisson(rate)
        self.counts: Floats = np.einsum("nv,vct->tnc", self.tree.covers.astype(float), reports.astype(float))

    def clean(self) -> NDArray[np.bool_]:
        """[week, node, component]: nothing has begun there, above or below; scored weeks only."""
        clean = np.ones(self.counts.shape, bool)
        for outbreak in self.outbreaks:
            clean[outbreak.onset :, self.tree.line(outbreak.node), outbreak.component] = False
        return clean[HISTORY:]


class PlainExcess:
    """Thirteen weeks of a series against its share of all that came in before, in standard deviations."""

    def start(self, tree: Tree, components: int, weeks: int) -> None:
        """Called once."""
        self.seen: list[Floats] = []

    def week(self, t: int, counts: Floats) -> Floats:
        """The scores of a week."""
        self.seen.append(counts)
        before = np.sum(self.seen[:-13], axis=0) + 0.5 if t >= 13 else np.full_like(counts, 0.5)
        lately = np.sum(self.seen[-13:], axis=0)
        due = lately.sum(1, keepdims=True) * before / before.sum(1, keepdims=True)
        self.due, self.lately = due, lately
        score: Floats = (lately - due) / np.sqrt(due + 0.5)
        return score


class Cusum(PlainExcess):
    """The running sum of the logarithm of twice the expected rate against it, restarted at zero."""

    def week(self, t: int, counts: Floats) -> Floats:
        """The scores of a week."""
        super().week(t, counts)
        level = getattr(self, "level", np.zeros_like(counts))
        self.level: Floats = np.maximum(0, level + counts * np.log(2) - self.due / min(13, t + 1))
        return self.level


RIVALS: dict[str, Callable[[], Any]] = {"plain excess, 13 weeks": PlainExcess, "Poisson CUSUM": Cusum}


def contest(factories: dict[str, Callable[[], Any]], seeds: list[int]) -> dict[str, dict[str, float | None]]:
    """How each detector does at the same number of false alarms, over all worlds."""
    worlds = [World(seed) for seed in seeds]
    return {name: _judged(factory, worlds) for name, factory in factories.items()}


def _judged(factory: Callable[[], Any], worlds: list[World]) -> dict[str, float | None]:
    runs = []
    for world in worlds:
        detector = factory()
        detector.start(world.tree, COMPONENTS, WEEKS)
        scores = np.array([detector.week(t, counts) for t, counts in enumerate(world.counts)])[HISTORY:]
        runs.append((world, scores, world.clean()))
    level = _level(runs)
    leads, exact = [], []
    for world, scores, _ in runs:
        for outbreak in world.outbreaks:
            line = world.tree.line(outbreak.node)
            span = scores[outbreak.onset - HISTORY : outbreak.recall - HISTORY][:, line, outbreak.component]
            weeks = np.flatnonzero((span > level).any(1))
            leads.append(outbreak.recall - outbreak.onset - int(weeks[0]) if len(weeks) else 0)
            if len(weeks) and hasattr(factory(), "locate"):
                alarmed = int(line[span[weeks[0]].argmax()])
                at = outbreak.onset + int(weeks[0]) + LOCATE_AFTER
                exact.append(_located(factory, world, at, alarmed, outbreak.component) == outbreak.node)
    return {
        "detected_before_recall": float(np.mean([lead > 0 for lead in leads])),
        "median_lead_weeks": float(np.median(leads)),
        "exact_node": float(np.mean(exact)) if exact else None,
    }


def _located(factory: Callable[[], Any], world: World, at: int, node: int, component: int) -> int:
    detector = factory()
    detector.start(world.tree, COMPONENTS, WEEKS)
    for t in range(min(at, WEEKS - 1) + 1):
        detector.week(t, world.counts[t])
    return int(detector.locate(at, node, component))


def _level(runs: list[tuple[World, Floats, NDArray[np.bool_]]]) -> float:
    """The lowest score at which clean series raise no more episodes than allowed."""
    allowed = sum(int(clean.sum()) for _, _, clean in runs) * RATE / 1000
    ranked = np.unique(np.concatenate([scores[clean] for _, scores, clean in runs]))
    low, high = 0, len(ranked) - 1
    while low < high:
        middle = (low + high) // 2
        if sum(_episodes((scores > ranked[middle]) & clean) for _, scores, clean in runs) > allowed:
            low = middle + 1
        else:
            high = middle
    return float(ranked[high])


def _episodes(alarms: NDArray[np.bool_]) -> int:
    last = np.full(alarms.shape[1:], -999)
    number = 0
    for t, now in enumerate(alarms):
        number += int((now & (t - last > REFRACTORY)).sum())
        last[now] = t
    return number
