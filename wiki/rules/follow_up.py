"""When a person who is trying a remedy is asked how it went: once after two weeks, once after three months, no more."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

Question = Literal["", "first", "second"]


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """When the two questions are mailed, as the community has set it."""

    first_days: int = field(
        default=14,
        metadata={"unit": "days", "help": "Age at which the first mail asks how it went.", "least": 1},
    )
    second_days: int = field(
        default=90,
        metadata={"unit": "days", "help": "Age at which the second asks if it came back.", "least": 2},
    )
    least_gap_days: int = field(
        default=30, metadata={"unit": "days", "help": "Least time between the two mails, where the first was late."}
    )
    link_days: int = field(
        default=180, metadata={"unit": "days", "help": "How long the link in a follow-up mail holds.", "least": 1}
    )
    trials_per_address_and_day: int = field(
        default=5, metadata={"unit": "mails", "help": "Trials without an account from one mail address in a day."}
    )


@dataclass(frozen=True, slots=True)
class TrialFacts:
    """What is known of a trial. `reported`: an outcome came of it; `fixed`: that outcome is a success that stands."""

    started_at: datetime.datetime
    wants_mail: bool = True
    first_asked_at: datetime.datetime | None = None
    second_asked_at: datetime.datetime | None = None
    reported: bool = False
    fixed: bool = False


def question_due(facts: TrialFacts, now: datetime.datetime, rules: FollowUpRules) -> Question:
    """Which question is due, if any. A failure that was reported is not asked about again."""
    if not facts.wants_mail or facts.second_asked_at is not None or (facts.reported and not facts.fixed):
        return ""
    age = now - facts.started_at
    if facts.first_asked_at is None and not facts.reported:
        return "first" if age >= datetime.timedelta(days=rules.first_days) else ""
    gap = datetime.timedelta(days=rules.least_gap_days)
    if facts.first_asked_at is not None and now - facts.first_asked_at < gap:
        return ""
    return "second" if age >= datetime.timedelta(days=rules.second_days) else ""
