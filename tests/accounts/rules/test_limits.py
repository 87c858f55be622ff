"""Limits are pure: counts in, a sentence or nothing out."""

from datetime import timedelta

import pytest

from accounts.rules.limits import NewMemberLimits, VoteLimits, can_retract, refusal_of_post, refusal_of_vote
from tests.builders.accounts import NOW


def post(kind="problem", **given):
    facts = {
        "joined_at": NOW - timedelta(hours=1),
        "now": NOW,
        "posted_on_day_one": 0,
        "last_at": None,
        "links": 0,
        "images": 0,
    }
    return refusal_of_post(NewMemberLimits(), kind, **{**facts, **given})


@pytest.mark.parametrize(("kind", "most"), [("problem", 3), ("reply", 10)])
def test_the_first_day_holds_so_many_posts_and_the_second_any_number(kind, most):
    assert post(kind, posted_on_day_one=most - 1) is None
    assert str(most) in post(kind, posted_on_day_one=most)
    assert post(kind, posted_on_day_one=most, joined_at=NOW - timedelta(hours=24)) is None


@pytest.mark.parametrize(("kind", "pause"), [("problem", 120), ("reply", 30)])
def test_a_new_member_pauses_between_posts(kind, pause):
    assert post(kind, last_at=NOW - timedelta(seconds=pause)) is None
    assert "5 to go" in post(kind, last_at=NOW - timedelta(seconds=pause - 5))


def test_two_links_and_one_image_stand_and_one_more_does_not():
    assert post(links=2, images=1) is None
    assert "this one has 3" in post(links=3)
    assert "1 image into" in post(images=2)


def vote(**given):
    facts = {"value": 1, "reputation": 100, "votes_today": 0, "same_on_author_today": 0}
    return refusal_of_vote(VoteLimits(), **{**facts, **given})


def test_thirty_votes_a_day_and_five_while_reputation_is_low():
    assert vote(votes_today=29) is None
    assert "30 times a day" in vote(votes_today=30)
    assert vote(votes_today=4, reputation=14) is None
    assert "5 times a day" in vote(votes_today=5, reputation=14)
    assert vote(votes_today=5, reputation=15) is None


def test_six_up_and_three_down_on_one_author_a_day():
    assert vote(same_on_author_today=5) is None
    assert vote(same_on_author_today=6) is not None
    assert vote(value=-1, same_on_author_today=2) is None
    assert vote(value=-1, same_on_author_today=3) is not None


def test_a_vote_is_taken_back_within_five_minutes_or_after_an_edit():
    at = {"voted_at": NOW - timedelta(minutes=5), "now": NOW}
    late = {"voted_at": NOW - timedelta(minutes=6), "now": NOW}

    assert can_retract(VoteLimits(), edited_at=None, **at)
    assert not can_retract(VoteLimits(), edited_at=None, **late)
    assert not can_retract(VoteLimits(), edited_at=NOW - timedelta(minutes=7), **late)
    assert can_retract(VoteLimits(), edited_at=NOW - timedelta(minutes=1), **late)
