"""The first step of many plans in small, for search hits, hubs and the front page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.queries.community_rules import load
from wiki.models import Problem
from wiki.queries.plan import ProblemPlan, plans_for
from wiki.queries.plan_rows import PlanRow
from wiki.queries.plan_words import PeopleGroup, together
from wiki.queries.reader import Reader
from wiki.rules.money import ExchangeRates
from wiki.rules.sums import median_paid
from wiki.rules.words import whole


@dataclass(frozen=True)
class StepSummary:
    """The first step of a plan in small, for search hits and lists (`components/hit.html`)."""

    title: str
    url: str
    kind: str
    by_professional: bool
    q: float
    low: float
    high: float
    untested: bool
    few: bool
    worked: int
    total: int
    cost: float | None
    saving: int | None
    state: str
    confirmed: bool
    reports: PeopleGroup
    paid: float | None
    official_price: float | None

    @property
    def saved(self) -> int | None:
        """What those who paid for it did not pay for the official remedy; the difference of the printed amounts."""
        if self.paid is None or self.official_price is None:
            return None
        return whole(self.official_price) - whole(self.paid)


def first_steps(problems: Sequence[Problem], reader: Reader, *, now: datetime.datetime) -> dict[int, StepSummary]:
    """The first step of each problem's plan, by problem id; without an entry where there is no remedy."""
    plans = plans_for(problems, reader, now=now)
    return {key: _summary(plan.first, plan) for key, plan in plans.items() if plan.first is not None}


def _summary(row: PlanRow, plan: ProblemPlan) -> StepSummary:
    return StepSummary(
        title=row.title,
        url=row.url,
        kind=row.kind,
        by_professional=row.by_professional,
        q=row.q,
        low=row.low,
        high=row.high,
        untested=row.untested,
        few=row.few,
        worked=row.worked,
        total=row.total,
        cost=row.cost,
        saving=plan.plan.money.saving_shown or None,
        state=row.state.state,
        confirmed=row.step.confirmed,
        reports=together(row.reports),
        paid=median_paid(row.loaded.prices, load(ExchangeRates).exchange(plan.reader.currency).convert),
        official_price=_posted(plan.official),
    )


def _posted(official: PlanRow | None) -> float | None:
    """What the official remedy costs by its publisher's own word."""
    weighable = official.loaded.weighable if official is not None else None
    return weighable.posted_money if weighable is not None else None
