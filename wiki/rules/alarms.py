"""What is out of the ordinary among votes and reports: bursts, pairs, and tiers that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


def _whole(default: int, unit: str, text: str, least: int = 1) -> int:
    value: int = field(default=default, metadata={"unit": unit, "help": text, "least": least})
    return value


def _number(default: float, unit: str, text: str) -> float:
    value: float = field(default=default, metadata={"unit": unit, "help": text})
    return value


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """When votes are taken back by night and when moderators are told, as the community has set it."""

    burst_days: int = _whole(3, "days", "Days over which votes of one member for one author are counted together.")
    burst_up: int = _whole(6, "votes", "So many votes up within those days, and none down, are a burst.")
    burst_down: int = _whole(3, "votes", "So many votes down within those days, and none up, are a burst.")
    burst_share: float = _number(
        0.6, "share", "A burst is at least this share of all the member's votes of those days."
    )
    pair_days: int = _whole(90, "days", "Days over which it is asked whom a member votes for and reports success of.")
    pair_votes: int = _whole(
        15, "votes", "So many votes for one author, and reports that their fixes worked, are looked at."
    )
    pair_share: float = _number(
        0.5, "share", "They are an alarm from this share of all that the member votes for and reports on."
    )
    tier_sigmas: float = _number(2.5, "sigmas", "The crowd contradicts verified outcomes from this difference on.")
    tier_verified: int = _whole(3, "outcomes", "Verified outcomes needed before the crowd is compared with them.")
    tier_crowd: int = _whole(5, "people", "Unverified outcomes, or votes, needed before they are compared.")
    price_factor: float = _number(2.0, "times", "Unverified prices are an alarm when they differ by this factor.")
    price_reports: int = _whole(3, "prices", "Prices needed on each side before they are compared.")
    quiet_days: int = _whole(30, "days", "How long an alarm that was closed stays closed unless it grows by a quarter.")


def is_burst(*, up: int, down: int, all_votes: int, rules: AlarmRules) -> bool:
    """Whether a member's votes for one author within the days of a burst go one way, are many, and most of theirs."""
    one_way = (up >= rules.burst_up and not down) or (down >= rules.burst_down and not up)
    return one_way and (up + down) >= rules.burst_share * all_votes


def is_pair(*, votes: int, all_votes: int, rules: AlarmRules) -> bool:
    """Whether a member votes for one author more than for anybody else together."""
    return votes >= rules.pair_votes and votes >= rules.pair_share * all_votes


def disagreement(verified: tuple[float, float], crowd: tuple[float, float]) -> float:
    """How many sigmas the crowd's share of successes lies above (or below) that of verified outcomes.

    Each side is successes and failures; one of each is added, so that small numbers say little.
    """
    (share, spread), (other, other_spread) = _share(verified), _share(crowd)
    return (other - share) / math.sqrt(spread + other_spread)


def disagreement_of_votes(
    verified: tuple[float, float], votes: tuple[float, float], *, base: float, slope: float
) -> float:
    """The same of votes, which are expected to be up with the chance base + slope · share."""
    (share, spread), (up, up_spread) = _share(verified), _share(votes)
    return (up - (base + slope * share)) / math.sqrt(slope**2 * spread + up_spread)


def price_ratio(verified: Sequence[float], crowd: Sequence[float]) -> float:
    """The median of unverified prices in terms of that of verified ones."""
    return median(crowd) / max(1.0, median(verified))


def is_price_alarm(ratio: float, rules: AlarmRules) -> bool:
    """Whether unverified prices lie off by the factor, up or down."""
    return ratio >= rules.price_factor or ratio <= 1 / max(1.0, rules.price_factor)


def reappears(*, strength: float, closed_strength: float, days_since: float, rules: AlarmRules) -> bool:
    """Whether an alarm that a moderator closed is shown again: after a while, or because it has grown."""
    return days_since >= rules.quiet_days or strength > 1.25 * closed_strength


def _share(counts: tuple[float, float]) -> tuple[float, float]:
    good, bad = counts[0] + 1, counts[1] + 1
    share = good / (good + bad)
    return share, share * (1 - share) / (good + bad)
