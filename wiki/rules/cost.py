"""What a remedy costs: money and hours at a reader's wage, posted and reported, and the risk of making it worse.

The estimate is a weighted mean of logarithms, so that one wild price moves it little; reported prices are
held within a factor of the posted one, those by unverified people more closely, and these together weigh at most
half a report beside a posted or a verified price. Amounts are in the reader's currency.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wiki.rules.evidence import Report, event_weights
from wiki.rules.judgement import VERIFIED, Judgement


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimated cost (None: nobody has said), the posted one, and the range of those reported.

    `low` and `high` are the extremes of the reported prices after clipping; `reported` counts them.
    """

    value: float | None
    posted: float | None
    low: float | None
    high: float | None
    reported: int


def reckon(*, money: float, hours: float, wage: float, rules: Judgement) -> float:
    """Money and hours as one amount; free is 1, so that logarithms and quotients exist."""
    return max(rules.least_cost, money + hours * wage)


def estimate_cost(
    reports: Sequence[Report],
    *,
    posted_money: float | None,
    posted_hours: float | None,
    wage: float,
    rules: Judgement,
    unsaid_hours: float | None = None,
    software: bool = False,
    weights: Sequence[float] | None = None,
) -> Cost:
    """The cost of a remedy from its posted price and the prices of standing outcomes, at a reader's wage per hour.

    log c = (2·log posted + Σ w·log reported) / (2 + Σ w). Failed outcomes cost as much as others. A report
    without hours is given `unsaid_hours` (the posted hours by default). Votes have no price, and the bill for
    several remedies at once is no price of any of them.
    """
    posted = None
    if posted_money is not None:
        posted = reckon(money=posted_money, hours=posted_hours or 0.0, wage=wage, rules=rules)
    if unsaid_hours is None:
        unsaid_hours = posted_hours or 0.0
    verified: list[tuple[float, float]] = []
    others: list[tuple[float, float]] = []
    if weights is None:
        weights = event_weights(reports, rules, software=software)
    for report, weight in zip(reports, weights, strict=True):
        if report.money is None or report.tier == "vote" or report.shared_among > 1:
            continue
        hours = unsaid_hours if report.hours is None else report.hours
        price = reckon(money=report.money, hours=hours, wage=wage, rules=rules)
        if posted is not None:
            clip = rules.price_clip if report.tier in VERIFIED else rules.unverified_price_clip
            price = min(max(price, posted / clip), posted * clip)
        (verified if report.tier in VERIFIED else others).append((weight, price))
    return _mean(posted, verified, others, rules)


def _mean(
    posted: float | None,
    verified: list[tuple[float, float]],
    others: list[tuple[float, float]],
    rules: Judgement,
) -> Cost:
    crowd = math.fsum(weight for weight, _ in others)
    anchored = posted is not None or bool(verified)
    share = min(1.0, rules.unverified_price_weight / crowd) if anchored and crowd > 0 else 1.0
    entries = [*verified, *((weight * share, price) for weight, price in others)]
    prices = [price for _, price in entries]
    if posted is not None:
        entries.append((rules.posted_price_weight, posted))
    total = math.fsum(weight for weight, _ in entries)
    value = None
    if total > 0:
        log_cost = math.fsum(weight * math.log(price) for weight, price in entries) / total
        value = max(rules.least_cost, math.exp(log_cost))
    return Cost(value, posted, min(prices, default=None), max(prices, default=None), len(prices))


def risk(*, worse: int, verified: int, official_cost: float | None, rules: Judgement) -> float:
    """The money at risk: verified "made it worse" / (verified outcomes + 20) × C; 0 while C is unknown."""
    return worse / (verified + rules.risk_outcomes) * official_cost if official_cost else 0.0


def cost_of_official_path(*, cost: float, q: float, rules: Judgement) -> float:
    """C = c_o · (1 + φ·(1 − q_o)): a share of the official cost is paid again when it misses."""
    return cost * (1 + rules.paid_again * (1 - q))
