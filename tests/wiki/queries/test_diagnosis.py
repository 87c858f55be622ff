"""Tests of a problem through the database: reported readings sharpen, hidden remedies are silent, queries are few."""

import pytest

from tests.builders.wiki import (
    make_diagnostic_test,
    make_fix,
    make_outcome,
    make_problem,
)
from wiki.actions.outcomes import mark_came_back
from wiki.models import Fix
from wiki.queries.diagnosis import pointers_of
from wiki.queries.plan import tests_for as load
from wiki.queries.reader import Reader

pytestmark = pytest.mark.django_db


def ratio(problem, reading, remedy):
    """By how much the reading turns the odds of the remedy."""
    return dict(pointers_of(load(problem, Reader()), [reading.pk])).get(remedy.pk, 1.0)


def test_readings_reported_with_what_worked_sharpen_and_those_with_failures_do_not():
    problem = make_problem()
    remedy = make_fix(problem=problem).remedy
    test = make_diagnostic_test(problem=problem, points={remedy.pk: 1})
    pressed, free = test.readings.all()
    words = ratio(problem, pressed, remedy)
    assert words > 1

    make_outcome(remedy=remedy, result="failed", readings=(free,))
    assert ratio(problem, pressed, remedy) == pytest.approx(words)
    for _ in range(4):
        make_outcome(remedy=remedy, tier="professional", readings=(pressed,))
    assert ratio(problem, pressed, remedy) > words
    outcome = make_outcome(remedy=remedy, tier="professional", readings=(free,))
    lower = ratio(problem, pressed, remedy)
    mark_came_back(outcome=outcome, on=outcome.happened_on, actor=outcome.member, now=outcome.updated_at)
    assert ratio(problem, pressed, remedy) > lower


def test_a_crowd_of_unverified_readings_is_bounded():
    problem = make_problem()
    remedy = make_fix(problem=problem).remedy
    test = make_diagnostic_test(problem=problem, points={remedy.pk: 2})
    pressed, free = test.readings.all()
    for _ in range(25):
        make_outcome(remedy=remedy, readings=(free,))
    crowd = ratio(problem, pressed, remedy)
    for _ in range(3):
        make_outcome(remedy=remedy, tier="professional", readings=(free,))
    assert crowd > 1
    assert ratio(problem, pressed, remedy) < 1


def test_cures_that_the_test_says_nothing_of_show_how_common_a_reading_is():
    problem = make_problem()
    remedy, other = make_fix(problem=problem).remedy, make_fix(problem=problem).remedy
    test = make_diagnostic_test(problem=problem, points={remedy.pk: 2})
    pressed, _ = test.readings.all()
    before = ratio(problem, pressed, remedy)
    for _ in range(6):
        make_outcome(remedy=other, tier="professional", readings=(pressed,))
    assert ratio(problem, pressed, remedy) < before
    assert ratio(problem, pressed, other) == 1.0


def test_nothing_points_to_a_fix_that_is_gone():
    problem = make_problem()
    fix = make_fix(problem=problem)
    test = make_diagnostic_test(problem=problem, points={fix.remedy.pk: 2})
    Fix.objects.filter(pk=fix.pk).update(state="hidden")
    assert ratio(problem, test.readings.first(), fix.remedy) == 1.0


def test_tests_are_read_in_three_queries_and_in_one_where_there_is_none(django_assert_num_queries):
    problem = make_problem()
    with django_assert_num_queries(1):
        assert load(problem, Reader()) == ()
    for _ in range(3):
        make_diagnostic_test(problem=problem, points={make_fix(problem=problem).remedy.pk: 1})
    load(problem, Reader())
    with django_assert_num_queries(3):
        assert len(load(problem, Reader())) == 3
