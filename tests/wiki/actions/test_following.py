"""Following, and who is told of what."""

import pytest

from accounts.errors import LimitReached
from accounts.models import Notification
from tests.builders.accounts import NOW, make_moderator, make_user, set_rule
from tests.builders.products import a_make, a_model, a_year, make_diagnostic
from tests.builders.wiki import make_fix, make_link, make_problem, make_regular, outcome_draft
from wiki.actions.flags import flag_post
from wiki.actions.following import follow, tell_followers, unfollow
from wiki.actions.outcomes import judge_outcome, record_outcome
from wiki.errors import PostGone
from wiki.models import Follow, Problem
from wiki.queries.following import is_following

pytestmark = pytest.mark.django_db


def follower_of(thing):
    member = make_user()
    follow(thing=thing, actor=member, now=NOW)
    return member


def told_to(member) -> list[tuple[str, str]]:
    return list(member.notifications.order_by("pk").values_list("kind", "state"))


def hide(post) -> None:
    type(post).objects.filter(pk=post.pk).update(state="hidden")
    post.refresh_from_db()


def report(fix, *, evidence=False) -> None:
    """A success by a new person; a moderator has seen the proof of one with evidence."""
    outcome = record_outcome(remedy=fix.remedy, draft=outcome_draft(product=a_year()), actor=make_regular(), now=NOW)
    if evidence:
        judge_outcome(outcome=outcome, tier="owner", has_evidence=True, actor=make_moderator(), now=NOW)


# ------------------------------------------------------------ following


def test_following_twice_is_one_follow_and_leaving_twice_none():
    member, problem = make_user(), make_problem()
    first = follow(thing=problem, actor=member, now=NOW)
    assert follow(thing=problem, actor=member, now=NOW) == first
    assert is_following(member, problem)
    unfollow(thing=problem, actor=member)
    unfollow(thing=problem, actor=member)
    assert not Follow.objects.exists()


def test_a_hidden_problem_is_not_followed():
    problem = make_problem()
    hide(problem)
    with pytest.raises(PostGone):
        follow(thing=problem, actor=make_user(), now=NOW)


def test_a_member_follows_as_much_as_the_community_allows():
    set_rule(name="notification_rules.most_followed", value=1)
    member = follower_of(a_year())
    with pytest.raises(LimitReached):
        follow(thing=a_make(), actor=member, now=NOW)
    follow(thing=a_year(), actor=member, now=NOW)
    assert Follow.objects.filter(member=member).count() == 1


# ------------------------------------------------------------ what tells


def test_a_new_problem_is_told_to_followers_of_its_product_and_those_above():
    of_year, of_model, of_other = follower_of(a_year()), follower_of(a_model()), follower_of(a_year(year=2005))
    make_problem(product=a_year())
    assert told_to(of_year) == told_to(of_model) == [("new_problem", "")]
    assert told_to(of_other) == []


def test_a_new_fix_is_told_to_followers_of_the_problem_alone():
    problem = make_problem()
    of_problem, of_product = follower_of(problem), follower_of(problem.product)
    make_fix(problem=problem)
    assert told_to(of_problem) == [("new_fix", "")]
    assert told_to(of_product) == []


def test_the_states_of_a_fix_are_told_once_each_and_confirmation_on_the_product_too():
    fix = make_fix()
    of_problem, of_product = follower_of(fix.problem), follower_of(fix.problem.product)
    for evidence in (False, True, False, False):
        report(fix, evidence=evidence)
    assert told_to(of_problem) == [("fix_state", "tried"), ("fix_state", "confirmed")]
    assert told_to(of_product) == [("fix_state", "confirmed")]


def test_who_begins_to_follow_later_is_not_told_what_was_known():
    fix = make_fix()
    for evidence in (True, False, False):
        report(fix, evidence=evidence)
    late = follower_of(fix.problem)
    report(fix)
    assert told_to(late) == []


def test_a_warning_of_danger_is_told():
    fix = make_fix()
    member = follower_of(fix.problem)
    flag_post(post=fix, reason="dangerous", actor=make_regular(), now=NOW)
    assert told_to(member) == [("fix_state", "dangerous")]


def test_an_official_diagnostic_is_told_where_it_covers_and_where_it_is_linked():
    problem = make_problem(product=a_year(year=2011, model="Discovery"))
    above, below, beside = follower_of(a_make()), follower_of(a_year()), follower_of(a_year(model="Defender"))
    of_problem = follower_of(problem)
    diagnostic = make_diagnostic(products=[a_model(), a_year(year=2011, model="Discovery")])
    make_link(problem=problem, diagnostic=diagnostic)
    tell_followers(about=diagnostic, kind="official", now=NOW)
    for member in (above, below, of_problem):
        assert told_to(member) == [("official", "")]
    assert told_to(beside) == []


def test_the_same_state_is_told_once():
    problem = make_problem()
    member = follower_of(problem)
    for state in ("1", "1", "2"):
        tell_followers(about=problem, kind="answer", state=state, now=NOW)
    assert told_to(member) == [("answer", "1"), ("answer", "2")]


# ------------------------------------------------------------ who is not told


def test_nobody_is_told_of_an_own_act():
    problem = make_problem()
    author, other = make_regular(), follower_of(problem)
    follow(thing=problem, actor=author, now=NOW)
    make_fix(problem=problem, author=author)
    assert told_to(author) == []
    assert told_to(other) == [("new_fix", "")]


def test_members_who_left_are_not_told():
    problem = make_problem()
    member = follower_of(problem)
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    make_fix(problem=problem)
    assert not Notification.objects.exists()


def test_what_the_public_cannot_see_tells_nobody():
    fix = make_fix()
    follower_of(fix.problem)
    hide(fix.problem)
    tell_followers(about=fix, kind="new_fix", now=NOW)
    assert not Notification.objects.exists()


def test_an_act_costs_two_queries_where_nobody_follows_and_no_webhook_listens(django_assert_num_queries):
    problem = Problem.objects.select_related("product").get(pk=make_problem().pk)
    with django_assert_num_queries(4):  # the savepoint, the two questions, its release
        tell_followers(about=problem, kind="new_problem", now=NOW)


def test_telling_two_thousand_takes_few_statements(django_assert_max_num_queries):
    problem = Problem.objects.select_related("product").get(pk=make_problem().pk)
    first = make_user()
    users = type(first).objects.bulk_create(
        [type(first)(username=f"crowd{n}", email=f"crowd{n}@example.org") for n in range(2000)]
    )
    Follow.objects.bulk_create([Follow(member=user, problem=problem, created_at=NOW) for user in users])
    with django_assert_max_num_queries(30):
        tell_followers(about=problem, kind="answer", now=NOW)
    assert Notification.objects.count() == 2000
