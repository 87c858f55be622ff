"""The community rules that judgement is made with: every constant, its unit and its meaning.

All are plain numbers, so that rows of the database can be laid over them with `dataclasses.replace`
and the help pages can print them from `dataclasses.fields(Judgement)` (metadata `unit` and `help`).
Source of the values: simulated worlds; amounts of money are in the reader's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Tier = Literal["professional", "owner", "unverified", "vote"]
Kind = Literal["community", "official"]

TIERS: tuple[Tier, ...] = ("professional", "owner", "unverified", "vote")
VERIFIED: tuple[Tier, ...] = ("professional", "owner")
DAYS_PER_MONTH = 30.4375


def _number(default: float, unit: str, text: str) -> float:
    """A rule that is a real number."""
    value: float = field(default=default, metadata={"unit": unit, "help": text})
    return value


def _whole(default: int, unit: str, text: str) -> int:
    """A rule that is a whole number."""
    value: int = field(default=default, metadata={"unit": unit, "help": text})
    return value


@dataclass(frozen=True, slots=True)
class Judgement:
    """The constants of chance, cost and order, as the community has set them."""

    # What one event weighs before trust and age.
    unit_professional: float = _number(2.0, "reports", "Weight of an outcome by a verified professional.")
    unit_owner: float = _number(1.0, "reports", "Weight of an outcome by a verified owner.")
    unit_unverified: float = _number(0.5, "reports", "Weight of an outcome by anybody else.")
    unit_vote: float = _number(0.1, "reports", "Weight of a vote: it nudges, it never proves.")
    worse_factor: float = _number(2.0, "failures", "How many failures one 'made it worse' counts as.")
    reporting_bias: float = _number(
        1.0, "ratio", "Odds of reporting a success against a failure; success weights are divided by it."
    )
    provisional_factor: float = _number(0.5, "share", "Weight of a workshop's outcome at hand-over.")
    provisional_days: float = _number(30.0, "days", "How long an outcome at hand-over stays provisional.")

    # Trust before anything is known about a person.
    trust_professional: float = _number(0.9, "probability", "First trust in a verified professional.")
    trust_owner: float = _number(0.8, "probability", "First trust in a verified owner.")
    trust_unverified: float = _number(0.5, "probability", "First trust in anybody else.")

    # The chance: a beta distribution carried down the product tree.
    mean_community: float = _number(0.25, "probability", "Chance of a fix before anybody has tried it.")
    mean_official: float = _number(0.5, "probability", "Chance of an official remedy before any outcome.")
    strength_community: float = _number(3.0, "reports", "How many reports the first guess on a fix is worth.")
    strength_official: float = _number(
        4.0, "reports", "How many reports the first guess on an official remedy is worth."
    )
    level_strength: float = _number(4.0, "reports", "What all evidence above a level is worth at most at that level.")
    cap_unverified: float = _number(3.0, "reports", "Most that unverified outcomes count at one level.")
    cap_vote: float = _number(1.5, "reports", "Most that votes count at one level.")
    crowd_yields: float = _number(
        20.0,
        "per report",
        "Where verified people say that it worked on the very product, what the crowd says against it is divided by "
        "1 + this × their weight.",
    )
    interval_low: float = _number(0.1, "probability", "Lower quantile of the interval shown.")
    interval_high: float = _number(0.9, "probability", "Upper quantile of the interval shown.")
    half_life_hardware_months: float = _number(60.0, "months", "Age at which a hardware report counts half.")
    half_life_software_months: float = _number(18.0, "months", "Age at which a software report counts half.")

    # The first guess on fixes that nobody verified has seen work, by price; fitted to verified outcomes.
    restoring_success: float = _number(
        1.5, "reports", "Verified success, weighed by trust, that gives a fix the common first chance back."
    )
    share_tiny: float = _number(
        1.0,
        "factor",
        "Factor on the first chance of an unproven fix at less than 1.25 % of the official cost.",
    )
    share_small: float = _number(
        1.0,
        "factor",
        "Factor on the first chance of an unproven fix at 1.25 to 2.5 % of the official cost.",
    )
    share_modest: float = _number(
        1.0,
        "factor",
        "Factor on the first chance of an unproven fix at 2.5 to 5 % of the official cost.",
    )
    share_middling: float = _number(
        1.0,
        "factor",
        "Factor on the first chance of an unproven fix at 5 to 10 % of the official cost.",
    )
    share_large: float = _number(
        1.0,
        "factor",
        "Factor on the first chance of an unproven fix at 10 to 20 % of the official cost.",
    )
    share_dear: float = _number(
        1.0,
        "factor",
        "Factor on the first chance of an unproven fix at 20 % or more of the official cost.",
    )

    # The cost.
    wage_myself: float = _number(40.0, "per hour", "What an hour of the reader's own work is worth.")
    wage_workshop: float = _number(100.0, "per hour", "Labour rate of a workshop.")
    wage_dealer: float = _number(150.0, "per hour", "Labour rate of a dealer.")
    posted_price_weight: float = _number(2.0, "reports", "How many reports the posted price is worth.")
    price_clip: float = _number(
        5.0, "times", "A reported price is held between the posted one divided and multiplied by this."
    )
    unverified_price_weight: float = _number(
        0.5, "reports", "Most that unverified prices weigh beside a posted or a verified one."
    )
    unverified_price_clip: float = _number(
        2.0, "times", "The same for prices by unverified people: the posted one divided and multiplied by this."
    )
    least_cost: float = _number(1.0, "money", "What a free remedy is reckoned at.")
    warranty_cost: float = _number(1.0, "money", "What the official path is reckoned at under warranty.")
    risk_outcomes: float = _number(
        20.0, "outcomes", "Verified outcomes added before the share that made it worse is taken."
    )
    paid_again: float = _number(0.6, "share", "Share of the official cost that is paid again when it misses.")

    # The order.
    attempt_hours: float = _number(1.5, "hours", "The hassle of one more attempt, at the reader's wage; orders only.")
    most_tries: int = _whole(
        4, "fixes", "How many fixes people try before they go to the dealer; unproven ones take what is left of these."
    )
    dear_share: float = _number(
        0.30, "share", "An unproven fix dearer than this share of C stands below the official path."
    )
    confirmed_chance: float = _number(0.4, "probability", "Least chance of a confirmed fix.")
    confirmed_professionals: int = _whole(1, "successes", "Successes by professionals that confirm a fix.")
    confirmed_owners: int = _whole(2, "successes", "Successes by verified owners that confirm a fix.")
    right_component: float = _number(0.8, "probability", "Chance that the component a fix names is where the cause is.")
    right_fix_helps: float = _number(0.8, "probability", "Chance that a fix helps where the cause is the one it mends.")
    dependence: float = _number(
        0.3, "share", "How much of what a failed fix tells about others by their components is taken; 0 is nothing."
    )

    # What people see.
    early_width: float = _number(0.5, "probability", "A chance whose interval is wider than this is called early.")
    figure_reports: float = _number(5.0, "reports", "Weighted reports needed before a chance is shown as a figure.")
    harm_reports_to_stop: int = _whole(2, "reports", "Reports of fire or injury after which the plan says stop.")

    def unit(self, tier: Tier) -> float:
        """What one event of a tier weighs, in reports of a verified owner."""
        if tier == "professional":
            return self.unit_professional
        if tier == "owner":
            return self.unit_owner
        return self.unit_unverified if tier == "unverified" else self.unit_vote

    def first_trust(self, tier: Tier) -> float:
        """The trust t0 of a person about whom nothing is known yet; a vote is trusted as unverified."""
        if tier == "professional":
            return self.trust_professional
        return self.trust_owner if tier == "owner" else self.trust_unverified

    def half_life_days(self, *, software: bool) -> float:
        """The age in days at which a report on hardware or software counts half."""
        return DAYS_PER_MONTH * (self.half_life_software_months if software else self.half_life_hardware_months)
