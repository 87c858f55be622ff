"""The plan as the pure rules make it from every outcome and vote, to hold beside the plan from the stored sums."""

from __future__ import annotations

import datetime
from dataclasses import asdict, replace

import pytest

from accounts.queries.community_rules import load
from wiki.models import Problem, Remedy
from wiki.queries.evidence import differences, remedies_with_evidence
from wiki.queries.ledger import entries_of
from wiki.queries.plan import ProblemPlan, node_for, plan_for
from wiki.queries.reader import Reader
from wiki.queries.remedies import path_of
from wiki.rules.judgement import TIERS, Judgement
from wiki.rules.money import ExchangeRates
from wiki.rules.plan import Plan, make_plan


def replayed(problem: Problem, reader: Reader, *, now: datetime.datetime) -> Plan:
    """The plan from all reports on the problem's remedies, read one by one."""
    plan, rules = plan_for(problem, reader, now=now), load(Judgement)
    weighables = [item.weighable for item in plan.items if item.weighable is not None]
    entries = entries_of(
        {weighable.key for weighable in weighables},
        rules=rules,
        exchange=load(ExchangeRates).exchange(reader.currency),
        today=now.date(),
    )
    return make_plan(
        [
            replace(weighable, evidence=None, reports=[one.report for one in entries if one.remedy == weighable.key])
            for weighable in weighables
        ],
        path=path_of(node_for(problem, reader).path),
        circumstances=reader.circumstances,
        rules=rules,
    )


def assert_equal_to_replay(plan: ProblemPlan, *, now: datetime.datetime) -> None:
    """Assert that a plan from the store has the order and, to 1e-9, the figures of the replay."""
    theirs = replayed(plan.problem, plan.reader, now=now)
    assert [step.key for step in plan.plan.steps] == [step.key for step in theirs.steps]
    for mine, other in zip(plan.plan.steps, theirs.steps, strict=True):
        for name in ("q", "low", "high", "cost", "risk", "index"):
            assert getattr(mine, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-9), name
        assert (mine.price.low, mine.price.high) == (other.price.low, other.price.high)
        assert (mine.proven, mine.confirmed, mine.group) == (other.proven, other.confirmed, other.group)
        for tier in TIERS:
            people, others = mine.chance.people[tier], other.chance.people[tier]
            assert replace(people, successes=0.0) == replace(others, successes=0.0)
            assert people.successes == pytest.approx(others.successes, abs=1e-9)
        for rung, rung_there in zip(mine.chance.rungs, other.chance.rungs, strict=True):
            assert (rung.a, rung.b) == pytest.approx((rung_there.a, rung_there.b), rel=1e-9)
    mine, other = asdict(plan.plan.money), asdict(theirs.money)
    assert mine == {name: value if value is None else pytest.approx(value, rel=1e-9) for name, value in other.items()}


def differing(*, now: datetime.datetime) -> dict[int, list[str]]:
    """What differs from the ledger in the evidence of any remedy, by its id."""
    rules = load(Judgement)
    remedies = Remedy.objects.select_related("fix__component", "diagnostic").filter(pk__in=remedies_with_evidence())
    found = {remedy.pk: differences(remedy, rules, today=now.date()) for remedy in remedies}
    return {pk: words for pk, words in found.items() if words}
