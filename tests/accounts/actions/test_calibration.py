"""The calibration ledger only grows, takes differences, and its sum is a member's points of trust."""

import pytest
from django.db import DatabaseError, transaction

from accounts.actions.calibration import rebuild_calibration, record_calibration, reverse_calibration, set_accuracies
from accounts.models import CalibrationEvent, User
from accounts.queries.calibration import outcome_calls, wrong_calibrations
from accounts.rules.calibration import NO_LONGER, Due, accuracy, corrections
from tests.builders.accounts import NOW, make_user


def found(points, words="12 of 14 say the same."):
    return Due(points, words)


def record(member, due, *, tolerance=1):
    return record_calibration(due={member.pk: due}, tolerance=tolerance, now=NOW)


def stored(member):
    return User.objects.get(pk=member.pk).calibration


@pytest.fixture
def member(db):
    return make_user()


def test_what_was_found_is_written_once_and_the_points_are_its_sum(member):
    assert record(member, {"outcome:1": found(5), "vote:2": found(-1)}) == {member.pk}
    assert stored(member) == 4

    assert record(member, {"outcome:1": found(5), "vote:2": found(-1)}) == set()
    assert CalibrationEvent.objects.count() == 2


def test_a_difference_is_a_new_row_with_the_reason_of_today(member):
    record(member, {"outcome:1": found(5)})
    record(member, {"outcome:1": found(-2, "2 of 20 say the same.")})

    newest = CalibrationEvent.objects.first()
    assert (newest.points, newest.words) == (-7, "2 of 20 say the same.")
    assert stored(member) == -2


def test_a_difference_within_the_tolerance_writes_nothing(member):
    record(member, {"outcome:1": found(5)})

    assert record(member, {"outcome:1": found(4)}) == set()
    assert record(member, {"outcome:1": found(4)}, tolerance=0) == {member.pk}


def test_a_claim_that_counts_no_more_goes_back_to_nothing(member):
    record(member, {"outcome:1": found(5)})
    record(member, {})

    assert stored(member) == 0
    assert CalibrationEvent.objects.first().words == NO_LONGER


def test_a_reversal_stands_in_the_ledger_even_where_the_claim_had_brought_nothing(member):
    record(member, {"vote:1": found(3)})

    assert reverse_calibration(member=member, cause="vote:1", words="A one-way burst.", now=NOW).points == -3
    assert reverse_calibration(member=member, cause="vote:2", words="A one-way burst.", now=NOW).points == 0
    assert stored(member) == 0


def test_the_database_refuses_to_change_or_delete_a_row(member):
    record(member, {"outcome:1": found(5)})

    for harm in (lambda rows: rows.update(points=50), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            harm(CalibrationEvent.objects.all())
    assert CalibrationEvent.objects.get().points == 5


def test_points_that_differ_from_the_ledger_are_found_and_put_right(member):
    record(member, {"outcome:1": found(5)})
    User.objects.filter(pk=member.pk).update(calibration=99)

    assert wrong_calibrations() == [(member.pk, 99, 5)]
    assert rebuild_calibration() == 1
    assert stored(member) == 5
    assert rebuild_calibration() == 0


def test_outcomes_of_a_year_that_proved_right_and_wrong_are_counted_and_votes_are_not(member):
    record(member, {"outcome:1": found(5), "outcome:2": found(-4), "outcome:3": found(2), "vote:9": found(3)})
    calls = outcome_calls([member.pk], now=NOW)[member.pk]

    assert (calls.good, calls.bad) == (2, 1)
    assert outcome_calls([member.pk], now=NOW.replace(year=2028)) == {}


def test_accuracy_begins_at_a_half_and_moves_with_every_call(member):
    assert accuracy(0, 0) == 0.5
    assert accuracy(6, 0) == 0.8
    assert accuracy(0, 6) == 0.2

    assert set_accuracies(found={member.pk: (0.8, 0.5)}) == 1
    assert set_accuracies(found={member.pk: (0.8, 0.5)}) == 0
    assert User.objects.get(pk=member.pk).accuracy == 0.8


def test_a_claim_without_points_and_without_rows_writes_none():
    assert corrections({}, {"outcome:1": found(0)}, tolerance=0) == {}
    assert corrections({"outcome:1": 0}, {}, tolerance=0) == {}
