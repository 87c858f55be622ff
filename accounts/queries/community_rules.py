"""The community rules in force: defaults from code with the rows of the database laid over them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from accounts.models import CommunityRule
from accounts.rules.community import Rule, checked, group_of, rules_of
from accounts.rules.limits import HumanCheck, NewMemberLimits, RequestLimits
from accounts.rules.notifications import NotificationRules
from accounts.rules.organisations import OrganisationRules
from accounts.rules.points import Points
from accounts.rules.privileges import Privileges

log = logging.getLogger(__name__)

Rules = TypeVar("Rules")

# How long a process may go on with rules that another process has changed, in seconds. Its own change it sees at once.
KEEP_SECONDS = 5.0

_groups: dict[str, type] = {}
_kept: tuple[float, dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class DescribedRule:
    """A community rule for a help page or the admin: its value in force beside its default."""

    name: str
    value: Any
    default: Any
    unit: str
    help: str

    @property
    def is_changed(self) -> bool:
        """Whether the community chose another value than the default."""
        return bool(self.value != self.default)


def register(rules: type[Rules]) -> type[Rules]:
    """Make a group known to the admin and the help pages."""
    _groups[group_of(rules)] = rules
    return rules


for _rules in (Points, Privileges, NewMemberLimits, HumanCheck, RequestLimits, NotificationRules, OrganisationRules):
    register(_rules)


def known_groups() -> dict[str, type]:
    """All registered groups by name."""
    return dict(_groups)


def find_rule(name: str) -> Rule | None:
    """The rule called `group.field`, or None."""
    rules = _groups.get(name.partition(".")[0])
    return next((rule for rule in rules_of(rules) if rule.name == name), None) if rules else None


def load(rules: type[Rules]) -> Rules:
    """Return the group with the community's values over its defaults.

    All groups together cost one query per process every few seconds. A row that no longer fits its rule is logged
    and the default stands.
    """
    rows = _rows()
    changed = {}
    for rule in rules_of(rules):
        if rule.name not in rows:
            continue
        try:
            changed[rule.name.partition(".")[2]] = checked(rule, rows[rule.name])
        except ValueError as error:
            log.warning("community rule ignored: %s", error)
    return replace(rules(), **changed) if changed else rules()  # type: ignore[type-var]


def describe(rules: type) -> list[DescribedRule]:
    """The rules of a group with value, default, unit and meaning, for the help pages and the admin."""
    in_force: Any = load(rules)
    return [
        DescribedRule(rule.name, getattr(in_force, rule.name.partition(".")[2]), rule.default, rule.unit, rule.help)
        for rule in rules_of(rules)
    ]


def forget() -> None:
    """Read the rows again at the next question."""
    global _kept
    _kept = None


def _rows() -> dict[str, Any]:
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        _kept = (now, dict(CommunityRule.objects.values_list("name", "value")))
    return _kept[1]
