"""Reports as evidence: what one outcome or vote weighs, who counts, and where on a product path it bears.

Forward decay: Cormode, Shkapenyuk, Srivastava & Xu, ICDE 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.rules.judgement import TIERS, Judgement, Tier

Node = int | str
Result = Literal["worked", "partly", "failed", "worse", "came_back", "not_tried", "up", "down"]
Totals = MutableMapping[tuple[Node, Tier], tuple[float, float]]

NEARLY = 1e-9  # successes shared among remedies are fractions; a third three times is one


@dataclass(frozen=True, slots=True)
class Report:
    """One outcome or vote of one person on one remedy, as evidence.

    `path` is the node the report was made at with its ancestors, root first. `money` and `hours` are what it
    took, apart; hours None means not said, and hours already on a workshop's bill are 0. `shared_among` is the
    number of remedies changed at the same time. `at_handover`: reported by the workshop that gave it back.
    """

    person: int | str
    tier: Tier
    result: Result
    path: tuple[Node, ...]
    age_days: float = 0.0
    trust: float = 1.0
    owned_product: int | str | None = None
    money: float | None = None
    hours: float | None = None
    shared_among: int = 1
    at_handover: bool = False
    id: int = 0

    @property
    def is_vote(self) -> bool:
        """Whether this is an opinion only."""
        return self.tier == "vote"


@dataclass(frozen=True, slots=True)
class Tally:
    """Real people of one tier, counted, without weights; `successes` shares one among remedies changed together."""

    worked: int = 0
    partly: int = 0
    failed: int = 0
    worse: int = 0
    came_back: int = 0
    up: int = 0
    down: int = 0
    successes: float = 0.0

    @property
    def tried(self) -> int:
        """How many people tried it: the 6 of "5 of 6"."""
        return self.worked + self.partly + self.failed + self.worse + self.came_back

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.worked + other.worked, self.partly + other.partly, self.failed + other.failed,
            self.worse + other.worse, self.came_back + other.came_back, self.up + other.up,
            self.down + other.down, self.successes + other.successes,
        )  # fmt: skip


NOBODY = Tally()
_COLUMN: dict[Result, int] = {
    "worked": 0,
    "partly": 1,
    "failed": 2,
    "worse": 3,
    "came_back": 4,
    "up": 5,
    "down": 6,
    "not_tried": 7,
}


@dataclass(frozen=True, slots=True)
class Level:
    """The evidence that bears at one node of the reader's path and not nearer: weights S, F by tier, and people."""

    node: Node
    weights: Mapping[Tier, tuple[float, float]]
    people: Mapping[Tier, Tally]


# ---------------------------------------------------------------- one event


def forward_weight(weight: float, days_since_landmark: float, half_life_days: float) -> float:
    """The weight to store for an event at a time t after the landmark L: w · 2^((t − L)/H)."""
    return float(weight * 2.0 ** (days_since_landmark / half_life_days))


def read_weight(stored: float, days_since_landmark: float, half_life_days: float) -> float:
    """A stored forward weight (or sum of them) as it counts at a time after the same landmark."""
    return float(stored * 2.0 ** (-days_since_landmark / half_life_days))


def event_weight(report: Report, rules: Judgement, *, software: bool = False) -> float:
    """Unit × trust × decay, halved while a workshop's outcome is provisional; in reports of a verified owner."""
    age = max(0.0, report.age_days)
    weight: float = rules.unit(report.tier) * report.trust * 2.0 ** (-age / rules.half_life_days(software=software))
    if report.at_handover and age < rules.provisional_days:
        weight *= rules.provisional_factor
    return weight


def event_weights(reports: Sequence[Report], rules: Judgement, *, software: bool = False) -> list[float]:
    """The event weights of many reports."""
    return [event_weight(report, rules, software=software) for report in reports]


def success_and_failure(report: Report, weight: float, rules: Judgement) -> tuple[float, float]:
    """What an event adds to S and F. One success is shared among remedies changed together; a failure is not."""
    win = weight / rules.reporting_bias / max(1, report.shared_among)
    match report.result:
        case "worked" | "up":
            return win, 0.0
        case "partly":
            return win / 2, weight / 2
        case "failed" | "came_back" | "down":
            return 0.0, weight
        case "worse":
            return 0.0, rules.worse_factor * weight
        case _:
            return 0.0, 0.0


def standing_reports(reports: Iterable[Report]) -> list[Report]:
    """The reports that count: one per person and owned product, the latest; an outcome replaces the person's vote.

    "Not tried" never counts and replaces nothing. An outcome that names no owned product gives way to the
    same person's outcomes that do, so that nobody counts twice for one product.
    """
    latest: dict[tuple[int | str, int | str | None, bool], Report] = {}
    owners: set[int | str] = set()
    tried: set[int | str] = set()
    for report in reports:
        if report.result == "not_tried":
            continue
        vote = report.tier == "vote"
        key = (report.person, None if vote else report.owned_product, vote)
        if not vote:
            tried.add(report.person)
            if report.owned_product is not None:
                owners.add(report.person)
        other = latest.get(key)
        if other is None or _recency(report) < _recency(other):
            latest[key] = report
    return [
        report
        for (person, owned, vote), report in latest.items()
        if not (vote and person in tried) and not (not vote and owned is None and person in owners)
    ]


def _recency(report: Report) -> tuple[float, int, str]:
    return report.age_days, -report.id, report.result


# ---------------------------------------------------------------- evidence by level


def gather(
    reports: Sequence[Report],
    path: Sequence[Node],
    rules: Judgement,
    *,
    software: bool = False,
    weights: Sequence[float] | None = None,
) -> tuple[Level, ...]:
    """The evidence of standing reports at each level of a reader's path, root first: T(level) − T(its child there).

    A report bears at the deepest node that its path shares with the reader's; one that shares none is left out.
    `weights` are the reports' event weights where they are known already.
    """
    if weights is None:
        weights = event_weights(reports, rules, software=software)
    depth_of: dict[tuple[Node, ...], int] = {}
    sums: list[dict[Tier, list[float]]] = [{} for _ in path]
    counts: list[dict[Tier, list[float]]] = [{} for _ in path]
    for report, weight in zip(reports, weights, strict=True):
        depth = depth_of.get(report.path)
        if depth is None:
            depth = depth_of[report.path] = _shared_depth(report.path, path)
        if depth < 0:
            continue
        success, failure = success_and_failure(report, weight, rules)
        tier = report.tier
        if tier not in sums[depth]:
            sums[depth][tier] = [0.0, 0.0]
            counts[depth][tier] = [0.0] * (len(_COLUMN) + 1)
        pair, count = sums[depth][tier], counts[depth][tier]
        pair[0] += success
        pair[1] += failure
        count[_COLUMN[report.result]] += 1
        if report.result == "worked":
            count[-1] += 1 / max(1, report.shared_among)
    return tuple(
        Level(
            node,
            {tier: (pair[0], pair[1]) for tier, pair in sums[depth].items()},
            {tier: _tally(count) for tier, count in counts[depth].items()},
        )
        for depth, node in enumerate(path)
    )


def _tally(count: Sequence[float]) -> Tally:
    """Counts in the order of `_COLUMN`, then the shared successes."""
    worked, partly, failed, worse, came_back, up, down = map(int, count[:7])
    return Tally(worked, partly, failed, worse, came_back, up, down, count[-1])


def _shared_depth(path: Sequence[Node], reader: Sequence[Node]) -> int:
    depth = -1
    for mine, theirs in zip(path, reader, strict=False):
        if mine != theirs:
            break
        depth += 1
    return depth


def add_event(totals: Totals, path: Sequence[Node], tier: Tier, success: float, failure: float) -> None:
    """Add an event's S and F to the subtree totals of its node and of every ancestor, in place; O(depth)."""
    for node in path:
        s, f = totals.get((node, tier), (0.0, 0.0))
        totals[node, tier] = s + success, f + failure


def remove_event(totals: Totals, path: Sequence[Node], tier: Tier, success: float, failure: float) -> None:
    """Take an event out of the subtree totals again, as if it had never happened (to 1e-9)."""
    for node in path:
        s, f = totals.get((node, tier), (0.0, 0.0))
        totals[node, tier] = max(0.0, s - success), max(0.0, f - failure)


def levels_from_totals(
    totals: Mapping[tuple[Node, Tier], tuple[float, float]],
    path: Sequence[Node],
    people: Mapping[Node, Mapping[Tier, Tally]] | None = None,
) -> tuple[Level, ...]:
    """The evidence at each level of a path, from stored subtree totals.

    `people` are those who bear at a node of the path and not nearer; without them nobody is counted, and nothing is
    proven.
    """
    levels = []
    for depth, node in enumerate(path):
        weights: dict[Tier, tuple[float, float]] = {}
        for tier in TIERS:
            s, f = totals.get((node, tier), (0.0, 0.0))
            if depth + 1 < len(path):
                below = totals.get((path[depth + 1], tier), (0.0, 0.0))
                s, f = max(0.0, s - below[0]), max(0.0, f - below[1])
            if s + f > 0:
                weights[tier] = s, f
        levels.append(Level(node, weights, people.get(node, {}) if people else {}))
    return tuple(levels)
