"""The chance that a remedy works for a reader's product: a discounted beta carried down the product tree.

Reports are weighed (`event_weight`, `success_and_failure`), gathered by the level of the reader's path at
which they bear (`gather`, or `levels_from_totals` on stored subtree totals), and climbed from the far
levels to the near one (`climb`). Every level is returned, so that a page can open the evidence.

Simulated in `plan_world.py`; forward decay: Cormode, Shkapenyuk, Srivastava & Xu, ICDE 2009.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import betaincinv  # type: ignore[import-untyped]

from wiki.rules.judgement import TIERS, VERIFIED, Judgement, Kind, Tier

__all__ = [
    "TIERS", "VERIFIED", "Chance", "ChanceWords", "Judgement", "Kind", "Level", "Node", "Report", "Result", "Rung",
    "Tally", "Tier", "add_event", "chance_words", "chances", "climb", "event_weight", "forward_weight", "gather",
    "levels_from_totals", "quantiles", "read_weight", "remove_event", "standing_reports", "success_and_failure",
]  # fmt: skip

Node = int | str
Result = Literal["worked", "partly", "failed", "worse", "came_back", "not_tried", "up", "down"]
Totals = MutableMapping[tuple[Node, Tier], tuple[float, float]]

_ENOUGH = 1e-9  # successes shared among remedies are fractions; a third three times is one


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


@dataclass(frozen=True, slots=True)
class Level:
    """The evidence that bears at one node of the reader's path and not nearer: weights S, F by tier, and people."""

    node: Node
    weights: Mapping[Tier, tuple[float, float]]
    people: Mapping[Tier, Tally]


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the ladder: what came from above after shrinking, what this level added, and the sum A, B.

    `added` is the evidence in reports after the crowd's cap, votes included; `reports` the same without votes.
    """

    node: Node
    from_above: tuple[float, float]
    shrink: float
    added: tuple[float, float]
    reports: float
    a: float
    b: float
    people: Mapping[Tier, Tally]

    @property
    def q(self) -> float:
        """The chance as far as this level knows."""
        return self.a / (self.a + self.b)


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance at the reader's node with its interval, its people by tier and the ladder from far to near."""

    a: float
    b: float
    low: float
    high: float
    reports: float
    people: Mapping[Tier, Tally]
    rungs: tuple[Rung, ...]

    @property
    def q(self) -> float:
        """The mean of Beta(a, b)."""
        return self.a / (self.a + self.b)

    @property
    def tried(self) -> int:
        """How many people of any tier tried it."""
        return sum(tally.tried for tally in self.people.values())

    @property
    def proven(self) -> bool:
        """At least one verified success."""
        return sum(self.people[tier].successes for tier in VERIFIED) >= 1 - _ENOUGH

    @property
    def professionally_proven(self) -> bool:
        """At least one success by a verified professional."""
        return self.people["professional"].successes >= 1 - _ENOUGH

    def confirmed(self, rules: Judgement, q: float | None = None) -> bool:
        """One professional's or two verified owners' successes, and a chance of at least .4 (`q` for this reader)."""
        enough = (
            self.people["professional"].successes >= rules.confirmed_professionals - _ENOUGH
            or self.people["owner"].successes >= rules.confirmed_owners - _ENOUGH
        )
        return enough and (self.q if q is None else q) >= rules.confirmed_chance


# ---------------------------------------------------------------- one event


def forward_weight(weight: float, days_since_landmark: float, half_life_days: float) -> float:
    """The weight to store for an event at a time t after the landmark L: w · 2^((t − L)/H)."""
    return weight * 2.0 ** (days_since_landmark / half_life_days)


def read_weight(stored: float, days_since_landmark: float, half_life_days: float) -> float:
    """A stored forward weight (or sum of them) as it counts at a time after the same landmark."""
    return stored * 2.0 ** (-days_since_landmark / half_life_days)


def event_weight(report: Report, rules: Judgement, *, software: bool = False) -> float:
    """Unit × trust × decay, halved while a workshop's outcome is provisional; in reports of a verified owner."""
    weight = rules.unit(report.tier) * report.trust
    weight *= 2.0 ** (-max(0.0, report.age_days) / rules.half_life_days(software=software))
    if report.at_handover and report.age_days < rules.provisional_days:
        weight *= rules.provisional_factor
    return weight


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
    reports: Sequence[Report], path: Sequence[Node], rules: Judgement, *, software: bool = False
) -> tuple[Level, ...]:
    """The evidence of standing reports at each level of a reader's path, root first: E_l = T(l) − T(child on the path).

    A report bears at the deepest node that its own path shares with the reader's; one that shares none is left out.
    """
    depth_of: dict[tuple[Node, ...], int] = {}
    weights: list[dict[Tier, list[float]]] = [{} for _ in path]
    people: list[dict[Tier, dict[str, float]]] = [{} for _ in path]
    for report in reports:
        depth = depth_of.get(report.path)
        if depth is None:
            depth = depth_of[report.path] = _shared_depth(report.path, path)
        if depth < 0:
            continue
        success, failure = success_and_failure(report, event_weight(report, rules, software=software), rules)
        sums = weights[depth].setdefault(report.tier, [0.0, 0.0])
        sums[0] += success
        sums[1] += failure
        count = people[depth].setdefault(report.tier, defaultdict(float))
        count[report.result] += 1
        if report.result == "worked":
            count["successes"] += 1 / max(1, report.shared_among)
    return tuple(
        Level(
            node,
            {tier: (sums[0], sums[1]) for tier, sums in weights[depth].items()},
            {tier: _tally(count) for tier, count in people[depth].items()},
        )
        for depth, node in enumerate(path)
    )


def _shared_depth(path: Sequence[Node], reader: Sequence[Node]) -> int:
    depth = -1
    for mine, theirs in zip(path, reader, strict=False):
        if mine != theirs:
            break
        depth += 1
    return depth


def _tally(count: Mapping[str, float]) -> Tally:
    whole = {name: int(number) for name, number in count.items() if name != "successes"}
    return Tally(**whole, successes=count.get("successes", 0.0))


def add_event(totals: Totals, path: Sequence[Node], tier: Tier, success: float, failure: float) -> None:
    """Add an event's S and F to the subtree totals of its node and of every ancestor, in place; O(depth)."""
    for node in path:
        s, f = totals.get((node, tier), (0.0, 0.0))
        totals[node, tier] = s + success, f + failure


def remove_event(totals: Totals, path: Sequence[Node], tier: Tier, success: float, failure: float) -> None:
    """Take an event out of the subtree totals again: to 1e-9 of the largest sum, as if it had never happened."""
    for node in path:
        s, f = totals.get((node, tier), (0.0, 0.0))
        totals[node, tier] = max(0.0, s - success), max(0.0, f - failure)


def levels_from_totals(
    totals: Mapping[tuple[Node, Tier], tuple[float, float]], path: Sequence[Node]
) -> tuple[Level, ...]:
    """The evidence at each level of a path, from stored subtree totals; people are not counted there."""
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
        levels.append(Level(node, weights, {}))
    return tuple(levels)


# ---------------------------------------------------------------- the ladder


def climb(levels: Sequence[Level], kind: Kind, rules: Judgement) -> tuple[Rung, ...]:
    """Carry the first guess down the path: shrink what comes from above to κ reports, then add what is known here.

    Verified evidence counts in full; a crowd's n reports count n·m/(n + m), so never more than m at a level.
    """
    strength = rules.strength_official if kind == "official" else rules.strength_community
    mean = rules.mean_official if kind == "official" else rules.mean_community
    a, b = strength * mean, strength * (1 - mean)
    rungs: list[Rung] = []
    for depth, level in enumerate(levels):
        shrink = min(1.0, rules.level_strength / (a + b)) if depth else 1.0
        a, b = a * shrink, b * shrink
        success = failure = reports = 0.0
        for tier, (s, f) in level.weights.items():
            n = s + f
            if n <= 0:
                continue
            share = 1.0
            if tier == "unverified":
                share = rules.cap_unverified / (n + rules.cap_unverified)
            elif tier == "vote":
                share = rules.cap_vote / (n + rules.cap_vote)
            success += s * share
            failure += f * share
            if tier != "vote":
                reports += n * share
        above = a, b
        a, b = a + success, b + failure
        rungs.append(Rung(level.node, above, shrink, (success, failure), reports, a, b, level.people))
    return tuple(rungs)


def quantiles(a: Sequence[float], b: Sequence[float], probability: float) -> list[float]:
    """Quantiles of many Beta(a, b) in one call, since a call of scipy costs more than a row does."""
    if not len(a):
        return []
    values: list[float] = betaincinv(np.asarray(a, float), np.asarray(b, float), probability).tolist()
    return values


def chances(ladders: Sequence[tuple[Rung, ...]], rules: Judgement) -> list[Chance]:
    """The chance of every remedy of a plan from its ladder, the quantiles of all worked out together."""
    a = [rungs[-1].a for rungs in ladders]
    b = [rungs[-1].b for rungs in ladders]
    low = quantiles(a, b, rules.interval_low)
    high = quantiles(a, b, rules.interval_high)
    found = []
    for place, rungs in enumerate(ladders):
        people = dict.fromkeys(TIERS, NOBODY)
        for rung in rungs:
            for tier, tally in rung.people.items():
                people[tier] = people[tier] + tally
        reports = sum(rung.reports for rung in rungs)
        found.append(Chance(a[place], b[place], low[place], high[place], reports, people, rungs))
    return found


# ---------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class ChanceWords:
    """How a chance is said: `text`, whether it has a figure, and whether it is untested or early."""

    text: str
    has_figure: bool
    untested: bool
    early: bool


def chance_words(
    *, q: float, low: float, high: float, tried: int, reports: float, rules: Judgement
) -> ChanceWords:
    """Say a chance as people do: "7 in 10 (5 to 9)", "early", "early: 5 in 10 (2 to 8)" or "untested".

    Below five weighted reports there is no figure; an interval wider than a half makes one early.
    """
    if tried == 0:
        return ChanceWords("untested", has_figure=False, untested=True, early=False)
    if reports < rules.figure_reports - _ENOUGH:
        return ChanceWords("early", has_figure=False, untested=False, early=True)
    figure = f"{_tenths(q)} in 10 ({_tenths(low)} to {_tenths(high)})"
    if high - low > rules.early_width:
        return ChanceWords(f"early: {figure}", has_figure=True, untested=False, early=True)
    return ChanceWords(figure, has_figure=True, untested=False, early=False)


def _tenths(chance: float) -> int:
    return int(10 * chance + 0.5)
