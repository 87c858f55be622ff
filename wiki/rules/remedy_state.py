"""The state of a remedy: proposed, tried, confirmed, established; or disputed, stale, superseded, dangerous.

A state is worked out from facts and never stored as truth. It names what people have shown, and a sentence
says what would change it. It does not order the plan; chance and cost do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

State = Literal["proposed", "tried", "confirmed", "established", "disputed", "stale", "superseded", "dangerous"]
Earned = Literal["proposed", "tried", "confirmed", "established"]


@dataclass(frozen=True, slots=True)
class StateRules:
    """What each state takes, as the community has set it."""

    confirmed_successes: int = field(
        default=3, metadata={"unit": "people", "help": "Independent successes that confirm a remedy."}
    )
    confirmed_evidence: int = field(
        default=1, metadata={"unit": "people", "help": "How many of these must come with evidence."}
    )
    established_successes: int = field(
        default=10, metadata={"unit": "people", "help": "Independent successes that establish a remedy."}
    )
    established_professionals: int = field(
        default=2, metadata={"unit": "people", "help": "How many of these must be professionals'."}
    )
    disputed_outcomes: int = field(
        default=4, metadata={"unit": "people", "help": "Outcomes before a remedy can be disputed."}
    )
    disputed_failures: float = field(
        default=0.5, metadata={"unit": "share", "help": "Share of failures from which a remedy is disputed."}
    )
    stale_months: float = field(
        default=24.0, metadata={"unit": "months", "help": "Time without an outcome after which a remedy is stale."}
    )


@dataclass(frozen=True, slots=True)
class StateFacts:
    """Counts of independent people, and what happened to the remedy.

    `outcomes` are all who tried it; `failures` those whom it did not help or harmed, or with whom it came back.
    `months_since_outcome` is None before the first. `revised_since`: a new revision after the last outcome.
    """

    outcomes: int = 0
    successes: int = 0
    successes_with_evidence: int = 0
    professional_successes: int = 0
    failures: int = 0
    months_since_outcome: float | None = None
    revised_since: bool = False
    superseded_by: str = ""
    dangerous: bool = False


@dataclass(frozen=True, slots=True)
class RemedyState:
    """A state, what was earned whatever stands in front of it, why, and what would change it."""

    state: State
    earned: Earned
    why: str
    would_change: str


def remedy_state(facts: StateFacts, rules: StateRules) -> RemedyState:
    """The state of a remedy; danger is named first, then what replaced it, then dispute and age."""
    earned, why, would_change = _earned(facts, rules)
    if facts.dangerous:
        return RemedyState(
            "dangerous",
            earned,
            "It was reported as dangerous; a warning stands in front of it.",
            "A moderator's review, due within 24 hours, lifts the warning or upholds it.",
        )
    if facts.superseded_by:
        return RemedyState(
            "superseded",
            earned,
            f"Superseded by {facts.superseded_by}.",
            "Only if what superseded it is withdrawn.",
        )
    if facts.outcomes >= rules.disputed_outcomes and facts.failures >= rules.disputed_failures * facts.outcomes:
        needed = _successes_to_settle(facts, rules)
        return RemedyState(
            "disputed",
            earned,
            f"It did not help {facts.failures} of {_people(facts.outcomes)} who tried it.",
            f"{_more(needed, 'success', 'successes')} would settle it.",
        )
    if earned != "proposed" and facts.revised_since:
        return RemedyState(
            "stale", earned, "It was revised after the last outcome.", "One outcome with the new revision."
        )
    if facts.months_since_outcome is not None and facts.months_since_outcome >= rules.stale_months:
        return RemedyState(
            "stale", earned, f"No outcome for {int(facts.months_since_outcome)} months.", "One new outcome."
        )
    return RemedyState(earned, earned, why, would_change)


def _earned(facts: StateFacts, rules: StateRules) -> tuple[Earned, str, str]:
    if facts.outcomes == 0:
        return "proposed", "Nobody has reported an outcome yet.", "One outcome, whatever it is."
    confirmed = (
        facts.successes >= rules.confirmed_successes and facts.successes_with_evidence >= rules.confirmed_evidence
    )
    if not confirmed:
        missing = _missing(
            (rules.confirmed_successes - facts.successes, "success", "successes"),
            (rules.confirmed_evidence - facts.successes_with_evidence, "with evidence", "with evidence"),
        )
        why = f"{_people(facts.outcomes)} tried it, {facts.successes} with success."
        return "tried", why, f"{missing} would confirm it."
    established = (
        facts.successes >= rules.established_successes
        and facts.professional_successes >= rules.established_professionals
    )
    why = f"It worked for {_people(facts.successes)}, {facts.successes_with_evidence} of them with evidence."
    if not established:
        missing = _missing(
            (rules.established_successes - facts.successes, "success", "successes"),
            (
                rules.established_professionals - facts.professional_successes,
                "by a professional",
                "by professionals",
            ),
        )
        return "confirmed", why, f"{missing} would establish it."
    return (
        "established",
        f"It worked for {_people(facts.successes)}, {facts.professional_successes} of them professionals.",
        "Failures, a new revision, or a long time without an outcome.",
    )


def _missing(total: tuple[int, str, str], special: tuple[int, str, str]) -> str:
    """What is still needed: "2 more successes, 1 of them with evidence"; the special ones count in the total."""
    more = max(total[0], special[0])
    text = _more(more, total[1], total[2])
    if special[0] <= 0:
        return text
    word = special[1] if special[0] == 1 else special[2]
    return f"{text} {word}" if special[0] == more else f"{text}, {special[0]} of them {word}"


def _successes_to_settle(facts: StateFacts, rules: StateRules) -> int:
    """The least number of further successes that brings the share of failures below the rule."""
    if rules.disputed_failures <= 0:
        return 1
    return int(facts.failures / rules.disputed_failures - facts.outcomes) + 1


def _more(count: int, one: str, many: str) -> str:
    return f"{count} more {one if count == 1 else many}"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
