"""The community's rules for the help pages: every group with its values in force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from accounts.queries.community_rules import DescribedRule, describe, known_groups

TITLES = {
    "judgement": "Chance, cost and order",
    "state_rules": "States of a remedy",
    "exchange_rates": "Exchange rates",
    "privileges": "Privileges",
    "points": "Points",
    "new_member_limits": "New members",
    "vote_rules": "Votes",
    "trust_rules": "Trust",
    "alarm_rules": "Alarms and bursts of votes",
    "human_check": "Instead of a puzzle",
    "request_limits": "Requests",
    "flag_rules": "Flags and reviews",
    "mail_rules": "Mailed links",
    "diagnosis_rules": "Tests and readings",
    "proof_rules": "Proof of possession",
    "follow_up_rules": "Follow-up mails",
    "notification_rules": "Following, and the news of it",
    "gap_rules": "Diagnostics gap",
    "aggregate_rules": "Figures about people",
    "quality_rules": "Order of what a search finds",
}


@dataclass(frozen=True)
class RuleGroup:
    """A group of rules with a title."""

    name: str
    title: str
    rules: tuple[DescribedRule, ...]

    @property
    def lines(self) -> list[tuple[DescribedRule, str, str]]:
        """Each rule with its value and its default as they are printed."""
        return [(rule, _words(rule.value), _words(rule.default)) for rule in self.rules]

    @property
    def values(self) -> dict[str, Any]:
        """The values in force by the name of the field."""
        return {rule.name.partition(".")[2]: rule.value for rule in self.rules}


def rules_in_force(*, only: Collection[str] | None = None, without: Collection[str] = ()) -> tuple[RuleGroup, ...]:
    """The groups named in `only`, in that order (all without it), save those in `without`; one query at most."""
    known = known_groups()
    names = [name for name in (known if only is None else only) if name in known and name not in without]
    return tuple(
        RuleGroup(name, TITLES.get(name, name.replace("_", " ").capitalize()), tuple(describe(known[name])))
        for name in names
    )


def _words(value: Any) -> str:
    """A number without needless zeros; anything else as it is."""
    return f"{value:.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
