"""The detector: what was to be expected of each series, and how strongly the latest weeks speak against it.

A series is a component at a node. Its expectation is the traffic of the node (reports of everything else, the week's
own publicity included) times the usual share of the component, which is shrunk up the product tree: a gamma prior of
some reports around the share of the node above. The evidence is the logarithm of a mean of likelihood ratios over
windows and ratios, each negative binomial with three reasons to doubt the expectation: weekly noise, a share learned
from few reports, traffic seen in few. Since its mean is at most one while nothing has changed, it is an e-value. Of a
node, all above it and all below it the strongest speaks; what is flagged there no longer counts as usual elsewhere, so
that an issue neither hides others nor, once it is repaired, makes them look high.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.monitor.forest import Floats, Forest, Ints
from wiki.rules.emergence import MonitorRules

WINDOWS = (1, 2, 4, 8, 13, 26, 52)  # weeks
RATIOS = (2.0, 3.0, 5.0, 9.0)
LOCATING_WINDOWS = (4, 8, 13, 26)
LOCATING_RATIOS = (2.0, 3.0, 4.5, 7.0, 10.0)
TRAFFIC_WEEKS = 8
PERSISTENCE = 2  # weeks in a row; a burst of one week says nothing
OWN_NOISE = 8.0  # negative binomial size of one week's reports of a component at a node by itself
# A part belongs to a generation, a year or an engine; a defect of every generation of a model is rarer.
LEVEL_ODDS = {"category": 0.02, "make": 0.05, "model": 0.1}
USUAL_ODDS = 0.3
YEAR = 52
SEASON_BINS = 13
SEASON_REPORTS = 30.0


@dataclass(frozen=True)
class Columns:
    """The components: the column of the system that an assembly belongs to, -1 for systems."""

    parent: Ints

    @property
    def size(self) -> int:
        """The number of columns."""
        return len(self.parent)

    @property
    def systems(self) -> NDArray[np.bool_]:
        """Which columns are systems."""
        return self.parent < 0

    def rolled_up(self, own: Floats) -> Floats:
        """Counts with those of assemblies added to their systems, of an array [node, component]."""
        total = own.copy()
        assemblies = np.flatnonzero(~self.systems)
        np.add.at(total.T, self.parent[assemblies], own.T[assemblies])
        return total


class Window:
    """The sums of the last so many weeks of an array, for several lengths at once."""

    def __init__(self, lengths: tuple[int, ...], shape: tuple[int, ...]) -> None:
        self.weeks: deque[NDArray[np.float32]] = deque(maxlen=max(lengths))
        self.sums = {length: np.zeros(shape) for length in lengths}

    def add(self, values: Floats) -> None:
        """Take in a week."""
        week = values.astype(np.float32)
        for length, total in self.sums.items():
            total += week
            if len(self.weeks) >= length:
                total -= self.weeks[-length]
        self.weeks.append(week)

    def clear(self, rows: Ints, column: int) -> None:
        """Forget what was seen of some nodes in a column."""
        for week in self.weeks:
            week[rows, column] = 0
        for total in self.sums.values():
            total[rows, column] = 0

    def last(self, weeks: int, row: int, column: int) -> Floats:
        """One cell's latest weeks, the oldest first."""
        kept = list(self.weeks)[-weeks:]
        return np.array([week[row, column] for week in kept], float)


class Detector:
    """Fed one week after another; `score` answers for the week fed last."""

    def __init__(self, forest: Forest, columns: Columns, rules: MonitorRules) -> None:
        self.forest, self.columns, self.rules = forest, columns, rules
        shape = (forest.size, columns.size)
        self.groups = int(forest.group.max(initial=0)) + 1
        self.habit = np.array([getattr(rules, f"habit_{level}") for level in forest.level])[:, None]
        self.observed = Window(WINDOWS, shape)
        self.expected = Window(WINDOWS, shape)
        self.others = Window(tuple(sorted({*WINDOWS, TRAFFIC_WEEKS, TRAFFIC_WEEKS - 1})), shape)
        self.waiting: deque[tuple[Floats, Floats]] = deque()
        self.past = np.zeros(shape)
        self.past_volume = np.zeros((forest.size, 1))
        self.common = np.zeros((self.groups, columns.size))
        self.season_seen = np.zeros((SEASON_BINS, columns.size))
        self.season_expected = np.zeros((SEASON_BINS, columns.size))
        self.flagged = np.zeros(shape, bool)
        self.share_size = np.ones(shape)
        self.earlier: deque[Floats] = deque(maxlen=PERSISTENCE)
        self.weeks = 0

    # ------------------------------------------------------------ a week

    def week(self, own: Floats) -> Floats:
        """Take in a week's reports [node, component] of each node by itself; the score of every series, in nats.

        Below zero where another node of the line, or the system or assembly, says more.
        """
        counts = self.forest.below(self.columns.rolled_up(own))
        volume = self.forest.below(own).sum(1, keepdims=True)
        season = self._season()
        expected, usual, usual_volume = self._expect(counts, volume, season)
        self.observed.add(counts)
        self.expected.add(expected)
        self.others.add(np.maximum(usual_volume - usual, 0))
        self._learn(usual, usual_volume, season)
        self.weeks += 1
        self.earlier.append(self._evidence())
        self.raw: Floats = np.minimum.reduce(self.earlier)
        score = self._strongest(self.raw)
        self.flagged = score > self.rules.clean_from
        return score

    def _season(self) -> Floats:
        """The factor of this time of the year by component, learned over all products."""
        place = (self.weeks % YEAR) // (YEAR // SEASON_BINS)
        season: Floats = (self.season_seen[place] + SEASON_REPORTS) / (self.season_expected[place] + SEASON_REPORTS)
        return season

    def _shares(self, season: Floats) -> Floats:
        """The usual share of each component in a node's reports, from the roots down."""
        forest = self.forest
        systems = self.columns.systems
        total = self.common[:, systems].sum(1, keepdims=True)
        common = (self.common + 1) / (total + systems.sum())
        share = np.empty_like(self.past)
        for depth, nodes in enumerate(forest.layers):
            above = share[forest.parent[nodes]] if depth else common[forest.group[nodes]]
            due = above * self.past_volume[nodes]
            share[nodes] = above * (self.past[nodes] + self.habit[nodes]) / (due + self.habit[nodes])
        self.share_size = self.past + self.habit
        usual: Floats = np.minimum(share * season, 0.9)
        return usual

    def _expect(self, counts: Floats, volume: Floats, season: Floats) -> tuple[Floats, Floats, Floats]:
        """What was to be expected, and counts and volume with what was flagged put back to its expectation."""
        share = self._shares(season)
        flagged = self.forest.inherited(self.flagged)
        assemblies = np.flatnonzero(~self.columns.systems)
        flagged[:, assemblies] |= flagged[:, self.columns.parent[assemblies]]
        usual, usual_volume = counts, volume
        expected = self._times_traffic(share, usual, usual_volume)
        if flagged.any():
            # Once more: without the excess of what is flagged the traffic is another, and with it the excess.
            for _ in range(2):
                excess = self._excess(counts - expected, flagged)
                usual = np.maximum(counts - excess, 0)
                usual_volume = np.maximum(volume - excess[:, self.columns.systems].sum(1, keepdims=True), 0)
                expected = self._times_traffic(share, usual, usual_volume)
        return expected, usual, usual_volume

    def _times_traffic(self, share: Floats, usual: Floats, usual_volume: Floats) -> Floats:
        now = np.maximum(usual_volume - usual, 0)
        weeks = min(TRAFFIC_WEEKS, self.weeks + 1)
        lately = now + (self.others.sums[TRAFFIC_WEEKS - 1] if self.weeks else 0)
        anchor, publicity = self.forest.anchor, self.rules.publicity
        factor = (now[anchor] + publicity) / (lately[anchor] / weeks + publicity)
        traffic = (lately + 0.5) / weeks * factor
        expected: Floats = np.maximum(traffic * share / (1 - share), 1e-4)
        return expected

    def _excess(self, above: Floats, flagged: NDArray[np.bool_]) -> Floats:
        """By how much counts lie above their expectation for what is flagged at, above or below each node."""
        parent = self.forest.parent
        top = flagged & ~np.where(parent[:, None] >= 0, flagged[parent], False)
        excess = np.where(flagged, above, self.forest.below(np.where(top, above, 0)))
        assemblies = np.flatnonzero(~self.columns.systems)
        if len(assemblies):
            of_assemblies = np.zeros_like(excess)
            np.add.at(of_assemblies.T, self.columns.parent[assemblies], excess.T[assemblies])
            excess = np.where(flagged | ~self.columns.systems, excess, np.maximum(excess, of_assemblies))
        return excess

    def _learn(self, usual: Floats, usual_volume: Floats, season: Floats) -> None:
        keep = 1 - self.rules.forget
        self.waiting.append(((usual / np.maximum(season, 0.3)).astype(np.float32), usual_volume))
        if len(self.waiting) > self.rules.guard_weeks:
            counts, volume = self.waiting.popleft()
            self.past = self.past * keep + counts
            self.past_volume = self.past_volume * keep + volume
        roots = self.forest.layers[0]
        of_group = np.zeros_like(self.common)
        np.add.at(of_group, self.forest.group[roots], usual[roots])
        systems = self.columns.systems
        total = self.common[:, systems].sum(1, keepdims=True)
        share = (self.common + 1) / (total + systems.sum())
        place = (self.weeks % YEAR) // (YEAR // SEASON_BINS)
        self.season_seen[place] += of_group.sum(0)
        self.season_expected[place] += (of_group[:, systems].sum(1, keepdims=True) * share).sum(0)
        self.common = self.common * keep + of_group

    # ------------------------------------------------------------ the evidence

    def _evidence(self) -> Floats:
        """The logarithm of the mean likelihood ratio over windows and ratios, for every series."""
        total = np.zeros_like(self.past)
        for weeks in WINDOWS:
            observed, expected = self.observed.sums[weeks], self.expected.sums[weeks]
            span = min(weeks, self.weeks)
            noise = self.rules.noise * np.sqrt(np.maximum(expected / span, 0.3)) * span
            traffic = self.others.sums[max(weeks, TRAFFIC_WEEKS)] + 1
            size = 1 / (1 / noise + 1 / self.share_size + 1 / traffic)
            for ratio in RATIOS:
                # Beyond 80 nats a ratio is not told from another any more.
                total += np.exp(np.minimum(_log_ratio(observed, expected, size, ratio), 80))
        evidence: Floats = np.log(total / (len(WINDOWS) * len(RATIOS)))
        return evidence

    def _strongest(self, raw: Floats) -> Floats:
        """The scores of those that say most on their line; the others get less than nothing."""
        strongest = np.maximum(self.forest.highest_above(raw), self.forest.highest_below(raw))
        assemblies = np.flatnonzero(~self.columns.systems)
        if len(assemblies):
            systems = self.columns.parent[assemblies]
            of_assemblies = np.full_like(raw, -np.inf)
            np.maximum.at(of_assemblies.T, systems, strongest.T[assemblies])
            of_systems = strongest[:, systems]
            strongest[:, assemblies] = np.maximum(strongest[:, assemblies], of_systems)
            strongest = np.maximum(strongest, of_assemblies)
        score: Floats = np.where(raw >= strongest, raw, np.minimum(raw, 0) - 10)
        return score

    # ------------------------------------------------------------ questions

    def locate(self, node: int, column: int) -> int:
        """The node of the line where the trouble sits: the joint likelihood of everything that stands below each.

        What came in at every node by itself is one observation; a candidate says that all below it, and nothing else,
        run at one ratio. The nodes of a level share its odds.
        """
        forest = self.forest
        line = forest.line(node)
        top = int(line[0])
        cells = np.arange(top, forest.end[top])
        odds = np.array([LEVEL_ODDS.get(forest.level[each], USUAL_ODDS) for each in line])
        family = int(forest.anchor[node])
        of_level = [forest.level[family : forest.end[family]].count(forest.level[each]) or 1 for each in line]
        traffic = self.others.sums[YEAR][:, column]
        by_itself = self._by_itself(traffic, cells) / np.maximum(traffic[cells], 1)
        total = np.full(len(line), -np.inf)
        for weeks in LOCATING_WINDOWS:
            observed = self._by_itself(self.observed.sums[weeks][:, column], cells)
            expected = np.maximum(self.expected.sums[weeks][cells, column] * by_itself, 1e-4)
            size = 1 / (1 / (OWN_NOISE * min(weeks, self.weeks)) + 2 / self.share_size[cells, column])
            for ratio in LOCATING_RATIOS:
                running = np.concatenate([[0], np.cumsum(_log_ratio(observed, expected, size, ratio))])
                said = running[forest.end[line] - top] - running[line - top]
                total = np.logaddexp(total, said)
        return int(line[np.argmax(total + np.log(odds / of_level))])

    def _by_itself(self, values: Floats, cells: Ints) -> Floats:
        """What each of some nodes has beyond what stands below it."""
        own: Floats = values[cells].copy()
        parent = self.forest.parent[cells]
        inside = parent >= cells[0]
        np.subtract.at(own, parent[inside] - cells[0], values[cells[inside]])
        return np.maximum(own, 0)

    def best_window(self, node: int, column: int) -> int:
        """The number of weeks that speak most strongly, of at least four."""
        found = []
        for weeks in WINDOWS[2:]:
            seen, due = self.observed.sums[weeks][node, column], self.expected.sums[weeks][node, column]
            found.append(
                ((seen + 0.5) * np.log((seen + 0.5) / (due + 0.5)) - (seen - due) if seen > due else -1.0, weeks)
            )
        return max(found)[1]

    def acknowledge(self, node: int, column: int) -> None:
        """Begin anew on the line of a node: what came in lately is usual from now on."""
        line = self.forest.line(node)
        weeks = 26
        seen, volume = self.observed.sums[weeks][line, column], self.others.sums[weeks][line, column]
        share = seen / np.maximum(seen + volume, 1)
        self.past[line, column] = share * self.past_volume[line, 0]
        for counts, of_node in self.waiting:
            counts[line, column] = share * of_node[line, 0]
        for window in (self.observed, self.expected):
            window.clear(line, column)
        for evidence in self.earlier:
            evidence[line, column] = 0
        self.flagged[line, column] = False


def _log_ratio(observed: Floats, expected: Floats, size: Floats, ratio: float) -> Floats:
    """Logarithm of the likelihood of `ratio` times the expected rate against the rate itself: negative binomial."""
    value: Floats = observed * np.log(ratio) - (observed + size) * np.log((size + ratio * expected) / (size + expected))
    return value
