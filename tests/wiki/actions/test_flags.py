"""Flagging posts and deciding about them."""

import pytest

from accounts.models import User
from tests.builders.accounts import (
    NOW,
    make_membership,
    make_moderator,
    make_organisation,
    make_professional,
    make_staff,
    make_user,
)
from tests.builders.products import a_make, make_product
from tests.builders.wiki import make_comment, make_fix, make_outcome, make_problem, make_regular
from wiki.actions.flags import decide_flag, flag_post
from wiki.errors import AlreadyDecided, AlreadyFlagged, NotAllowed, OwnPost
from wiki.models import Fix, Flag, Outcome, Problem

pytestmark = pytest.mark.django_db


def flag(post, reason="harmful", actor=None, **fields):
    """A flag by the actor, or by a member nobody knows."""
    return flag_post(post=post, reason=reason, actor=actor or make_regular(), now=NOW, **fields)


def state(post):
    """The state that is stored."""
    return type(post).objects.get(pk=post.pk).state


def test_the_third_independent_flag_hides_a_post():
    problem = make_problem()

    flag(problem)
    flag(problem, "advertising")
    assert state(problem) == "published"
    flag(problem)
    assert state(problem) == "hidden"


def test_colleagues_count_once_and_not_at_all_where_their_organisation_has_a_stake():
    problem = make_problem()
    for _ in range(3):
        flag(problem, actor=make_professional(product=a_make()))
    assert state(problem) == "published"
    house = make_organisation(scope=[make_product(name="Bicycles")])
    for _ in range(3):
        colleague = make_regular()
        make_membership(organisation=house, member=colleague)
        flag(problem, actor=colleague)

    assert state(problem) == "published"
    flag(problem)
    flag(problem)
    assert state(problem) == "hidden"


def test_one_flag_of_a_curator_or_moderator_hides():
    for curator in (make_regular(reputation=2000, flag_accuracy=0.9), make_moderator()):
        comment = make_comment()
        flag(comment, actor=curator)
        assert state(comment) == "hidden"


def test_manufacturers_staff_flag_into_the_queue_and_hide_nothing():
    fix = make_fix()
    for _ in range(3):
        flag(fix, actor=make_staff(product=a_make(), reputation=3000))

    assert state(fix) == "published"
    assert Flag.objects.filter(state="open").count() == 3
    with pytest.raises(NotAllowed, match="official warning"):
        flag(fix, "dangerous", actor=make_staff(product=a_make()))
    assert not Fix.objects.get(pk=fix.pk).is_dangerous


def test_a_dangerous_fix_is_warned_of_at_once_and_stays_to_be_read():
    fix = make_fix()
    raised = flag(fix, "dangerous", note="It bridges a fuse.")

    fix.refresh_from_db()
    assert (fix.is_dangerous, fix.dangerous_reason, fix.state) == (True, "It bridges a fuse.", "published")
    decide_flag(flag=raised, uphold=False, actor=make_moderator(), now=NOW)
    fix.refresh_from_db()
    assert fix.is_dangerous is False


def test_an_upheld_danger_keeps_the_warning_and_costs_fifty_points():
    author = make_regular()
    fix = make_fix(author=author)
    raised = flag(fix, "dangerous")

    decide_flag(flag=raised, uphold=True, actor=make_moderator(), now=NOW)

    fix.refresh_from_db()
    assert (fix.is_dangerous, fix.state) == (True, "published")
    assert User.objects.get(pk=author.pk).reputation == 50


def test_upheld_spam_takes_the_post_away_and_costs_a_hundred():
    author = make_regular()
    comment = make_comment(author=author)
    first = flag(comment, "advertising")
    second = flag(comment, "advertising")

    decide_flag(flag=second, uphold=True, actor=make_moderator(), now=NOW)

    assert state(comment) == "deleted"
    assert User.objects.get(pk=author.pk).reputation == 1
    assert Flag.objects.get(pk=first.pk).state == "upheld"


def test_dismissing_shows_a_post_again_unless_other_flags_hide_it():
    problem = make_problem()
    harmful = [flag(problem) for _ in range(3)]
    decide_flag(flag=harmful[0], uphold=False, actor=make_moderator(), now=NOW)
    assert state(problem) == "published"

    other = make_problem()
    raised = flag(other, "illegal")
    flag(other, actor=make_moderator())
    decide_flag(flag=raised, uphold=False, actor=make_moderator(), now=NOW)
    assert state(other) == "hidden"


def test_nobody_flags_twice_or_their_own():
    author, reader = make_regular(), make_regular()
    problem = make_problem(author=author)

    with pytest.raises(OwnPost):
        flag(problem, actor=author)
    flag(problem, actor=reader)
    with pytest.raises(AlreadyFlagged):
        flag(problem, "illegal", actor=reader)


def test_only_moderators_decide_not_about_their_own_and_once():
    moderator = make_moderator()
    own = flag(make_problem(author=moderator))
    other = flag(make_problem())

    with pytest.raises(OwnPost):
        decide_flag(flag=own, uphold=False, actor=moderator, now=NOW)
    with pytest.raises(NotAllowed):
        decide_flag(flag=other, uphold=True, actor=make_user(reputation=5000), now=NOW)
    decide_flag(flag=other, uphold=True, actor=moderator, now=NOW)
    with pytest.raises(AlreadyDecided):
        decide_flag(flag=other, uphold=False, actor=moderator, now=NOW)


def test_a_moderator_who_works_for_the_maker_removes_nothing():
    problem = make_problem()
    raised = flag(problem)
    moderator = make_moderator()
    make_membership(organisation=make_organisation(kind="manufacturer", scope=[a_make()]), member=moderator)

    with pytest.raises(NotAllowed):
        decide_flag(flag=raised, uphold=True, actor=moderator, now=NOW)
    assert Problem.objects.get(pk=problem.pk).state == "published"


def test_a_hidden_outcome_pays_nobody_and_pays_again_when_shown():
    member = make_regular()
    outcome = make_outcome(member=member)
    assert User.objects.get(pk=member.pk).reputation == 103
    raised = flag(outcome, "not_genuine", actor=make_moderator())

    assert not Outcome.objects.counted().exists()
    assert User.objects.get(pk=member.pk).reputation == 100
    decide_flag(flag=raised, uphold=False, actor=make_moderator(), now=NOW)
    assert Outcome.objects.counted().exists()
    assert User.objects.get(pk=member.pk).reputation == 103
