"""Tests of a problem as the rules take them, and what they are worth to a reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.queries.community_rules import load, register
from wiki.models import DiagnosticTest, Fix, Outcome, Pointer, Problem, Reading, Remedy, ReportedReading
from wiki.rules import diagnosis as rules
from wiki.rules.diagnosis import DiagnosisRules, Worth
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.money import Exchange, whole

if TYPE_CHECKING:
    from wiki.queries.plan import ProblemPlan

register(DiagnosisRules)

NONE: None = None


@dataclass(frozen=True)
class LoadedTest:
    """A test with its readings, and the same as the rules take it."""

    test: DiagnosticTest
    readings: tuple[Reading, ...]
    rule: rules.DiagnosticTest


def remedies_of_problem(problem: Problem) -> QuerySet[Remedy]:
    """The remedies that stand in a problem's plan: its published fixes and linked official diagnostics."""
    fixes = Q(fix__problem=problem, fix__state=Fix.State.PUBLISHED)
    linked = Q(diagnostic__problem_links__problem=problem)
    return Remedy.objects.filter(fixes | linked).select_related("fix", "diagnostic").distinct().order_by("pk")


def diagnostic_tests_about(remedy: Remedy) -> QuerySet[DiagnosticTest]:
    """The published tests of the problems in whose plans a remedy stands."""
    published = DiagnosticTest.objects.filter(state=DiagnosticTest.State.PUBLISHED)
    if remedy.fix_id is not None:
        return published.filter(problem__fixes=remedy.fix_id)
    return published.filter(problem__diagnostic_links__diagnostic=remedy.diagnostic_id).distinct()


def load_tests(problem: Problem, *, exchange: Exchange, judgement: Judgement) -> tuple[LoadedTest, ...]:
    """The published tests of a problem, the oldest first: one query where there is none, else three."""
    shown = Q(remedy__fix=None) | Q(remedy__fix__state=Fix.State.PUBLISHED)
    pointers = Pointer.objects.filter(shown).order_by("pk").select_related("remedy__fix", "remedy__diagnostic")
    # A test has two readings at least, so that its readings bring it along.
    found = (
        Reading.objects.filter(test__problem=problem, test__state=DiagnosticTest.State.PUBLISHED)
        .select_related("test__author", "test__organisation", "test__checked_by")
        .prefetch_related(Prefetch("pointers", pointers))
        .order_by("test__created_at", "test", "place", "pk")
    )
    rows = [list(readings) for _, readings in groupby(found, key=attrgetter("test_id"))]
    if not rows:
        return ()
    seen = _seen([readings[0].test for readings in rows], judgement)
    return tuple(_loaded(readings, problem, seen, exchange) for readings in rows)


def pointers_of(tests: Sequence[LoadedTest], readings: Sequence[int]) -> tuple[tuple[int, float], ...]:
    """By how much the readings taken turn the odds of each remedy."""
    if not readings:
        return ()
    return tuple(sorted(rules.ratios([each.rule for each in tests], list(readings), load(DiagnosisRules)).items()))


@dataclass(frozen=True)
class TestRow:
    """A test for a reader: what it costs them, what it saves, and the reading they took, if any.

    `is_first`: it pays, and is shown before the plan.
    """

    loaded: LoadedTest
    worth: Worth
    taken: Reading | None
    is_first: bool

    @property
    def test(self) -> DiagnosticTest:
        """The test itself."""
        return self.loaded.test

    @property
    def cost_shown(self) -> int:
        """Its cost in whole units."""
        return whole(self.worth.cost)

    @property
    def saves_shown(self) -> int:
        """What it saves on average, in whole units; 0 where it does not pay."""
        return whole(self.worth.saves or 0.0) if self.worth.pays else 0


def rows_of_tests(plan: ProblemPlan, tests: Sequence[LoadedTest]) -> tuple[TestRow, ...]:
    """The tests for the reader of a plan, in the order of their making; no query."""
    if not tests:
        return ()
    own, judgement = load(DiagnosisRules), load(Judgement)
    said = plan.reader.circumstances
    readings = {each.test.pk: _taken(each, plan.reader.readings) for each in tests}
    worths = {each.test.pk: rules.worth(each.rule, plan.plan.weighed, said, judgement, own) for each in tests}
    open_tests = [each for each in tests if readings[each.test.pk] is None and each.test.pk not in plan.reader.skipped]
    first = rules.first_test([worths[each.test.pk] for each in open_tests], [each.rule for each in open_tests])
    return tuple(
        TestRow(
            loaded=each,
            worth=worths[each.test.pk],
            taken=readings[each.test.pk],
            is_first=first is not None and first.key == each.test.pk,
        )
        for each in tests
    )


def way_words(plan: ProblemPlan, rows: tuple[TestRow, ...]) -> tuple[str, ...]:
    """The way in words, for a printed sheet: what was looked at, and what was tried in vain."""
    read = [f"{row.test.title}: {row.taken.label}" for row in rows if row.taken is not None]
    tried = [f"{row.title}: tried, did not help" for row in plan.rows if row.tried]
    return (*read, *tried)


def _taken(loaded: LoadedTest, readings: Sequence[int]) -> Reading | None:
    own = {reading.pk: reading for reading in loaded.readings}
    mine = [key for key in readings if key in own]
    return own[mine[-1]] if mine else None


def _loaded(
    readings: Sequence[Reading], problem: Problem, seen: dict[int, dict[int, float]], exchange: Exchange
) -> LoadedTest:
    test = readings[0].test
    test.problem = problem
    worded = {pointer.remedy_id for reading in readings for pointer in reading.pointers.all()}
    rule = rules.DiagnosticTest(
        key=test.pk,
        readings=tuple(
            rules.Reading(
                key=reading.pk,
                says={pointer.remedy_id: pointer.strength for pointer in reading.pointers.all()},
                seen=_by_remedy(seen.get(reading.pk, {}), worded),
            )
            for reading in readings
        ),
        money=exchange.convert(test.money, test.currency) or 0.0,
        hours=float(test.hours),
        checked=test.is_checked,
    )
    return LoadedTest(test, tuple(readings), rule)


def _by_remedy(seen: dict[int, float], worded: set[int]) -> dict[int | None, float]:
    """Counts by remedy; those of which the author said nothing tell what is read where it is none of the others."""
    counts: dict[int | None, float] = {key: count for key, count in seen.items() if key in worded}
    others = sum(count for key, count in seen.items() if key not in worded)
    return counts | ({NONE: others} if others else {})


def _seen(tests: Sequence[DiagnosticTest], judgement: Judgement) -> dict[int, dict[int, float]]:
    """By reading and remedy, how many reports' weight of people had this reading and were cured by the remedy.

    Of each tier, as in the chance: unverified people count for a bounded number at most, by test and remedy.
    """
    rows = (
        ReportedReading.objects.filter(
            reading__test__in=tests,
            outcome__state=Outcome.State.PUBLISHED,
            outcome__result=Outcome.Result.WORKED,
            outcome__came_back_on=None,
        )
        .values("reading", "reading__test", "outcome__remedy", "outcome__tier")
        .annotate(people=Count("pk"))
        .order_by()
    )
    crowd: dict[tuple[int, int], float] = defaultdict(float)
    weights = []
    for row in rows:
        tier = cast("Tier", row["outcome__tier"])
        weight = row["people"] * judgement.unit(tier) * judgement.first_trust(tier)
        where = row["reading__test"], row["outcome__remedy"]
        weights.append((row["reading"], where, tier, weight))
        if tier == "unverified":
            crowd[where] += weight
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    cap = judgement.cap_unverified
    for reading, where, tier, weight in weights:
        share = cap / (crowd[where] + cap) if tier == "unverified" else 1.0
        found[reading][where[1]] += weight * share
    return found
