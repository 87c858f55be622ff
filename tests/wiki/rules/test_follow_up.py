"""When somebody who is trying a remedy is asked."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.accounts import NOW
from wiki.rules.follow_up import FollowUpRules, TrialFacts, question_due

RULES = FollowUpRules()


def days(count: float) -> datetime.timedelta:
    return datetime.timedelta(days=count)


def due(age: float, **facts) -> str:
    return question_due(TrialFacts(started_at=NOW - days(age), **facts), NOW, RULES)


def test_the_first_question_comes_after_two_weeks_and_once():
    assert due(13.9) == ""
    assert due(14) == "first"
    assert due(15, first_asked_at=NOW - days(1)) == ""
    assert due(40, reported=True, fixed=True) == ""


def test_the_second_comes_after_three_months_and_is_the_last():
    assert due(89.9, first_asked_at=NOW - days(75)) == ""
    assert due(90, first_asked_at=NOW - days(76)) == "second"
    assert due(90, reported=True, fixed=True) == "second"
    assert due(400, first_asked_at=NOW - days(300), second_asked_at=NOW - days(200)) == ""


def test_a_late_first_question_holds_the_second_back():
    assert due(95) == "first"
    assert due(95, first_asked_at=NOW - days(2)) == ""
    assert due(125, first_asked_at=NOW - days(30)) == "second"


def test_a_reported_failure_and_an_opt_out_end_the_questions():
    assert due(90, first_asked_at=NOW - days(76), reported=True, fixed=False) == ""
    assert due(20, wants_mail=False) == ""


@given(
    runs=st.lists(st.integers(min_value=0, max_value=400), min_size=1, max_size=40),
    reported=st.booleans(),
    fixed=st.booleans(),
)
def test_however_often_it_is_run_nobody_is_asked_more_than_twice(runs, reported, fixed):
    first = second = None
    sent = 0
    for day in sorted(runs):
        now = NOW + days(day)
        facts = TrialFacts(NOW, True, first, second, reported, fixed)
        question = question_due(facts, now, RULES)
        if question == "first":
            assert first is None
            first = now
        elif question == "second":
            assert second is None
            second = now
        sent += bool(question)
    assert sent <= 2
