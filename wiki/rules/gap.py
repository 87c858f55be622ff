"""The diagnostics gap: how often an official remedy was paid for and fixed nothing, and what that lost.

Counted are outcomes that say the official procedure was followed. "Replaced, not fixed": it failed, made it worse or
came back; "partly" counts half, as everywhere. Amounts are in US dollars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from wiki.rules.chance import quantiles

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class GapRules:
    """From when on an official diagnostic is judged by its outcomes, as the community has set it."""

    least_followed: int = field(
        default=10,
        metadata={
            "unit": "outcomes",
            "help": "Outcomes that say the official procedure was followed, before its rate is said.",
            "least": 1,
        },
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """What people report who followed one official procedure; `failed` holds what made it worse and what came back.

    `people` and `people_failed` count each person once. `paid_in_vain` and `hours_in_vain` are of failed outcomes alone
    as far as they say; `priced` of them do.
    """

    worked: int = 0
    partly: int = 0
    failed: int = 0
    people: int = 0
    people_failed: int = 0
    priced: int = 0
    paid_in_vain: float = 0.0
    hours_in_vain: float = 0.0

    @property
    def tried(self) -> int:
        """All outcomes counted."""
        return self.worked + self.partly + self.failed


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its interval, all between 0 and 1."""

    q: float
    low: float
    high: float


def not_fixed_rate(followed: Followed, *, low: float, high: float) -> Rate | None:
    """Which part of those who followed the procedure were not helped; None where nobody followed it.

    The interval holds the quantiles `low` and `high` of Beta(F + ½, S + ½) (Jeffreys; Brown, Cai & DasGupta 2001).
    """
    if not followed.tried:
        return None
    failures = followed.failed + followed.partly / 2
    a, b = failures + 0.5, followed.tried - failures + 0.5
    return Rate(failures / followed.tried, quantiles([a], [b], low)[0], quantiles([a], [b], high)[0])


def is_judged(followed: Followed, *, least_people: int, rules: GapRules) -> bool:
    """Whether enough outcomes, of enough people, say that the procedure was followed."""
    return followed.tried >= rules.least_followed and followed.people >= least_people


def total_loss(followed: Followed, *, wage: float) -> float:
    """Money spent in vain and the owners' own hours at the wage: what the failed outcomes cost in full."""
    return followed.paid_in_vain + followed.hours_in_vain * wage


def could_spare(loss: float, *, owners: int, q: float, cost: float) -> float:
    """What trying another remedy first is expected to spare these owners: q · loss − owners · cost, at least 0.

    The first term of the telescoped saving (`wiki.rules.money.savings`), with what they really lost as the bill.
    """
    return max(0.0, q * loss - owners * cost)


def ranked(gaps: Mapping[Key, Followed], *, wage: float) -> list[Key]:
    """The keys by total loss, the greatest first; equals by how many were not helped, then in the order given."""
    return sorted(gaps, key=lambda key: (-total_loss(gaps[key], wage=wage), -gaps[key].failed))


def is_closed(before: Rate | None, after: Rate | None) -> bool:
    """Whether a revised procedure fails less often beyond doubt: the intervals lie apart, the later one lower."""
    return before is not None and after is not None and after.high < before.low
