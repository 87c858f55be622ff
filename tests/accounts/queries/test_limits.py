"""The limits bind new members and nobody else."""

from datetime import timedelta

import pytest

from accounts.errors import LimitReached
from accounts.queries.limits import is_new, require_within_limits
from tests.builders.accounts import NOW, make_moderator, make_newcomer, make_professional, make_user


def check(member, *, posted=0, **given):
    require_within_limits(
        member=member, kind="problem", posted_since=lambda moment: posted, **{"last_at": None, "now": NOW, **given}
    )


def test_a_newcomer_is_held_to_the_limits(db):
    newcomer = make_newcomer()
    check(newcomer, posted=2, links=2)

    with pytest.raises(LimitReached, match="first day"):
        check(newcomer, posted=3)
    with pytest.raises(LimitReached, match="links"):
        check(newcomer, links=3)


def test_the_posts_of_the_first_day_are_counted_from_signing_up_and_only_on_that_day(db):
    asked = []
    require_within_limits(
        member=make_newcomer(joined_at=NOW - timedelta(hours=2)),
        kind="reply",
        posted_since=lambda moment: asked.append(moment) or 0,
        last_at=None,
        now=NOW,
    )
    check(make_user(), posted=99)

    assert asked == [NOW - timedelta(hours=2)]


def test_who_has_earned_or_was_given_a_standing_is_not_new(tree):
    for member in (
        make_newcomer(reputation=10),
        make_moderator(joined_at=NOW),
        make_professional(product=tree.cars, joined_at=NOW),
    ):
        assert not is_new(member)
        check(member, posted=50, links=9, images=9, last_at=NOW)
    assert is_new(make_newcomer(reputation=9))
