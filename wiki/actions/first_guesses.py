"""Fit the first guess on unproven fixes, by price class, to what verified people found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.community_rules import change_rule
from accounts.models import CommunityRuleChange, User
from accounts.queries.community_rules import load
from wiki.queries.first_guesses import tallies_by_price
from wiki.rules.first_guess import LEAST_FIXES, STEP, fitted
from wiki.rules.judgement import Judgement
from wiki.rules.money import ExchangeRates


@transaction.atomic
def fit_first_guesses(*, actor: User, now: datetime) -> list[CommunityRuleChange]:
    """Set the shares of the price classes where they are off by a twentieth or more, with the reason on record.

    Nothing happens before 200 fixes have verified outcomes. Raises NotPermitted.
    """
    rules = load(Judgement)
    tallies = tallies_by_price(rules=rules, exchange=load(ExchangeRates).exchange("USD"), today=now.date())
    tried = sum(1 for _, success, failure in tallies if success + failure > 0)
    changes = []
    if tried >= LEAST_FIXES:
        for name, value in fitted(tallies, rules).items():
            if abs(value - getattr(rules, name)) >= STEP - 1e-9:
                changes.append(
                    change_rule(
                        name=f"judgement.{name}",
                        value=round(round(value / STEP) * STEP, 2),
                        reason=f"Fitted to the verified outcomes of {tried:,} fixes.",
                        actor=actor,
                        now=now,
                    )
                )
    return [change for change in changes if change is not None]
