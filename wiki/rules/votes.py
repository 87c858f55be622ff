"""Who may vote how often, and until when a vote may be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

Value = Literal[1, -1]

DOWN_REASONS = ("did_not_work", "unsafe", "wrong_product", "unclear", "out_of_date")


class VoteRefusal(StrEnum):
    """Why a vote is refused; `sentence` says it to the voter."""

    OWN = "own"
    NEEDS_REASON = "needs_reason"
    UNKNOWN_REASON = "unknown_reason"
    DAY = "day"
    NEW_DAY = "new_day"
    AUTHOR_UP = "author_up"
    AUTHOR_DOWN = "author_down"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class VoteRules:
    """The limits of voting, as the community has set them; days are UTC days."""

    per_day: int = field(default=30, metadata={"unit": "votes", "help": "Votes a member may cast in a day."})
    per_day_new: int = field(
        default=5, metadata={"unit": "votes", "help": "Votes a day while reputation is still low."}
    )
    new_below: int = field(
        default=15, metadata={"unit": "points", "help": "Reputation below which the lower limit holds."}
    )
    up_per_author: int = field(default=6, metadata={"unit": "votes", "help": "Votes up for one author in a day."})
    down_per_author: int = field(default=3, metadata={"unit": "votes", "help": "Votes down for one author in a day."})
    retract_minutes: float = field(
        default=5.0, metadata={"unit": "minutes", "help": "How long a vote may be taken back freely."}
    )

    def a_day(self, reputation: int) -> int:
        """How many votes a day a member of this reputation may cast."""
        return self.per_day_new if reputation < self.new_below else self.per_day


def refuse_vote(
    *,
    value: Value,
    reason: str,
    is_own: bool,
    reputation: int,
    votes_today: int,
    up_for_author_today: int,
    down_for_author_today: int,
    rules: VoteRules,
) -> VoteRefusal | None:
    """Why a new vote is refused, or None if it may be cast; the counts are of votes already cast today."""
    if is_own:
        return VoteRefusal.OWN
    if value < 0 and not reason:
        return VoteRefusal.NEEDS_REASON
    if value < 0 and reason not in DOWN_REASONS:
        return VoteRefusal.UNKNOWN_REASON
    if votes_today >= rules.a_day(reputation):
        return VoteRefusal.NEW_DAY if reputation < rules.new_below else VoteRefusal.DAY
    if value > 0 and up_for_author_today >= rules.up_per_author:
        return VoteRefusal.AUTHOR_UP
    if value < 0 and down_for_author_today >= rules.down_per_author:
        return VoteRefusal.AUTHOR_DOWN
    return None


def refuse_retraction(
    *, cast_at: datetime, now: datetime, edited_at: datetime | None, rules: VoteRules
) -> VoteRefusal | None:
    """Why a vote may not be taken back: only within five minutes, or once the post was edited after it."""
    if now - cast_at <= timedelta(minutes=rules.retract_minutes):
        return None
    if edited_at is not None and edited_at > cast_at:
        return None
    return VoteRefusal.TOO_LATE


def sentence(refusal: VoteRefusal, rules: VoteRules) -> str:
    """A refusal as the voter reads it, with the limits that are in force."""
    return {
        VoteRefusal.OWN: "You cannot vote on what you wrote yourself.",
        VoteRefusal.NEEDS_REASON: "Please say why you vote it down: one reason is needed.",
        VoteRefusal.UNKNOWN_REASON: "Please choose one of the reasons offered.",
        VoteRefusal.DAY: f"You have cast your {rules.per_day} votes for today. More tomorrow.",
        VoteRefusal.NEW_DAY: (
            f"You have cast your {rules.per_day_new} votes for today. "
            f"With {rules.new_below} points of reputation it will be {rules.per_day} a day."
        ),
        VoteRefusal.AUTHOR_UP: f"You can vote up {rules.up_per_author} posts of one author in a day.",
        VoteRefusal.AUTHOR_DOWN: f"You can vote down {rules.down_per_author} posts of one author in a day.",
        VoteRefusal.TOO_LATE: (
            f"A vote can be taken back within {rules.retract_minutes:g} minutes, or after the post was edited."
        ),
    }[refusal]
