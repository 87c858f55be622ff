"""Evidence as sums that can be added to and taken from: what a report brings, and how sums are read as levels.

A report made on day d weighs trust · 2^((d − L)/H) from a landmark L (forward decay: Cormode, Shkapenyuk, Srivastava &
Xu, ICDE 2009); dividing by 2^((today − L)/H) on reading is the same as decaying each report. Units, the factor of
harm, the reporting bias and the discount of what a workshop reports at hand-over are put on when sums are read, so
that changing these rules changes no stored number.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from wiki.rules.evidence import Level, Node, Report, Result, Tally
from wiki.rules.judgement import Judgement, Tier

COUNTED: tuple[Result, ...] = ("worked", "partly", "failed", "worse", "came_back", "up", "down")
PRICE_FIGURES = 2
Weights = tuple[float, float, float]


def price_figure(amount: Decimal | None) -> Decimal | None:
    """Money or hours as evidence takes them: to two significant figures, 1,640 as 1,600 and 64.90 as 65.

    Equal prices are counted together, so that reading them costs the same however many people paid.
    """
    if not amount:
        return amount
    figures = Decimal(f"{amount:.{PRICE_FIGURES - 1}e}")
    return Decimal(f"{figures.normalize():f}")


Price = tuple[str, bool, str, str, str | None]
"""A reported price as it is stored: tier, whether it worked, currency, money and hours (None where nobody said)."""
PriceAt = tuple[str, bool, str, str, str | None, str | None]
"""The same with the ISO day of a hand-over while it may be provisional."""


def price_words(amount: Decimal | None) -> str | None:
    """An amount as it stands in a price: 60 for 60.00."""
    return None if amount is None else f"{amount.normalize():f}"


@dataclass(frozen=True, slots=True)
class Piece:
    """What one standing report adds to the sums of its node and of every ancestor.

    `weights` are the shares of success, of failure and of harm, each times the forward weight. `ripens` is the day of a
    hand-over while the outcome may be provisional. `number` people may stand behind it, of whose votes only the sum
    is known.
    """

    tier: Tier
    result: Result
    weights: Weights
    successes: float
    price: Price | None
    ripens: datetime.date | None
    number: int = 1


def piece_of(
    report: Report,
    *,
    on: datetime.date,
    landmark: datetime.date,
    half_life: float,
    price: Price | None = None,
    number: int = 1,
) -> Piece:
    """A standing report as a piece; `on` is its day, `half_life` in days. Of `number` people trust is the sum.

    One success is shared among remedies changed together, a failure is not; the bill for several is no price of one.
    """
    weight = report.trust * 2.0 ** ((on - landmark).days / half_life)
    shared = max(1, report.shared_among)
    share: Weights = {
        "worked": (1 / shared, 0.0, 0.0),
        "up": (1 / shared, 0.0, 0.0),
        "partly": (0.5 / shared, 0.5, 0.0),
        "worse": (0.0, 0.0, 1.0),
    }.get(report.result, (0.0, 1.0, 0.0))
    return Piece(
        tier=report.tier,
        result=report.result,
        weights=(weight * share[0], weight * share[1], weight * share[2]),
        successes=1 / shared if report.result == "worked" else 0.0,
        price=price if shared == 1 else None,
        ripens=on if report.at_handover else None,
        number=number,
    )


@dataclass(slots=True)
class Sums:
    """The sums of one tier at one node, with everything below it; `people` are counts in the order of `COUNTED`.

    `provisional` holds what of `weights` was reported at hand-over, by day, until that day has ripened.
    """

    weights: list[float] = field(default_factory=lambda: [0.0] * 3)
    people: list[int] = field(default_factory=lambda: [0] * len(COUNTED))
    successes: float = 0.0
    provisional: dict[datetime.date, list[float]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is counted here any more."""
        return not any(self.people)

    def put(self, piece: Piece, *, ripe_until: datetime.date, sign: int = 1) -> None:
        """Add a piece, or take it out again with sign −1, as if it had never been there (to rounding)."""
        self.people[COUNTED.index(piece.result)] += sign * piece.number
        self.successes += sign * piece.successes
        _add(self.weights, piece.weights, sign)
        if piece.ripens is not None and piece.ripens > ripe_until:
            _add(self.provisional.setdefault(piece.ripens, [0.0] * 3), piece.weights, sign)

    def add(self, other: Sums, sign: int = 1) -> None:
        """Add all of another node's sums, or take them out with sign −1."""
        self.people = [mine + sign * theirs for mine, theirs in zip(self.people, other.people, strict=True)]
        self.successes += sign * other.successes
        _add(self.weights, other.weights, sign)
        for day, weights in other.provisional.items():
            _add(self.provisional.setdefault(day, [0.0] * 3), weights, sign)

    def ripen(self, until: datetime.date) -> None:
        """Forget which part was provisional up to a day: it counts in full from now on."""
        self.provisional = {day: weights for day, weights in self.provisional.items() if day > until}

    def scale(self, factor: float) -> None:
        """Move the landmark: multiply every weight."""
        self.weights = [weight * factor for weight in self.weights]
        self.provisional = {day: [w * factor for w in weights] for day, weights in self.provisional.items()}

    def in_force(self, today: datetime.date, rules: Judgement) -> Weights:
        """The weights with the discount of what is still provisional on a day."""
        success, failure, worse = self.weights
        for day, weights in self.provisional.items():
            if (today - day).days < rules.provisional_days:
                success, failure, worse = (
                    total - (1 - rules.provisional_factor) * part
                    for total, part in zip((success, failure, worse), weights, strict=True)
                )
        return success, failure, worse


def _add(into: list[float], weights: Sequence[float], sign: int) -> None:
    for place, weight in enumerate(weights):
        into[place] += sign * weight


# ---------------------------------------------------------------- prices


@dataclass(slots=True)
class PriceSums:
    """How often each price was paid, and with what weight; those at hand-over apart by day until they ripen."""

    cells: dict[PriceAt, tuple[float, int]] = field(default_factory=dict)

    def put(self, piece: Piece, *, ripe_until: datetime.date, sign: int = 1) -> None:
        """Add a piece's price, or take it out again with sign −1."""
        if piece.price is None:
            return
        day = piece.ripens.isoformat() if piece.ripens is not None and piece.ripens > ripe_until else None
        # A price weighs whatever the result was: the shares of a result that is not shared add up to one.
        self._put((*piece.price, day), sum(piece.weights), 1, sign)

    def _put(self, key: PriceAt, weight: float, count: int, sign: int) -> None:
        held, number = self.cells.get(key, (0.0, 0))
        if number + sign * count:
            self.cells[key] = held + sign * weight, number + sign * count
        else:
            self.cells.pop(key, None)

    def ripen(self, until: datetime.date) -> None:
        """Put what was provisional up to a day with the rest."""
        for key, (weight, count) in list(self.cells.items()):
            if key[5] is not None and datetime.date.fromisoformat(key[5]) <= until:
                del self.cells[key]
                self._put((*key[:5], None), weight, count, 1)

    def scale(self, factor: float) -> None:
        """Move the landmark: multiply every weight."""
        self.cells = {key: (weight * factor, count) for key, (weight, count) in self.cells.items()}


# ---------------------------------------------------------------- reading


def ripe_on(today: datetime.date, rules: Judgement) -> datetime.date:
    """The last day whose hand-overs are provisional no more."""
    return today - datetime.timedelta(days=math.ceil(rules.provisional_days))


@dataclass(frozen=True, slots=True)
class Age:
    """The day on which sums are read, their landmark, and the half-life in days that they were stored with."""

    today: datetime.date
    landmark: datetime.date
    half_life: float

    @property
    def decay(self) -> float:
        """What a stored weight counts for on the day of reading."""
        return 2.0 ** (-(self.today - self.landmark).days / self.half_life)


def levels_of(
    sums: Mapping[tuple[Any, Tier], Sums], path: Sequence[Node], age: Age, rules: Judgement
) -> tuple[Level, ...]:
    """The evidence at each level of a reader's path from subtree sums: T(level) − T(its child on the path)."""
    decay = age.decay
    tiers: tuple[Tier, ...] = ("professional", "owner", "unverified", "vote")
    levels = []
    for depth, node in enumerate(path):
        weights: dict[Tier, tuple[float, float]] = {}
        people: dict[Tier, Tally] = {}
        for tier in tiers:
            here = sums.get((node, tier))
            if here is None:
                continue
            below = sums.get((path[depth + 1], tier)) if depth + 1 < len(path) else None
            success, failure, worse = here.in_force(age.today, rules)
            counts, successes = here.people, here.successes
            if below is not None:
                less = below.in_force(age.today, rules)
                success, failure, worse = success - less[0], failure - less[1], worse - less[2]
                counts = [a - b for a, b in zip(counts, below.people, strict=True)]
                successes -= below.successes
            if not any(counts):
                continue
            unit = rules.unit(tier) * decay
            weights[tier] = (
                max(0.0, unit * success / rules.reporting_bias),
                max(0.0, unit * (failure + rules.worse_factor * worse)),
            )
            worked, partly, failed, harmed, came_back, up, down = counts
            people[tier] = Tally(worked, partly, failed, harmed, came_back, up, down, max(0.0, successes))
        levels.append(Level(node, weights, people))
    return tuple(levels)


def priced_reports(
    prices: PriceSums, age: Age, rules: Judgement, convert: Callable[[float, str], float | None]
) -> list[Report]:
    """All who paid the same as one report that weighs as much, with money in the reader's currency.

    Verified people of both tiers stand together in reports of an owner, as units weigh them.
    """
    decay = age.decay
    factors = {
        tier: ("unverified", decay)
        if tier == "unverified"
        else ("owner", decay * rules.unit(tier) / rules.unit("owner"))
        for tier in ("professional", "owner", "unverified")
    }
    found: dict[tuple[Any, str, str, str | None], float] = {}
    for (tier, _, currency, money, hours, day), (weight, _) in prices.cells.items():
        kind, factor = factors[tier]
        if day is not None and (age.today - datetime.date.fromisoformat(day)).days < rules.provisional_days:
            factor *= rules.provisional_factor
        key = kind, currency, money, hours
        found[key] = found.get(key, 0.0) + weight * factor
    reports = []
    for (kind, currency, money, hours), weight in found.items():
        amount = convert(float(money), currency)
        if amount is not None:
            hour = None if hours is None else float(hours)
            reports.append(Report("", kind, "worked", (), trust=weight, money=amount, hours=hour))
    return reports


def median_paid(prices: PriceSums, convert: Callable[[float, str], float | None]) -> float | None:
    """The median of what verified people paid for whom it worked; None where nobody has said."""
    paid = [
        (amount, count)
        for (tier, worked, currency, money, *_), (_, count) in prices.cells.items()
        if worked and tier != "unverified" and (amount := convert(float(money), currency)) is not None
    ]
    return median_of(paid)


def median_of(amounts: Sequence[tuple[float, int]]) -> float | None:
    """The median of amounts given with how often each occurs; None without any."""
    total = sum(count for _, count in amounts)
    if not total:
        return None
    ordered = sorted(amounts)
    middle = [(total - 1) // 2, total // 2]
    found = []
    passed = 0
    for amount, count in ordered:
        found += [amount for place in middle if passed <= place < passed + count]
        passed += count
    return sum(found) / 2
