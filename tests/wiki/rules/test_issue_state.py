"""The states of an emerging issue."""

import pytest

from wiki.rules.issue_state import possible_acts, state_after


@pytest.mark.parametrize("state", ["new", "under_review", "answered"])
def test_an_open_issue_can_be_answered_and_closed_but_not_opened(state):
    assert state_after(state, "answer") == "answered"
    assert state_after(state, "close") == "closed"
    assert state_after(state, "reopen") is None


def test_a_closed_issue_takes_notes_and_can_be_opened_and_nothing_else():
    assert possible_acts("closed") == ("note", "reopen")
    assert state_after("closed", "reopen") == "under_review"


def test_notes_and_diagnostics_leave_the_state_as_it_is():
    for state in ("new", "under_review", "answered"):
        assert state_after(state, "note") == state_after(state, "attach") == state
