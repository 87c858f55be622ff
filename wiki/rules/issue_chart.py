"""Where the parts of an issue's chart stand: bars, the expected rate with its band, the evidence, marks by date.

Geometry only. A chart is as many units wide as it has weeks; heights are hundredths, counted from the top, so that the
drawing stretches to any width without its words doing so.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.rules.count_intervals import count_interval

MarkKind = Literal["watch", "alert", "recall", "bulletin", "official"]
LINES_AT_MOST = 4
LABEL_SHARE = 0.3
"""Of the chart's width, kept free for the words of a mark; a nearer one is written a line lower."""
LABEL_ROWS = 4
WIDEST_MONTHS = 15
"""Above this many months only every third is named."""


@dataclass(frozen=True)
class WeekFigures:
    """One week of a series: reports, how many were to be expected, and the evidence at its end in nats."""

    monday: datetime.date
    observed: int
    expected: float
    score: float


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day: a level that was reached, a recall, a bulletin."""

    on: datetime.date
    kind: MarkKind
    label: str


@dataclass(frozen=True)
class Bar:
    """The reports of a week; `flagged` from the first week above the level on."""

    x: float
    y: float
    height: float
    flagged: bool


@dataclass(frozen=True)
class GridLine:
    """A line across the chart at a count (or at a level of evidence)."""

    y: float
    label: str
    kind: str = ""


@dataclass(frozen=True)
class PlacedMark:
    """A mark at its place: `x` in hundredths of the width, `row` of its words, `before` where they stand left of it."""

    x: float
    mark: Mark
    row: int
    before: bool


@dataclass(frozen=True)
class MonthTick:
    """The first week of a month that is named below the chart; `minor` ones are left out on a narrow screen."""

    x: float
    label: str
    minor: bool

    @property
    def at_edge(self) -> bool:
        """Whether its name would stand out on the left if it were centred."""
        return self.x < 5


@dataclass(frozen=True)
class IssueChart:
    """A whole chart. Paths are in the units of the drawing: weeks across, hundredths down."""

    weeks: tuple[WeekFigures, ...]
    bars: tuple[Bar, ...]
    lines: tuple[GridLine, ...]
    expected: str
    band: str
    score: str
    levels: tuple[GridLine, ...]
    marks: tuple[PlacedMark, ...]
    months: tuple[MonthTick, ...]

    @property
    def width(self) -> int:
        """Weeks across."""
        return len(self.weeks)

    @property
    def label_rows(self) -> int:
        """How many lines the words of the marks take."""
        return 1 + max((mark.row for mark in self.marks), default=-1)


def draw_chart(
    weeks: Sequence[WeekFigures],
    *,
    marks: Sequence[Mark] = (),
    flagged_from: datetime.date | None = None,
    watch: float | None = None,
    alert: float | None = None,
) -> IssueChart | None:
    """The chart of consecutive weeks, oldest first; None without any. `watch` and `alert` are levels in nats."""
    if not weeks:
        return None
    bands = [count_interval(week.expected) for week in weeks]
    top = max(1.0, *(week.observed for week in weeks), *(high for _, high in bands))
    step = nice_step(top)
    top = step * math.ceil(top / step)
    levels = [(level, kind) for level, kind in ((watch, "watch"), (alert, "alert")) if level]
    evidence = max(1.0, *(week.score for week in weeks), *(1.15 * level for level, _ in levels))
    return IssueChart(
        weeks=tuple(weeks),
        bars=tuple(
            Bar(
                x=round(place + 0.14, 2),
                y=_down(week.observed, top),
                height=round(100 * week.observed / top, 2),
                flagged=flagged_from is not None and week.monday >= flagged_from,
            )
            for place, week in enumerate(weeks)
            if week.observed
        ),
        lines=tuple(GridLine(_down(count, top), str(count)) for count in range(step, math.floor(top) + 1, step)),
        expected=_path([_down(week.expected, top) for week in weeks]),
        band=_band([(_down(low, top), _down(high, top)) for low, high in bands]),
        score=_path([_down(max(0.0, week.score), evidence) for week in weeks]),
        levels=tuple(GridLine(_down(level, evidence), f"{kind} {level:.1f}", kind) for level, kind in levels),
        marks=_placed(marks, weeks),
        months=_months(weeks),
    )


def nice_step(top: float) -> int:
    """The distance of the grid lines, one of 1, 2, 5, 10, 20, 50 …, so that at most four stand below the top."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if math.ceil(top / (factor * size)) <= LINES_AT_MOST:
                return factor * size
        size *= 10


def _down(value: float, top: float) -> float:
    return round(100 - 100 * min(value, top) / top, 2)


def _path(heights: Sequence[float]) -> str:
    """A line through the middle of each week, drawn out to both edges."""
    middle = [f"{place + 0.5} {height}" for place, height in enumerate(heights)]
    return "M" + "L".join([f"0 {heights[0]}", *middle, f"{len(heights)} {heights[-1]}"])


def _band(edges: Sequence[tuple[float, float]]) -> str:
    lows, highs = [low for low, _ in edges], [high for _, high in edges]
    there = _path(highs)
    back = _path(lows)[1:].split("L")
    return there + "L" + "L".join(reversed(back)) + "z"


def _placed(marks: Sequence[Mark], weeks: Sequence[WeekFigures]) -> tuple[PlacedMark, ...]:
    """The marks within the weeks shown, each on the first line on which its words find room."""
    first = weeks[0].monday
    days = 7 * len(weeks)
    placed: list[PlacedMark] = []
    taken: list[list[tuple[float, float]]] = [[] for _ in range(LABEL_ROWS)]
    for mark in sorted(marks, key=lambda mark: mark.on):
        x = (mark.on - first).days / days
        if not 0 <= x < 1:
            continue
        before = x > 0.5
        span = (x - LABEL_SHARE, x) if before else (x, x + LABEL_SHARE)
        row = next(
            (row for row, spans in enumerate(taken) if all(span[1] <= a or span[0] >= b for a, b in spans)),
            LABEL_ROWS - 1,
        )
        taken[row].append(span)
        placed.append(PlacedMark(round(100 * x, 2), mark, row, before))
    return tuple(placed)


def _months(weeks: Sequence[WeekFigures]) -> tuple[MonthTick, ...]:
    """The months to name: those of which a first Monday is shown, every third where there are many."""
    starts = [
        (place, week.monday)
        for place, week in enumerate(weeks)
        if week.monday.day <= 7 and (len(weeks) - place) / len(weeks) > 0.02
    ]
    if len(starts) > WIDEST_MONTHS:
        starts = [(place, monday) for place, monday in starts if monday.month % 3 == 1]
    return tuple(
        MonthTick(
            x=round(100 * (place + 0.5) / len(weeks), 2),
            label=f"{monday:%b %Y}" if monday.month == 1 or number == 0 else f"{monday:%b}",
            minor=number % 2 == 1,
        )
        for number, (place, monday) in enumerate(starts)
    )
