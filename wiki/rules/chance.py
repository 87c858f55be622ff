"""The chance that a remedy works for a reader's product: a discounted beta carried down the product tree.

Evidence by level (`wiki.rules.evidence`) is climbed from the far levels to the near one (`climb`); the
quantiles of a whole plan are worked out together (`chances`); `chance_words` says what people read. Every
level is returned, so that a page can open the evidence. Simulated before it was built (`plan_world.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from wiki.rules.evidence import (
    NEARLY,
    NOBODY,
    Level,
    Node,
    Report,
    Result,
    Tally,
    add_event,
    event_weight,
    event_weights,
    forward_weight,
    gather,
    levels_from_totals,
    read_weight,
    remove_event,
    standing_reports,
    success_and_failure,
)
from wiki.rules.judgement import TIERS, VERIFIED, Judgement, Kind, Tier

__all__ = [
    "TIERS", "VERIFIED", "Chance", "ChanceWords", "Judgement", "Kind", "Level", "Node", "Report", "Result", "Rung",
    "Tally", "Tier", "add_event", "chance_words", "chances", "climb", "event_weight", "event_weights",
    "forward_weight", "gather", "levels_from_totals", "quantiles", "read_weight", "remove_event",
    "standing_reports", "success_and_failure",
]  # fmt: skip


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

    def beta_shown(self, rules: Judgement) -> tuple[float, float]:
        """A and B of the beta whose quantiles are shown as the interval."""
        return self.a, self.b

    @property
    def tried(self) -> int:
        """How many people of any tier tried it."""
        return sum(tally.tried for tally in self.people.values())

    @property
    def proven(self) -> bool:
        """At least one verified success."""
        return sum(self.people[tier].successes for tier in VERIFIED) >= 1 - NEARLY

    @property
    def professionally_proven(self) -> bool:
        """At least one success by a verified professional."""
        return self.people["professional"].successes >= 1 - NEARLY

    def confirmed(self, rules: Judgement, q: float | None = None) -> bool:
        """One professional's or two verified owners' successes, and a chance of at least .4 (`q` for this reader)."""
        enough = (
            self.people["professional"].successes >= rules.confirmed_professionals - NEARLY
            or self.people["owner"].successes >= rules.confirmed_owners - NEARLY
        )
        return enough and (self.q if q is None else q) >= rules.confirmed_chance


# ---------------------------------------------------------------- the ladder


def climb(
    levels: Sequence[Level], kind: Kind, rules: Judgement, *, first_guess: float | None = None
) -> tuple[Rung, ...]:
    """Carry the first guess down the path: shrink what comes from above to κ reports, then add.

    `first_guess` is the chance before any evidence, where the remedy has one of its own.

    Verified evidence counts in full; a crowd's n reports count n·m/(n + m), so never more than m at a level. Where
    verified people say that it worked on the reader's own product the crowd yields: its failures are divided by
    1 + y·(verified successes there), so that opinion can be bought but does not outweigh them.
    """
    strength = rules.strength_official if kind == "official" else rules.strength_community
    mean = rules.mean_official if kind == "official" else rules.mean_community
    if first_guess is not None:
        mean = first_guess
    a, b = strength * mean, strength * (1 - mean)
    rungs: list[Rung] = []
    near = levels[-1].weights if levels else {}
    yields = 1 + rules.crowd_yields * sum(near[tier][0] for tier in VERIFIED if tier in near)
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
            s, f = s * share, f * share
            if tier not in VERIFIED:
                f /= yields
            success += s
            failure += f
            if tier != "vote":
                reports += s + f
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
        people: dict[Tier, Tally] = {}
        for rung in rungs:
            for tier, tally in rung.people.items():
                people[tier] = people[tier] + tally if tier in people else tally
        for tier in TIERS:
            people.setdefault(tier, NOBODY)
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


def chance_words(*, q: float, low: float, high: float, tried: int, reports: float, rules: Judgement) -> ChanceWords:
    """Say a chance as people do: "7 in 10 (5 to 9)", "early", "early: 5 in 10 (2 to 8)" or "untested".

    Below five weighted reports there is no figure; an interval wider than a half makes one early.
    """
    if tried == 0:
        return ChanceWords("untested", has_figure=False, untested=True, early=False)
    if reports < rules.figure_reports - NEARLY:
        return ChanceWords("early", has_figure=False, untested=False, early=True)
    figure = f"{_tenths(q)} in 10 ({_tenths(low)} to {_tenths(high)})"
    if high - low > rules.early_width:
        return ChanceWords(f"early: {figure}", has_figure=True, untested=False, early=True)
    return ChanceWords(figure, has_figure=True, untested=False, early=False)


def _tenths(chance: float) -> int:
    return int(10 * chance + 0.5)
