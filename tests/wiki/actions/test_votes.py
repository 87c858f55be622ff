"""Casting and retracting votes."""

import datetime

import pytest

from accounts.errors import PrivilegeMissing
from accounts.models import Membership, User
from accounts.queries.community_rules import load
from tests.builders.accounts import NOW, make_membership, make_organisation, make_staff, make_user
from tests.builders.products import a_category, a_make, make_product
from tests.builders.wiki import fix_draft, make_comment, make_fix, make_problem, make_regular, make_vote
from wiki.actions.fixes import delete_fix, edit_fix
from wiki.actions.votes import cast_vote, retract_vote, settle_left_out_votes
from wiki.errors import NotAllowed, OwnPost, PostGone, VoteRefused, VoteUnknown
from wiki.models import Contribution, Fix, Vote
from wiki.queries.evidence import differences
from wiki.rules.judgement import Judgement

pytestmark = pytest.mark.django_db


def reputation(user):
    """The stored score now."""
    return User.objects.get(pk=user.pk).reputation


def test_a_vote_up_adds_to_the_score_and_pays_the_author():
    author = make_regular()
    fix = make_fix(author=author)
    problem = make_problem(author=author)

    cast_vote(post=fix, value=1, actor=make_regular(), now=NOW)
    assert Fix.objects.get(pk=fix.pk).score == 1
    assert reputation(author) == 110
    cast_vote(post=problem, value=1, actor=make_regular(), now=NOW)
    assert reputation(author) == 115


def test_a_vote_down_needs_a_reason_and_costs_both():
    author, voter = make_regular(), make_regular()
    fix = make_fix(author=author)

    with pytest.raises(VoteRefused, match="reason"):
        cast_vote(post=fix, value=-1, actor=voter, now=NOW)
    cast_vote(post=fix, value=-1, reason="unclear", actor=voter, now=NOW)

    assert Fix.objects.get(pk=fix.pk).score == -1
    assert (reputation(author), reputation(voter)) == (98, 99)


def test_a_comment_takes_votes_without_points():
    author = make_regular()
    comment = make_comment(author=author)

    cast_vote(post=comment, value=1, actor=make_regular(), now=NOW)
    comment.refresh_from_db()
    assert (comment.score, reputation(author)) == (1, 100)


def test_nobody_votes_on_their_own_post_or_twice():
    author, voter = make_regular(), make_regular()
    fix = make_fix(author=author)

    with pytest.raises(OwnPost):
        cast_vote(post=fix, value=1, actor=author, now=NOW)
    cast_vote(post=fix, value=1, actor=voter, now=NOW)
    with pytest.raises(VoteRefused, match="already"):
        cast_vote(post=fix, value=1, actor=voter, now=NOW)
    assert Fix.objects.get(pk=fix.pk).score == 1


def test_voting_opens_with_reputation():
    fix = make_fix()
    with pytest.raises(PrivilegeMissing):
        cast_vote(post=fix, value=1, actor=make_user(reputation=7), now=NOW)
    with pytest.raises(PrivilegeMissing):
        cast_vote(post=fix, value=-1, reason="unclear", actor=make_user(reputation=49), now=NOW)
    assert cast_vote(post=fix, value=1, actor=make_user(reputation=8), now=NOW)


def test_manufacturers_staff_vote_neither_on_their_own_nor_a_rivals_products():
    fix = make_fix()
    rival = make_product(parent=a_category(), kind="make", name="Volvo")
    for staff in (make_staff(product=a_make(), reputation=500), make_staff(product=rival, reputation=500)):
        with pytest.raises(NotAllowed, match="does not vote here"):
            cast_vote(post=fix, value=1, actor=staff, now=NOW)
    elsewhere = make_staff(product=a_category(name="Dishwashers"), reputation=500)
    assert cast_vote(post=fix, value=1, actor=elsewhere, now=NOW)


def test_a_member_of_little_reputation_has_five_votes_a_day():
    voter = make_user(reputation=10)
    for _ in range(5):
        cast_vote(post=make_fix(), value=1, actor=voter, now=NOW)

    with pytest.raises(VoteRefused, match="5 votes"):
        cast_vote(post=make_fix(), value=1, actor=voter, now=NOW)
    assert cast_vote(post=make_fix(), value=1, actor=voter, now=NOW + datetime.timedelta(days=1))


def test_six_votes_up_for_one_author_are_the_most_of_a_day():
    author, voter = make_regular(), make_regular()
    for number in range(6):
        cast_vote(post=make_fix(author=author, title=f"Fix {number}"), value=1, actor=voter, now=NOW)

    with pytest.raises(VoteRefused, match="one author"):
        cast_vote(post=make_fix(author=author), value=1, actor=voter, now=NOW)
    assert cast_vote(post=make_fix(), value=1, actor=voter, now=NOW)


def test_a_vote_is_taken_back_within_minutes_and_the_points_with_it():
    author, voter = make_regular(), make_regular()
    fix = make_fix(author=author)
    cast_vote(post=fix, value=-1, reason="unclear", actor=voter, now=NOW)

    retract_vote(post=fix, actor=voter, now=NOW + datetime.timedelta(minutes=4))

    assert Fix.objects.get(pk=fix.pk).score == 0
    assert (reputation(author), reputation(voter)) == (100, 100)
    with pytest.raises(VoteUnknown):
        retract_vote(post=fix, actor=voter, now=NOW)


def test_after_five_minutes_a_vote_stands_until_the_post_is_edited():
    author, voter = make_regular(), make_regular()
    fix = make_fix(author=author)
    cast_vote(post=fix, value=1, actor=voter, now=NOW)
    later = NOW + datetime.timedelta(minutes=6)

    with pytest.raises(VoteRefused, match="5 minutes"):
        retract_vote(post=fix, actor=voter, now=later)
    edit_fix(fix=fix, draft=fix_draft(title="Other"), base_version=1, actor=author, now=later)
    retract_vote(post=fix, actor=voter, now=later + datetime.timedelta(hours=1))
    assert not Vote.objects.exists()


def test_the_other_vote_replaces_the_first_while_it_can_be_taken_back():
    voter = make_regular()
    fix = make_fix()
    make_vote(post=fix, voter=voter, now=NOW)

    cast_vote(post=fix, value=-1, reason="wrong_product", actor=voter, now=NOW + datetime.timedelta(minutes=1))

    assert Fix.objects.get(pk=fix.pk).score == -1
    assert Vote.objects.get().value == -1


def test_a_deleted_post_takes_no_votes():
    author = make_regular()
    fix = make_fix(author=author)
    delete_fix(fix=fix, actor=author, now=NOW)

    with pytest.raises(PostGone):
        cast_vote(post=fix, value=1, actor=make_regular(), now=NOW)


def test_who_joins_a_rival_later_has_their_votes_left_out_while_the_place_lasts():
    author, voter = make_regular(), make_regular()
    fix = make_fix(author=author)
    make_vote(post=fix, voter=voter)
    paid = User.objects.get(pk=author.pk).reputation
    assert Contribution.objects.filter(vote__voter=voter).exists()
    rival = make_organisation(kind="manufacturer", scope=[make_product(parent=a_category(), kind="make", name="Volvo")])
    place = make_membership(organisation=rival, member=voter)

    assert settle_left_out_votes(now=NOW) == 1
    assert settle_left_out_votes(now=NOW) == 0
    assert Fix.objects.get(pk=fix.pk).score == 0
    assert not Contribution.objects.filter(vote__voter=voter).exists()
    assert differences(fix.remedy, load(Judgement), today=NOW.date()) == []
    assert User.objects.get(pk=author.pk).reputation == paid

    Membership.objects.filter(pk=place.pk).update(until=NOW - datetime.timedelta(days=1))
    assert settle_left_out_votes(now=NOW) == 1
    assert Fix.objects.get(pk=fix.pk).score == 1
    assert Contribution.objects.filter(vote__voter=voter).exists()


def test_a_place_that_forbids_nothing_leaves_votes_alone():
    voter = make_regular()
    fix = make_fix()
    make_vote(post=fix, voter=voter)
    make_membership(organisation=make_organisation(scope=[a_make()]), member=voter)

    assert settle_left_out_votes(now=NOW) == 0
    assert Fix.objects.get(pk=fix.pk).score == 1
