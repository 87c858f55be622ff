"""Following emerging issues: who is told of which state, and who of nothing that is not public."""

import datetime

import pytest

from tests.builders.accounts import NOW, make_moderator, make_organisation, make_staff, make_user
from tests.builders.products import a_make, a_model, a_year
from tests.builders.wiki import make_issue
from wiki.actions.emerging_issues import answer_issue, close_issue, note_on_issue, reopen_issue
from wiki.actions.following import follow, tell_followers, tell_of_issues
from wiki.errors import PostGone
from wiki.models import Follow
from wiki.queries.following import followed_by
from wiki.queries.inbox import inbox_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def staff(maker):
    return make_staff(product=a_make(), organisation=maker)


def follower(thing, member=None, issues=""):
    member = member or make_user()
    follow(thing=thing, actor=member, now=NOW, issues=issues)
    return member


def flag(issue) -> None:
    """What the monitor calls whenever an issue has a level."""
    tell_followers(about=issue, kind="issue", state=issue.level, now=NOW)


def states(member) -> list[str]:
    return list(member.notifications.order_by("pk").values_list("state", flat=True))


def test_followers_of_a_product_are_told_from_their_level_on_and_once():
    watching = follower(a_model(), issues="watch")
    alerted = follower(a_model())
    none = follower(a_model(), issues="none")
    elsewhere = follower(a_year(year=2005), issues="watch")
    issue = make_issue(level="watch", is_public=True)
    for level in ("watch", "watch", "alert", "watch", "alert"):
        issue.level = level
        flag(issue)
    assert states(watching) == ["watch", "alert"]
    assert states(alerted) == ["alert"]
    assert states(none) == states(elsewhere) == []


def test_what_is_not_public_is_told_to_the_makers_team_and_moderators_alone(staff):
    rival = make_staff(product=a_make(name="Saab"))
    for member in (staff, rival, moderator := make_moderator(), owner := make_user()):
        follower(a_make(), member, issues="watch")
    issue = make_issue(is_public=False)
    flag(issue)
    assert states(staff) == states(moderator) == ["alert"]
    assert states(rival) == states(owner) == []
    issue.is_public = True
    issue.save()
    flag(issue)
    assert states(staff) == states(owner) == ["alert"]


def test_acts_on_an_issue_are_told_to_who_follows_it_but_not_to_the_actor_and_notes_to_nobody(staff):
    issue = make_issue(is_public=True)
    owner = follower(issue)
    follower(issue, staff)
    note_on_issue(issue=issue, note="Supplier asked.", actor=staff, now=NOW)
    answer_issue(issue=issue, answer="A part is on its way.", actor=staff, now=NOW)
    answer_issue(issue=issue, answer="It is there.", actor=staff, now=NOW)
    close_issue(issue=issue, reason="Done.", actor=staff, now=NOW)
    reopen_issue(issue=issue, reason="It is back.", actor=staff, now=NOW)
    assert states(owner) == ["answered", "closed", "reopened"]
    assert states(staff) == []


def test_an_issue_that_is_not_public_can_not_be_followed_by_everybody(staff):
    issue = make_issue(is_public=False)
    with pytest.raises(PostGone):
        follow(thing=issue, actor=make_user(), now=NOW)
    follow(thing=issue, actor=staff, now=NOW)
    assert followed_by(staff) == [Follow.objects.get()]


def test_saying_another_level_changes_it_and_saying_none_does_not():
    member = follower(a_model(), issues="watch")
    follow(thing=a_model(), actor=member, now=NOW)
    assert Follow.objects.get().issues == "watch"
    follow(thing=a_model(), actor=member, now=NOW, issues="none")
    assert Follow.objects.get().issues == "none"


def test_the_inbox_leads_to_the_issue_in_its_console_and_hides_it_when_it_is_no_longer_public(maker):
    issue = make_issue(is_public=True)
    member = follower(issue)
    flag(issue)
    (group,) = inbox_of(member, None).groups
    assert group.url == f"/brand/{maker.slug}/issue/{issue.pk}/"
    assert group.lines[0].text == "Much more is reported than expected: an alert."
    issue.is_public = False
    issue.save()
    assert inbox_of(member, None).groups[0].url == ""
    assert followed_by(member) == []


def test_without_a_verified_manufacturer_it_leads_to_the_product():
    issue = make_issue(is_public=True)
    member = follower(issue)
    flag(issue)
    (group,) = inbox_of(member, None).groups
    assert group.url == f"{issue.product.get_absolute_url()}?component={issue.component.slug}"


def test_the_night_tells_of_the_levels_of_open_issues_once_and_not_of_history(staff):
    watching = follower(a_make(), issues="watch")
    follower(a_make(), staff, issues="watch")
    make_issue(is_public=True)
    make_issue(product=a_year(year=2005), is_public=False, level="watch")
    make_issue(product=a_year(year=2006), is_public=True, state="closed")
    old = {"first_flagged_on": datetime.date(2014, 2, 3), "last_flagged_on": datetime.date(2014, 2, 3)}
    make_issue(product=a_year(year=2007), is_public=True, **old)
    for _ in range(2):
        assert tell_of_issues(now=NOW) == 2
    assert states(watching) == ["alert"]
    assert sorted(states(staff)) == ["alert", "watch"]
