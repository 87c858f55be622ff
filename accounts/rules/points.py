"""Contribution points: what each event is worth, and what of it counts. They never touch the ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.rules.community import whole

# Given by others for what the member wrote; nobody gives them to themselves or to their own house.
GIVEN_BY_OTHERS = frozenset(
    {"fix_voted_up", "problem_voted_up", "owner_confirmed", "professional_confirmed", "post_voted_down"}
)
# What a moderator's decision takes, whoever the two people are.
DECIDED = frozenset({"dangerous_upheld", "spam_confirmed"})
CAPPED = frozenset({"fix_voted_up", "problem_voted_up"})


@dataclass(frozen=True, slots=True)
class Points:
    """Contribution points for each event, the daily cap and the floor."""

    fix_voted_up: int = whole(10, "points", "Your fix was voted up.", least=-1000)
    problem_voted_up: int = whole(5, "points", "Your problem was voted up.", least=-1000)
    owner_confirmed: int = whole(
        15, "points", "An owner reported that your fix worked; outside the daily cap.", least=-1000
    )
    professional_confirmed: int = whole(
        25, "points", "A verified professional confirmed your fix; outside the daily cap.", least=-1000
    )
    outcome_reported: int = whole(
        3, "points", "You reported an outcome, whatever it was: failure pays the same as success.", least=-1000
    )
    evidence_added: int = whole(
        5, "points", "Your outcome came with evidence: receipt, photo, code before and after.", least=-1000
    )
    post_voted_down: int = whole(-2, "points", "Your post was voted down.", least=-1000)
    voted_down: int = whole(-1, "points", "You voted a post down.", least=-1000)
    dangerous_upheld: int = whole(-50, "points", "A dangerous flag on your fix was upheld.", least=-1000)
    spam_confirmed: int = whole(-100, "points", "Your post was confirmed as spam.", least=-1000)
    daily_cap: int = whole(200, "points", "Most points that votes can bring in one day (UTC).")
    floor: int = whole(1, "points", "Reputation never falls below this.", least=-1000)

    def worth(self, event: str) -> int:
        """What an event is worth before the cap. An unknown event raises AttributeError."""
        value: int = getattr(self, event)
        return value


def granted(points: Points, event: str, *, earned_today: int) -> int:
    """What an event brings when votes already brought `earned_today` points on this UTC day."""
    worth = points.worth(event)
    if event in CAPPED:
        return min(worth, max(0, points.daily_cap - earned_today))
    return worth


def reputation(points: Points, ledger: Iterable[int]) -> int:
    """The score: the sum of the ledger, never below the floor."""
    return max(points.floor, sum(ledger))
