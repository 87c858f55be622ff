"""Votes: limits by day and author, reasons, and taking back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rules.votes import DOWN_REASONS, VoteRefusal, VoteRules, refuse_retraction, refuse_vote, sentence

RULES = VoteRules()
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _refusal(**facts) -> VoteRefusal | None:
    usual = {
        "value": 1,
        "reason": "",
        "is_own": False,
        "reputation": 100,
        "votes_today": 0,
        "up_for_author_today": 0,
        "down_for_author_today": 0,
    }
    return refuse_vote(**{**usual, **facts}, rules=RULES)


def test_a_member_cannot_vote_on_their_own_post():
    assert _refusal(is_own=True) == VoteRefusal.OWN
    assert _refusal() is None


def test_a_vote_down_needs_one_of_five_reasons():
    assert _refusal(value=-1) == VoteRefusal.NEEDS_REASON
    assert _refusal(value=-1, reason="bored") == VoteRefusal.UNKNOWN_REASON
    assert len(DOWN_REASONS) == 5
    assert all(_refusal(value=-1, reason=reason) is None for reason in DOWN_REASONS)


def test_the_thirty_first_vote_of_a_day_is_refused():
    assert _refusal(votes_today=29) is None
    assert _refusal(votes_today=30) == VoteRefusal.DAY


def test_a_new_member_has_five_votes_a_day_until_fifteen_points():
    assert _refusal(reputation=14, votes_today=4) is None
    assert _refusal(reputation=14, votes_today=5) == VoteRefusal.NEW_DAY
    assert _refusal(reputation=15, votes_today=5) is None


def test_one_author_gets_at_most_six_votes_up_and_three_down_a_day():
    assert _refusal(up_for_author_today=5) is None
    assert _refusal(up_for_author_today=6) == VoteRefusal.AUTHOR_UP
    assert _refusal(value=-1, reason="unsafe", down_for_author_today=2) is None
    assert _refusal(value=-1, reason="unsafe", down_for_author_today=3) == VoteRefusal.AUTHOR_DOWN
    assert _refusal(down_for_author_today=3) is None


@given(st.integers(0, 40), st.integers(0, 8), st.integers(0, 8), st.integers(0, 30), st.sampled_from([1, -1]))
def test_having_voted_more_never_opens_a_vote_that_was_refused(today, up, down, reputation, value):
    facts = {"value": value, "reason": "unclear" if value < 0 else "", "reputation": reputation}
    before = _refusal(votes_today=today, up_for_author_today=up, down_for_author_today=down, **facts)
    after = _refusal(votes_today=today + 1, up_for_author_today=up + 1, down_for_author_today=down + 1, **facts)
    assert before is None or after is not None


@pytest.mark.parametrize(
    ("minutes", "edited_after", "refused"), [(5, None, False), (6, None, True), (6, 3, False), (6, -3, True)]
)
def test_a_vote_is_taken_back_within_five_minutes_or_after_an_edit(minutes, edited_after, refused):
    edited = None if edited_after is None else NOON + timedelta(minutes=edited_after)
    refusal = refuse_retraction(cast_at=NOON, now=NOON + timedelta(minutes=minutes), edited_at=edited, rules=RULES)
    assert refusal == (VoteRefusal.TOO_LATE if refused else None)


@pytest.mark.parametrize("refusal", VoteRefusal)
def test_every_refusal_has_a_sentence(refusal):
    assert sentence(refusal, RULES).endswith(".")


def test_sentences_carry_the_limits_in_force():
    assert "7 votes" in sentence(VoteRefusal.DAY, VoteRules(per_day=7))
