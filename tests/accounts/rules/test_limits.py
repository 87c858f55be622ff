"""Limits are pure: counts in, what is too much or nothing out."""

from datetime import timedelta

import pytest

from accounts.rules.limits import NewMemberLimits, refusal_of_post
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
    refused = post(kind, posted_on_day_one=most)
    assert (str(most) in refused.sentence, refused.seconds) == (True, 23 * 3600)
    assert post(kind, posted_on_day_one=most, joined_at=NOW - timedelta(hours=24)) is None


@pytest.mark.parametrize(("kind", "pause"), [("problem", 120), ("reply", 30)])
def test_a_new_member_pauses_between_posts(kind, pause):
    assert post(kind, last_at=NOW - timedelta(seconds=pause)) is None
    refused = post(kind, last_at=NOW - timedelta(seconds=pause - 5))
    assert ("5 to go" in refused.sentence, refused.seconds) == (True, 5)


def test_two_links_and_one_image_stand_and_one_more_does_not():
    assert post(links=2, images=1) is None
    assert "this one has 3" in post(links=3).sentence
    assert "1 image into" in post(images=2).sentence
    assert post(links=3).seconds is None
