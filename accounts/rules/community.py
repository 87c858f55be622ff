"""How a community rule is written: a field of a frozen dataclass with its default, unit, meaning and bounds.

Any frozen dataclass of plain numbers serves as a group of community rules; `metadata` may hold `unit`, `help`, `least`
and `most`. Values from outside pass through `checked`.
"""

from __future__ import annotations

import math
import re
import typing
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

# Units whose values are parts of one.
OF_ONE = frozenset({"probability", "share"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One community rule as code knows it."""

    name: str
    kind: type
    default: Any
    unit: str
    help: str
    least: float | None
    most: float | None


def whole(default: int, unit: str, text: str, *, least: int = 0) -> int:
    """A rule that is a whole number."""
    value: int = field(default=default, metadata={"unit": unit, "help": text, "least": least})
    return value


def group_of(rules: type) -> str:
    """The name of a group: `new_member_limits` for the class NewMemberLimits."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", rules.__name__).lower()


def rules_of(rules: type) -> tuple[Rule, ...]:
    """The rules of a group in their written order, named `group.field`; read from the class once."""
    return _read(rules)


@cache
def _read(rules: type) -> tuple[Rule, ...]:
    kinds = typing.get_type_hints(rules)
    group = group_of(rules)
    found = []
    for each in fields(rules):
        unit = str(each.metadata.get("unit", ""))
        found.append(
            Rule(
                name=f"{group}.{each.name}",
                kind=kinds[each.name],
                default=each.default,
                unit=unit,
                help=str(each.metadata.get("help", "")),
                least=each.metadata.get("least", 0),
                most=each.metadata.get("most", 1 if unit in OF_ONE else None),
            )
        )
    return tuple(found)


def checked(rule: Rule, value: Any) -> Any:
    """Return the value in the rule's own type, or raise ValueError with a sentence fit to show."""
    if rule.kind is bool:
        if not isinstance(value, bool):
            raise ValueError(f"{rule.name} is true or false.")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{rule.name} must be a number.")
    if rule.kind is int and value != int(value):
        raise ValueError(f"{rule.name} must be a whole number.")
    if rule.least is not None and value < rule.least:
        raise ValueError(f"{rule.name} can't be less than {rule.least:g}.")
    if rule.most is not None and value > rule.most:
        raise ValueError(f"{rule.name} can't be more than {rule.most:g}.")
    return rule.kind(value)
