"""One step of a guided diagnosis: the way taken so far, what to do next, and where each answer leads."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from wiki.models import Problem, Reading
from wiki.queries.diagnosis import TestRow, rows_of_tests
from wiki.queries.plan import ProblemPlan, plan_for, tests_for
from wiki.queries.plan_rows import PlanRow
from wiki.queries.problem_page import Crumb, crumbs_of
from wiki.queries.reader import Reader

Next = Literal["test", "recall", "fix", "official", "rest", "none"]
NEVER = ("danger_upheld", "superseded")
"""Why a remedy is never the next step."""


@dataclass(frozen=True)
class Answer:
    """A reading of the test, and the address of the step that follows."""

    reading: Reading
    url: str


@dataclass(frozen=True)
class WayStep:
    """A step taken: what it was, what it said, where it is taken back, and where a failure is reported."""

    title: str
    said: str
    undo_url: str
    report_url: str = ""


@dataclass(frozen=True)
class GuidePage:
    """Everything on the page of one step."""

    problem: Problem
    crumbs: tuple[Crumb, ...]
    plan: ProblemPlan
    tests: tuple[TestRow, ...]
    way: tuple[WayStep, ...]
    next: Next
    test: TestRow | None
    row: PlanRow | None
    answers: tuple[Answer, ...]
    skip_url: str
    no_luck_url: str
    worked_url: str
    plan_url: str
    sheet_url: str
    address: str

    @property
    def remaining(self) -> int | None:
        """What is still to be expected in all, None where nothing may be promised."""
        return self.plan.plan.money.likely_shown

    @property
    def others(self) -> tuple[TestRow, ...]:
        """Tests that are not the next step and were not done: they may be done anyhow."""
        return tuple(row for row in self.tests if row is not self.test and row.taken is None)


def guide_page(problem: Problem, reader: Reader, *, now: datetime.datetime) -> GuidePage:
    """The step for a reader whose way stands in the address. One query beside those of the plan and its tests."""
    crumbs, names = crumbs_of(problem, reader)
    tests = tests_for(problem, reader)
    plan = plan_for(problem, reader, now=now, product_names=names, tests=tests)
    reader = plan.reader
    rows = rows_of_tests(plan, tests)
    test = next((row for row in rows if row.is_first), None)
    row = _next_row(plan)
    here = reverse("wiki:diagnose", args=[problem.pk, problem.slug])
    kind = _kind(test, row)
    return GuidePage(
        problem=problem,
        crumbs=crumbs,
        plan=plan,
        tests=rows,
        way=_way(plan, rows, here),
        next=kind,
        test=test if kind == "test" else None,
        row=row,
        answers=answers_to(test, reader, here) if test is not None else (),
        skip_url=_at(here, reader.skipping(test.test.pk)) if test is not None else "",
        no_luck_url=_at(here, reader.having_tried(row.key)) if row is not None else "",
        worked_url=_report(row, "worked", reader) if row is not None else "",
        plan_url=_at(problem.get_absolute_url(), reader),
        sheet_url=_sheet(plan),
        address=settings.SITE_URL + _at(here, reader),
    )


def answers_to(row: TestRow, reader: Reader, here: str) -> tuple[Answer, ...]:
    """The readings of a test with the addresses that they lead to."""
    return tuple(Answer(reading, _at(here, reader.having_read(reading.pk))) for reading in row.loaded.readings)


def _kind(test: TestRow | None, row: PlanRow | None) -> Next:
    if test is not None and (row is None or row.step.group != "recall"):
        return "test"
    if row is None:
        return "none"
    group = row.step.group
    if group == "recall":
        return "recall"
    return "official" if group == "official" else "rest" if group == "rest" else "fix"


def _next_row(plan: ProblemPlan) -> PlanRow | None:
    return next(
        (row for row in plan.rows if not row.tried and not row.dangerous and not set(NEVER) & set(row.step.whys)), None
    )


def _way(plan: ProblemPlan, rows: tuple[TestRow, ...], here: str) -> tuple[WayStep, ...]:
    reader = plan.reader
    steps = [
        WayStep(row.test.title, row.taken.label, _at(here, reader.without_reading(row.taken.pk)))
        for row in sorted(rows, key=lambda row: reader.readings.index(row.taken.pk) if row.taken else -1)
        if row.taken is not None
    ]
    steps += [
        WayStep(row.title, "did not help", _at(here, reader.without_tried(row.key)), _report(row, "failed", reader))
        for row in plan.rows
        if row.tried
    ]
    return tuple(steps)


def _report(row: PlanRow, result: str, reader: Reader) -> str:
    said = [("result", result), *(("reading", str(key)) for key in reader.readings)]
    return f"{row.outcome_url}&{urlencode(said)}"


def _sheet(plan: ProblemPlan) -> str:
    fix = next(
        (row.loaded.remedy.fix for row in plan.rows if row.loaded.remedy.fix is not None and not row.tried), None
    )
    return _at(reverse("wiki:fix-sheet", args=[fix.pk, fix.slug]), plan.reader) if fix is not None else ""


def _at(address: str, reader: Reader) -> str:
    said = reader.query()
    return f"{address}?{said}" if said else address
