"""Weeks go by: which series are flagged, since when, and where the trouble sits. Arrays in, episodes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from wiki.monitor.detector import YEAR, Columns, Detector
from wiki.monitor.forest import Floats, Forest
from wiki.rules.emergence import MonitorRules, calibrated, doubling_weeks, public_list, ratio_interval

SETTLED = 8  # weeks


@dataclass
class Point:
    """A week of an episode's series; weeks are numbered from the first on record."""

    week: int
    observed: float
    expected: float
    score: float


@dataclass
class Episode:
    """A run of flagged weeks on one line of products, for one component.

    `node` and `column` are where it was located last; `flagged` are the weeks above the watch level with their scores,
    `points` every week kept of it, `window` the weeks that speak most strongly at the last flagged one.
    """

    node: int
    column: int
    flagged: list[tuple[int, float]]
    points: list[Point] = field(default_factory=list)
    window: int = YEAR
    observed: float = 0.0
    expected: float = 0.0
    trend: tuple[Floats, Floats] | None = None
    is_public: bool = False
    moves: list[tuple[int, int]] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The first flagged week."""
        return self.flagged[0][0]

    @property
    def last(self) -> int:
        """The latest flagged week."""
        return self.flagged[-1][0]

    @property
    def score(self) -> float:
        """The evidence at the latest flagged week, in nats."""
        return self.flagged[-1][1]

    @property
    def peak(self) -> float:
        """The strongest evidence that it ever had."""
        return max(score for _, score in self.flagged)

    @property
    def doubling(self) -> float | None:
        """Weeks in which the reports doubled lately; None where they do not grow."""
        return None if self.trend is None else doubling_weeks(self.trend[0].tolist(), self.trend[1].tolist())

    @property
    def ratio(self) -> tuple[float, float, float]:
        """Observed against expected within the window, with its 90 % interval."""
        return ratio_interval(self.observed, self.expected)

    def first_at(self, level: float) -> int | None:
        """The first week with so much evidence."""
        return next((week for week, score in self.flagged if score >= level), None)


@dataclass(frozen=True)
class Levels:
    """The evidence from which a series is on watch, or an alert."""

    watch: float
    alert: float


class Replay:
    """Feeds the weeks on record to the detector and gathers what it flags."""

    def __init__(self, forest: Forest, columns: Columns, rules: MonitorRules) -> None:
        self.rules = rules
        self.detector = Detector(forest, columns, rules)
        self.forest, self.columns = forest, columns
        self.episodes: list[Episode] = []
        self.active: list[Episode] = []
        self.by_place: dict[tuple[int, int], list[Episode]] = {}
        below = forest.parent >= 0
        self.wide = np.zeros(forest.size, bool)
        self.wide[forest.parent[below & (forest.anchor[forest.parent] != forest.anchor)]] = True
        self.series_weeks = 0.0
        self.heard = np.zeros((forest.size, columns.size), bool)

    def run(
        self, weeks: Iterable[Floats], acknowledged: Mapping[int, Sequence[tuple[int, int]]] | None = None
    ) -> Iterator[int]:
        """Take in one week after another, yielding its number. `acknowledged` are (node, column) closed in a week."""
        for week, own in enumerate(weeks):
            score = self.detector.week(own)
            self.heard |= self.detector.observed.sums[1] > 0
            self.series_weeks += float(self.heard.sum())
            self._flag(week, score)
            for node, column in (acknowledged or {}).get(week, ()):
                self._acknowledge(node, column)
            yield week

    def levels(self) -> Levels:
        """The levels of the rules, or stricter ones where this history would have been flagged too often."""
        peaks = [episode.peak for episode in self.episodes]
        watch = calibrated(peaks, self.series_weeks, 1.0, self.rules.watch)
        return Levels(watch, max(watch, calibrated(peaks, self.series_weeks, 0.1, self.rules.alert)))

    def found(self) -> list[Episode]:
        """The episodes that reached the watch level, the earliest first, those of the last week held against chance."""
        watch = self.levels().watch
        found = [episode for episode in self.episodes if episode.peak >= watch]
        for episode in found:
            start = next(place for place, (_, score) in enumerate(episode.flagged) if score >= watch)
            episode.flagged = episode.flagged[start:]
        now = [episode for episode in found if episode.last == self.detector.weeks - 1]
        scores = np.array([episode.score for episode in now])
        for episode, chosen in zip(
            now, public_list(scores, int(self.heard.sum()), self.rules.false_discoveries), strict=True
        ):
            episode.is_public = bool(chosen)
        return sorted(found, key=lambda episode: (episode.first, episode.node, episode.column))

    def _flag(self, week: int, score: Floats) -> None:
        detector, rules = self.detector, self.rules
        self._keep([episode for episode in self.active if week - episode.last <= rules.quiet_weeks])
        enough = detector.observed.sums[YEAR] >= rules.least_reports
        told: set[int] = set()
        above = np.argwhere((score >= rules.watch) & enough)
        for node, column in sorted(above.tolist(), key=lambda cell: -score[cell[0], cell[1]]):
            episode = next((each for each in self._near(node, column) if self._same(each, node, column)), None)
            if episode is not None and id(episode) in told:
                continue
            where = node if episode is None else episode.node
            if episode is None or _is_looked_for(week - episode.first):
                where = detector.locate(node, column)
            if episode is None:
                episode = Episode(where, column, [])
                self.active.append(episode)
                self.by_place.setdefault(self._place(episode), []).append(episode)
                self.episodes.append(episode)
                self._look_back(episode, week)
            elif (where, column) != (episode.node, episode.column):
                episode.moves.append((week, where))
                self.by_place[self._place(episode)].remove(episode)
                episode.node, episode.column = where, column
                self.by_place.setdefault(self._place(episode), []).append(episode)
                self._look_back(episode, week)
            told.add(id(episode))
            episode.flagged.append((week, float(score[node, column])))
            self._measure(episode)
        for episode in self.active:
            self._add_point(episode, week)

    def _keep(self, active: list[Episode]) -> None:
        self.active = active
        self.by_place = {}
        for episode in active:
            self.by_place.setdefault(self._place(episode), []).append(episode)

    def _system(self, column: int) -> int:
        above = int(self.columns.parent[column])
        return column if above < 0 else above

    def _near(self, node: int, column: int) -> list[Episode]:
        """The active episodes of the same system that may be on the node's line."""
        system, anchor = self._system(column), int(self.forest.anchor[node])
        if self.wide[node]:
            return [episode for episode in self.active if self._system(episode.column) == system]
        places = (anchor, *self.forest.above(anchor))
        return [episode for place in places for episode in self.by_place.get((system, place), ())]

    def _place(self, episode: Episode) -> tuple[int, int]:
        return self._system(episode.column), int(self.forest.anchor[episode.node])

    def _same(self, episode: Episode, node: int, column: int) -> bool:
        """Whether a flagged series goes on with an episode: on its line, its component or the system of it."""
        columns = {episode.column, int(self.columns.parent[episode.column])}
        here = {column, int(self.columns.parent[column])}
        related = episode.column in here or column in columns
        return related and self.forest.on_one_line(episode.node, node)

    def _measure(self, episode: Episode) -> None:
        detector, node, column = self.detector, episode.node, episode.column
        episode.window = detector.best_window(node, column)
        episode.observed = float(detector.observed.sums[episode.window][node, column])
        episode.expected = float(detector.expected.sums[episode.window][node, column])
        span = max(episode.window, 13)
        episode.trend = (detector.observed.last(span, node, column), detector.expected.last(span, node, column))

    def _look_back(self, episode: Episode, week: int) -> None:
        """Take the weeks before, which were not kept while nobody knew that they would matter."""
        before = {point.week: point.score for point in episode.points}
        seen = self.detector.observed.last(YEAR, episode.node, episode.column)
        due = self.detector.expected.last(YEAR, episode.node, episode.column)
        first = week - len(seen) + 1
        kept = [point for point in episode.points if point.week < first]
        episode.points = kept + [
            Point(first + place, float(seen[place]), float(due[place]), before.get(first + place, 0.0))
            for place in range(len(seen) - 1)
        ]

    def _add_point(self, episode: Episode, week: int) -> None:
        node, column = episode.node, episode.column
        detector = self.detector
        episode.points.append(
            Point(
                week,
                float(detector.observed.sums[1][node, column]),
                float(detector.expected.sums[1][node, column]),
                float(detector.raw[node, column]),
            )
        )

    def _acknowledge(self, node: int, column: int) -> None:
        self._keep([episode for episode in self.active if not self._same(episode, node, column)])
        for each in np.flatnonzero((self.columns.parent == column) | (np.arange(self.columns.size) == column)):
            self.detector.acknowledge(node, int(each))


def _is_looked_for(age: int) -> bool:
    """Whether an episode of so many weeks is located again: at first it may move, later hardly."""
    return age <= SETTLED or age % SETTLED == 0
