"""The constants of the monitor, the false-discovery bound, and what is said of a series: ratio, interval, doubling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv


def _number(default: float, unit: str, text: str) -> float:
    value: float = field(default=default, metadata={"unit": unit, "help": text})
    return value


def _whole(default: int, unit: str, text: str, least: int = 1) -> int:
    value: int = field(default=default, metadata={"unit": unit, "help": text, "least": least})
    return value


@dataclass(frozen=True, slots=True)
class MonitorRules:
    """When the monitor speaks, as the community has set it; the windows and ratios it looks with are fixed."""

    watch: float = _number(
        1.5, "nats", "Evidence from which a series is watched: one false alarm in 1,000 weeks of it."
    )
    alert: float = _number(3.5, "nats", "Evidence from which it is an alert: one false alarm in 10,000 weeks of it.")
    least_reports: int = _whole(3, "reports", "So many reports, from as many people, before anything is said.")
    quiet_weeks: int = _whole(
        26, "weeks", "After so many weeks below its level an issue that nobody took up is closed."
    )
    false_discoveries: float = _number(0.1, "share", "Of the issues shown to everybody at most this share are false.")
    forget: float = _number(0.01, "share", "How much of what is usual is forgotten each week.")
    guard_weeks: int = _whole(26, "weeks", "The latest weeks, which never count as usual.")
    habit_category: float = _number(2.0, "reports", "What the common mix of components is worth in a whole category.")
    habit_make: float = _number(4.0, "reports", "What the mix of the category is worth for a make, in reports.")
    habit_model: float = _number(4.0, "reports", "What the mix of the make is worth for a model.")
    habit_generation: float = _number(8.0, "reports", "What the mix of the model is worth for a generation.")
    habit_year: float = _number(12.0, "reports", "What the mix above a year is worth for it.")
    habit_variant: float = _number(20.0, "reports", "What the mix above a variant is worth for it.")
    publicity: float = _number(20.0, "reports", "What no change of traffic is worth against the week's own reports.")
    noise: float = _number(
        3.0, "reports", "Spread of weekly counts: their size is this times the root of what is expected."
    )
    clean_from: float = _number(8.0, "nats", "From this evidence on a series no longer counts as usual for others.")


def ratio_interval(observed: float, expected: float, *, level: float = 0.9) -> tuple[float, float, float]:
    """Observed against expected with its interval: gamma quantiles of a Poisson count (Jeffreys), halves added.

    The limits contain the ratio; both are above zero.
    """
    expected = max(expected, 1e-9)
    tail = (1 - level) / 2
    low, high = (float(gammaincinv(observed + 0.5, q)) for q in (tail, 1 - tail))
    return observed / expected, min(low, observed) / expected, max(high, observed) / expected


def doubling_weeks(observed: Sequence[float], expected: Sequence[float]) -> float | None:
    """Weeks in which the ratio of observed to expected doubles; None where it does not grow, or no trend is sure.

    The slope is that of a weighted regression of log((observed + ½)/(expected + ½)) over the weeks given; it has to lie
    above its own standard error.
    """
    y, e = (np.asarray(values, float) for values in (observed, expected))
    if len(y) < 4 or y.sum() < 3:
        return None
    weight = y + 0.5
    level = np.log((y + 0.5) / (e + 0.5))
    week = np.arange(len(y)) - np.average(np.arange(len(y)), weights=weight)
    spread = float((weight * week**2).sum())
    slope = float((weight * week * level).sum()) / spread
    if slope <= 1 / math.sqrt(spread):
        return None
    return math.log(2) / slope


def public_list(scores: NDArray[np.float64], tested: int, share: float) -> NDArray[np.bool_]:
    """Which of the scores (nats, logarithms of e-values) are discoveries: e-BH (Wang & Ramdas 2022).

    Of `tested` series in all, at most `share` of those chosen are false on average, however they depend on each other.
    """
    order = np.argsort(-scores)
    ranks = np.arange(1, len(scores) + 1)
    enough = scores[order] >= np.log(max(tested, 1) / (share * ranks))
    chosen = np.zeros(len(scores), bool)
    if enough.any():
        chosen[order[: int(np.flatnonzero(enough).max()) + 1]] = True
    return chosen


def calibrated(episodes: Sequence[float], series_weeks: float, rate: float, default: float) -> float:
    """The level at which the whole history would have been flagged `rate` times per 1,000 series-weeks.

    `episodes` are the highest scores of runs of weeks above zero. Never below the default, which simulated worlds
    give: real issues among them make a level stricter, and few weeks change none.
    """
    allowed = int(series_weeks * rate / 1000)
    ranked = sorted(episodes, reverse=True)
    return max(default, ranked[allowed]) if allowed < len(ranked) else default
