"""The money of a plan: expected cost, savings and shares whose parts add up to their whole.

Amounts are in the reader's currency. A plan is a list of (q, c), chance and cost of each step that counts,
and C, the expected cost of the official path that follows when all of them miss.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal

from wiki.rules.judgement import Judgement


@dataclass(frozen=True, slots=True)
class Money:
    """The three lines of money, and the saving against the official path; None where nothing may be promised.

    `today`: the first counted step. `likely`: expected cost of the counted steps and the official path.
    `worst`: all of them and the official path paid in part again. `official` is C. The `_shown` are whole
    numbers with official − likely = saving, and the steps' `saving_shown` add up to `saving_shown`.
    """

    today: float | None
    likely: float | None
    worst: float | None
    official: float | None
    saving: float | None
    likely_shown: int | None
    official_shown: int | None
    saving_shown: int | None
    early: bool


@dataclass(frozen=True, slots=True)
class Share:
    """How many of 100 owners are done after a step; `key` None: those for whom it is not done yet at the end."""

    key: int | None
    owners: int


def expected_cost(steps: Sequence[tuple[float, float]], expected_official: float) -> float:
    """Σ_j [Π_{k<j}(1 − q_k)]·c_j + [Π(1 − q_k)]·C for steps (q, c) tried in order until one works."""
    reach = 1.0
    total = 0.0
    for q, c in steps:
        total += reach * c
        reach *= 1 - q
    return total + reach * expected_official


def savings(steps: Sequence[tuple[float, float]], expected_official: float) -> list[float]:
    """What each step saves against going to the official path in its stead; together C − expected cost.

    Π_{k<j}(1 − q_k) · (q_j·C − c_j), the telescoped differences of `expected_cost`.
    """
    reach = 1.0
    parts = []
    for q, c in steps:
        parts.append(reach * (q * expected_official - c))
        reach *= 1 - q
    return parts


def whole(amount: float) -> int:
    """An amount in whole units, halves up."""
    return math.floor(amount + 0.5)


def split_whole(total: int, parts: Sequence[float]) -> list[int]:
    """Whole numbers near the parts that add up to the total, by largest remainder; ties go to the earlier part.

    The parts should add up to about the total; any difference beyond rounding is spread over all of them.
    """
    if not parts:
        return []
    floors = [math.floor(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    each, extra = divmod(total - sum(floors), len(parts))
    for rank, place in enumerate(order):
        floors[place] += each + (1 if rank < extra else 0)
    return floors


def of_a_hundred(steps: Sequence[tuple[int, float]], *, official: tuple[int, float] | None) -> tuple[Share, ...]:
    """Of 100 owners who follow (key, q) in order and then the official path, how many are done after each."""
    reach = 1.0
    keys: list[int | None] = []
    parts: list[float] = []
    for key, q in [*steps, *([official] if official else [])]:
        keys.append(key)
        parts.append(100 * reach * q)
        reach *= 1 - q
    keys.append(None)
    parts.append(100 * reach)
    return tuple(Share(key, owners) for key, owners in zip(keys, split_whole(100, parts), strict=True))


def reckon_money(
    steps: Sequence[tuple[float, float]],
    *,
    official_cost: float | None,
    expected: float | None,
    early: bool,
    nothing_proven: bool,
    rules: Judgement,
) -> Money:
    """The three lines for the steps (q, c) that count; c_o and C are None while no official cost is known."""
    today = steps[0][1] if steps else None
    if official_cost is None or expected is None:
        return Money(today, None, None, None, None, None, None, None, early)
    worst = sum(c for _, c in steps) + official_cost * (1 + rules.paid_again)
    if nothing_proven:
        return Money(None, None, worst, expected, None, None, whole(expected), None, early=True)
    likely = expected_cost(steps, expected)
    return Money(
        today=official_cost if today is None else today,
        likely=likely,
        worst=worst,
        official=expected,
        saving=expected - likely,
        likely_shown=whole(likely),
        official_shown=whole(expected),
        saving_shown=whole(expected) - whole(likely),
        early=early,
    )


@dataclass(frozen=True)
class Exchange:
    """Turns amounts of any currency into the reader's, by a table of what one US dollar buys."""

    currency: str
    per_dollar: Mapping[str, float]

    def convert(self, amount: Decimal | float | None, currency: str) -> float | None:
        """The amount in the reader's currency; None without an amount or for a currency not in the table."""
        if amount is None:
            return None
        if currency == self.currency:
            return float(amount)
        if currency not in self.per_dollar or self.currency not in self.per_dollar:
            return None
        return float(amount) / self.per_dollar[currency] * self.per_dollar[self.currency]


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """What one US dollar buys of each currency; a community rule, changed by hand when it matters."""

    usd: float = field(default=1.0, metadata={"unit": "per dollar", "help": "US dollar."})
    eur: float = field(default=0.92, metadata={"unit": "per dollar", "help": "Euro."})
    gbp: float = field(default=0.79, metadata={"unit": "per dollar", "help": "Pound sterling."})
    cad: float = field(default=1.37, metadata={"unit": "per dollar", "help": "Canadian dollar."})
    aud: float = field(default=1.52, metadata={"unit": "per dollar", "help": "Australian dollar."})
    jpy: float = field(default=150.0, metadata={"unit": "per dollar", "help": "Yen."})

    def exchange(self, currency: str) -> Exchange:
        """The table as a reader of that currency uses it."""
        return Exchange(currency, {item.name.upper(): float(getattr(self, item.name)) for item in fields(self)})
