"""Safety: what stands above every plan, and which fixes need a professional's success first.

Classes of components: red = airbag and restraint, high voltage, fuel, brake hydraulics, steering, lifting;
amber = brake electrics, hot or sharp parts; green = everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wiki.rules.judgement import Judgement

SafetyClass = Literal["green", "amber", "red"]
Verdict = Literal["stop", "workshop", "carry_on"]

_SEVERITY: dict[SafetyClass, int] = {"green": 0, "amber": 1, "red": 2}

VERDICT_WORDS: dict[Verdict, str] = {
    "stop": "Stop using it",
    "workshop": "To a workshop only",
    "carry_on": "Carry on",
}


@dataclass(frozen=True, slots=True)
class SafetyFacts:
    """What is known about danger apart from the fixes: the class of the problem's component, recalls, injuries.

    `recall_flags` are a recall's own words for owners, as "park outside"; `recall_matched` says that the
    reader's very product is known to be affected. `harm_reports` counts reports of fire or injury.
    """

    component_class: SafetyClass = "green"
    recall_flags: tuple[str, ...] = ()
    recall_matched: bool = False
    harm_reports: int = 0


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """The one line above a plan and the sentences that give its reasons, the gravest first."""

    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """The verdict as people read it."""
        return VERDICT_WORDS[self.verdict]


def gravest(*classes: SafetyClass) -> SafetyClass:
    """The gravest of some safety classes; green when there are none."""
    return max(classes, key=_SEVERITY.__getitem__, default="green")


def safety_line(facts: SafetyFacts, *, first_step: SafetyClass, rules: Judgement) -> SafetyLine:
    """Whether to stop using the product, take it to a workshop only, or carry on, and why."""
    stop: list[str] = []
    workshop: list[str] = []
    for flag in facts.recall_flags:
        if facts.recall_matched:
            stop.append(f"A recall that covers your product says: {flag}.")
        else:
            stop.append(f"A recall that may apply says: {flag}. Check your serial number or VIN first.")
    if facts.harm_reports:
        count = facts.harm_reports
        said = f"{count} report{'' if count == 1 else 's'} of fire or injury."
        (stop if count >= rules.harm_reports_to_stop else workshop).append(said)
    if facts.component_class == "red":
        workshop.append("The part concerned can injure: airbag, high voltage, fuel, brakes, steering or lifting.")
    elif first_step == "red":
        workshop.append("The first thing to try is work on a part that can injure.")
    if stop:
        return SafetyLine("stop", (*stop, *workshop))
    if workshop:
        return SafetyLine("workshop", tuple(workshop))
    if "amber" in (facts.component_class, first_step):
        return SafetyLine("carry_on", ("Take care: the work is near parts that matter for safety or can hurt.",))
    return SafetyLine("carry_on", ("Nothing known here makes it dangerous to use.",))
