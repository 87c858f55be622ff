"""The order of a plan: groups by what is proven, inside them chance over cost, and the guards.

i before j if and only if q_i/(c_i + λ) > q_j/(c_j + λ); a fix may stand above the official path if q·C > c.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wiki.rules.judgement import Judgement
from wiki.rules.weighing import Circumstances, OfficialPath, Weighed

Group = Literal["recall", "confirmed", "other", "official", "rest"]
Standing = Literal["confirmed", "proven", "unproven"]

ABOVE: tuple[Group, ...] = ("recall", "confirmed", "other")


@dataclass(frozen=True, slots=True)
class RecallStrip:
    """A recall that does not lead the plan, and whether it may apply, is done, is superseded or has no remedy yet."""

    key: int
    state: Literal["may_apply", "done", "not_available", "superseded"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A remedy in its group, with the keys of the reasons."""

    group: Group
    item: Weighed
    whys: tuple[str, ...]
    bucket: int = 0


def place_recalls(
    weighed: Sequence[Weighed], circumstances: Circumstances
) -> tuple[list[Weighed], tuple[RecallStrip, ...], list[Weighed]]:
    """Recalls that lead (matched, in force, not tried), those that stand beside the list, and all other remedies."""
    leading: list[Weighed] = []
    strips: list[RecallStrip] = []
    others: list[Weighed] = []
    for item in weighed:
        remedy = item.remedy
        if remedy.recall is None:
            others.append(item)
        elif not remedy.in_force:
            strips.append(RecallStrip(remedy.key, "superseded"))
        elif remedy.recall == "matched":
            if remedy.key in circumstances.tried:
                strips.append(RecallStrip(remedy.key, "done"))
            else:
                leading.append(item)
        else:
            strips.append(RecallStrip(remedy.key, remedy.recall))
    leading.sort(key=lambda item: (-item.q, item.remedy.key))
    strips.sort(key=lambda strip: strip.key)
    return leading, tuple(strips), others


def index_of(item: Weighed, wage: float, rules: Judgement) -> float:
    """q/(c + λ): the hassle of one more attempt counts for the order, never in the money; 0 without a cost."""
    if item.cost is None:
        return 0.0
    return item.q / max(rules.least_cost, item.cost + rules.attempt_hours * wage)  # a recall is free, an hour may be


def _by_index(items: Iterable[Weighed], wage: float, rules: Judgement) -> list[Weighed]:
    return sorted(items, key=lambda item: (-index_of(item, wage, rules), -item.q, item.remedy.key))


def _set_aside(item: Weighed, circumstances: Circumstances) -> tuple[int, str] | None:
    """Why a remedy stands last whatever its worth, with a number by which the worse of these stand lower."""
    if item.remedy.key in circumstances.tried:
        return 3, "tried"
    if item.remedy.danger == "upheld":
        return 2, "danger_upheld"
    return None if item.remedy.in_force else (1, "superseded")


def _needs_professional(item: Weighed, circumstances: Circumstances) -> bool:
    """A red fix done by the reader stands above the official path only after a professional's success."""
    red = item.remedy.kind == "community" and item.remedy.safety == "red"
    return red and circumstances.does_it_themself and not item.chance.professionally_proven


def grouped(
    items: Sequence[Weighed],
    official: OfficialPath,
    circumstances: Circumstances,
    wage: float,
    rules: Judgement,
) -> list[Placed]:
    """Confirmed, then others that save and pass the guards, then the official path, then the rest."""
    confirmed: list[Placed] = []
    other: list[Placed] = []
    middle: list[Placed] = []
    rest: list[Placed] = []
    indexed = _by_index(items, wage, rules)
    for item in indexed:
        if item.remedy.key == official.key:
            item = replace(item, price=replace(item.price, value=official.cost), risk=0.0)
            middle.append(Placed("official", item, ("official_path", *(["quoted"] if official.from_quote else []))))
            continue
        standing = _standing(item, rules)
        aside = _set_aside(item, circumstances)
        reason = ""
        if aside:
            rest.append(Placed("rest", item, (aside[1],), aside[0]))
            continue
        if item.cost is None:
            reason = "cost_unknown"
        elif item.q * official.expected <= item.cost:
            reason = "costs_more"
        elif _needs_professional(item, circumstances):
            reason = "red_needs_professional"
        elif standing == "unproven" and item.cost > rules.dear_share * official.expected:
            reason = "dear"
        if reason:
            rest.append(Placed("rest", item, (reason, standing)))
        elif standing == "confirmed":
            confirmed.append(Placed("confirmed", item, (standing,)))
        else:
            other.append(Placed("other", item, (standing,)))
    tries = rules.most_tries - len(circumstances.tried) - len(confirmed)
    worth_a_try = best_tries([place.item for place in other], official.expected, tries)
    above: list[Placed] = []
    for place in other:
        if "unproven" in place.whys and place.item.remedy.key not in worth_a_try:
            rest.append(Placed("rest", place.item, ("enough_unproven", "unproven")))
        else:
            above.append(place)
    rest.sort(
        key=lambda place: (place.bucket, -index_of(place.item, wage, rules), -place.item.q, place.item.remedy.key)
    )
    return [*confirmed, *above, *middle, *rest]


def best_tries(items: Sequence[Weighed], expected: float, tries: int) -> set[int]:
    """The keys of the fixes that are worth the few tries people make before they take the official path of cost C.

    Of all choices of at most `tries` fixes, tried in the order given and then the official path, the one with the
    least expected cost: where tries are few, a chance is worth more than a low price. O(fixes × tries).
    """
    if len(items) <= tries:
        return {item.remedy.key for item in items}
    tries = max(0, tries)
    least = [expected] * (tries + 1)  # by tries left, for the fixes from the present one on
    taken: list[list[bool]] = []
    for item in reversed(items):
        after = least[:]
        taken.append([False] * (tries + 1))
        for left in range(1, tries + 1):
            tried = (item.cost or 0.0) + (1 - item.q) * least[left - 1]
            if tried < least[left]:
                after[left], taken[-1][left] = tried, True
        least = after
    keys: set[int] = set()
    for item, take in zip(items, reversed(taken), strict=True):
        if take[tries]:
            keys.add(item.remedy.key)
            tries -= 1
    return keys


def grouped_without_official_cost(
    items: Sequence[Weighed], circumstances: Circumstances, wage: float, rules: Judgement
) -> list[Placed]:
    """Confirmed, proven, official, unproven: the order while C is unknown."""
    confirmed: list[Placed] = []
    other: list[Placed] = []
    middle: list[Placed] = []
    rest: list[Placed] = []
    for item in _by_index(items, wage, rules):
        standing = _standing(item, rules)
        aside = _set_aside(item, circumstances)
        if aside:
            rest.append(Placed("rest", item, (aside[1],), aside[0]))
        elif item.remedy.kind == "official":
            middle.append(Placed("official", item, ("official",)))
        elif _needs_professional(item, circumstances):
            rest.append(Placed("rest", item, ("red_needs_professional", standing)))
        elif standing == "confirmed":
            confirmed.append(Placed("confirmed", item, (standing,)))
        elif standing == "proven":
            other.append(Placed("other", item, (standing,)))
        else:
            rest.append(Placed("rest", item, (standing,)))
    rest.sort(key=lambda place: place.bucket)
    return [*confirmed, *other, *middle, *rest]


def _standing(item: Weighed, rules: Judgement) -> Standing:
    if item.chance.confirmed(rules, item.q):
        return "confirmed"
    return "proven" if item.chance.proven else "unproven"
