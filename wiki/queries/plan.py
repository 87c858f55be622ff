"""The plan of a problem as a page prints it: the rules' plan with titles, people, words and addresses."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.queries.community_rules import load, register
from products.models import Product
from wiki.models import Problem
from wiki.queries.diagnosis import LoadedTest, load_tests, pointers_of
from wiki.queries.plan_rows import PlanRow, row_of
from wiki.queries.plan_words import Hundred, hundred_owners
from wiki.queries.reader import Reader
from wiki.queries.remedies import LoadedRemedy, load_remedies, path_of
from wiki.rules.judgement import Judgement
from wiki.rules.money import ExchangeRates
from wiki.rules.plan import Plan, make_plan
from wiki.rules.remedy_state import StateRules
from wiki.rules.safety import SafetyFacts

for _rules in (Judgement, ExchangeRates, StateRules):
    register(_rules)


@dataclass(frozen=True)
class ProblemPlan:
    """The plan of one problem for one reader."""

    problem: Problem
    reader: Reader
    product: Product
    plan: Plan
    items: tuple[LoadedRemedy, ...]
    rows: tuple[PlanRow, ...]
    orders: tuple[Hundred, ...]

    @property
    def first(self) -> PlanRow | None:
        """What to try first."""
        return self.rows[0] if self.rows else None

    @property
    def official(self) -> PlanRow | None:
        """The row of the official path, the yardstick of the saving."""
        path = self.plan.path
        return next((row for row in self.rows if path and row.key == path.key), None)

    @property
    def quotable(self) -> tuple[PlanRow, ...]:
        """The official remedies that a dealer can have quoted for."""
        return tuple(
            row for row in self.rows if row.kind == "official" and row.step.group != "recall" and not row.superseded
        )

    @property
    def has_savings(self) -> bool:
        """Whether a saving may be shown: an official cost is known, and something proven stands before it."""
        return bool(self.plan.money.saving_shown)

    def row(self, key: int) -> PlanRow | None:
        """The row of a remedy."""
        return next((row for row in self.rows if row.key == key), None)


def plan_for(
    problem: Problem,
    reader: Reader,
    *,
    now: datetime.datetime,
    product_names: dict[str, str] | None = None,
    harmful_sightings: int = 0,
    tests: Sequence[LoadedTest] | None = None,
) -> ProblemPlan:
    """The plan of a problem for a reader. Three queries, four at most; the problem's product must be at hand.

    `product_names` gives the names of the nodes on the reader's path, for the sentences; `harmful_sightings` is the
    number of sightings with fire or injury. `tests` are the problem's, where the caller has them; else they are read
    when the reader took readings (three queries more).
    """
    if tests is None:
        tests = tests_for(problem, reader) if reader.readings else ()
    reader = reader.pointed(pointers_of(tests, reader.readings))
    rules = load(Judgement)
    items = _load([problem], reader, rules, now, explained=True)[problem.pk]
    return _plan(problem, items, reader, rules, now, product_names or {}, harmful_sightings=harmful_sightings)


def tests_for(problem: Problem, reader: Reader) -> tuple[LoadedTest, ...]:
    """The tests of a problem, at costs in the reader's currency: three queries, one where there is none, none where
    the problem knows that (`knowing_tests`)."""
    if not getattr(problem, "has_tests", True):
        return ()
    return load_tests(problem, exchange=load(ExchangeRates).exchange(reader.currency), judgement=load(Judgement))


def plans_for(problems: Sequence[Problem], reader: Reader, *, now: datetime.datetime) -> dict[int, ProblemPlan]:
    """The plans of many problems by problem id, without what explains them, in as many queries as one plan takes."""
    rules = load(Judgement)
    by_id = {problem.pk: problem for problem in problems}
    return {
        key: _plan(by_id[key], items, reader, rules, now, {}, explained=False)
        for key, items in _load(problems, reader, rules, now, explained=False).items()
    }


def _load(
    problems: Sequence[Problem], reader: Reader, rules: Judgement, now: datetime.datetime, *, explained: bool
) -> dict[int, list[LoadedRemedy]]:
    return load_remedies(
        problems,
        rules=rules,
        exchange=load(ExchangeRates).exchange(reader.currency),
        today=now.date(),
        owned=reader.owned,
        serial=reader.serial,
        nodes={problem.pk: node_for(problem, reader).path for problem in problems},
        explained=explained,
    )


def node_for(problem: Problem, reader: Reader) -> Product:
    """The product a plan is made for: the reader's, when it lies below the problem's; else the problem's own."""
    chosen = reader.product
    if chosen is not None and (chosen.path + "/").startswith(problem.product.path + "/"):
        return chosen
    return problem.product


def _plan(
    problem: Problem,
    items: list[LoadedRemedy],
    reader: Reader,
    rules: Judgement,
    now: datetime.datetime,
    names: dict[str, str],
    *,
    explained: bool = True,
    harmful_sightings: int = 0,
) -> ProblemPlan:
    product = node_for(problem, reader)
    made = make_plan(
        [item.weighable for item in items if item.weighable is not None],
        path=path_of(product.path),
        circumstances=reader.circumstances,
        facts=_safety_facts(problem, items, harmful_sightings),
        rules=rules,
    )
    by_key = {item.remedy.pk: item for item in items}
    state_rules = load(StateRules)
    rows = tuple(
        row_of(step, by_key[step.key], made, problem, reader, product, names, state_rules, now, explained=explained)
        for step in made.steps
    )
    titles = {row.key: row.title for row in rows}
    orders = hundred_owners(made, titles, reader.currency) if explained else ()
    return ProblemPlan(problem, reader, product, made, tuple(items), rows, orders)


def _safety_facts(problem: Problem, items: list[LoadedRemedy], harmful_sightings: int) -> SafetyFacts:
    flags: list[str] = []
    matched = False
    for item in items:
        diagnostic = item.remedy.diagnostic
        if diagnostic is not None and item.weighable is not None and item.weighable.recall is not None:
            if diagnostic.park_it:
                flags.append("do not use it until the recall is done")
            if diagnostic.park_outside:
                flags.append("park it outside, away from buildings")
            matched = matched or item.weighable.recall == "matched"
    return SafetyFacts(
        component_class=problem.component.safety_class if problem.component else "green",  # type: ignore[arg-type]
        recall_flags=tuple(flags),
        recall_matched=matched,
        harm_reports=sum(item.evidence.harm for item in items) + harmful_sightings,
    )
