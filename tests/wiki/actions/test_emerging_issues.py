"""What a manufacturer's team and moderators do with an emerging issue, and who is refused."""

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import ReasonMissing
from tests.builders.accounts import NOW, make_moderator, make_organisation, make_staff
from tests.builders.products import a_make, a_year, make_diagnostic
from tests.builders.wiki import make_issue, make_regular
from wiki.actions.emerging_issues import (
    answer_issue,
    assign_issue,
    attach_diagnostic,
    close_issue,
    note_on_issue,
    reopen_issue,
    review_issue,
)
from wiki.errors import AlreadyAttached, IssueOpenAlready, NotAllowed, NothingChanged, WrongIssueState
from wiki.models import EmergingIssue, IssueEvent
from wiki.queries.emerging import issue_page, issues_for, may_see, public_issues

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    return make_organisation(kind="manufacturer", scope=[a_make()])


@pytest.fixture
def staff(maker):
    return make_staff(product=a_make(), organisation=maker)


def test_the_makers_team_takes_an_issue_from_new_to_closed_and_every_act_is_kept(maker, staff):
    issue = make_issue()
    colleague = make_staff(product=a_make(), organisation=maker)
    assert review_issue(issue=issue, actor=staff, now=NOW).state == "under_review"
    assert assign_issue(issue=issue, member=colleague, actor=staff, now=NOW).assigned_to == colleague
    note_on_issue(issue=issue, note="Supplier asked.", actor=colleague, now=NOW)
    assert answer_issue(issue=issue, answer="A part is on its way.", actor=staff, now=NOW).state == "answered"
    closed = close_issue(issue=issue, reason="Bulletin published.", actor=staff, now=NOW)
    assert (closed.state, closed.closed_at) == ("closed", NOW)
    assert list(issue.events.values_list("kind", "member", "before", "after")) == [
        ("reviewed", staff.pk, "new", "under_review"),
        ("assigned", staff.pk, "", str(colleague)),
        ("noted", colleague.pk, "", ""),
        ("answered", staff.pk, "under_review", "answered"),
        ("closed", staff.pk, "answered", "closed"),
    ]


def test_giving_a_new_issue_to_somebody_begins_the_review_and_taking_it_back_leaves_it_open(staff):
    issue = make_issue()
    assert assign_issue(issue=issue, member=staff, actor=staff, now=NOW).state == "under_review"
    with pytest.raises(NothingChanged):
        assign_issue(issue=issue, member=staff, actor=staff, now=NOW)
    assert assign_issue(issue=issue, member=None, actor=staff, now=NOW).assigned_to is None


def test_only_who_may_handle_an_issue_can_be_given_it(staff):
    issue = make_issue()
    with pytest.raises(NotAllowed):
        assign_issue(issue=issue, member=make_regular(), actor=staff, now=NOW)
    moderator = make_moderator()
    assert assign_issue(issue=issue, member=moderator, actor=staff, now=NOW).assigned_to == moderator


def test_rivals_and_ordinary_members_are_refused_every_act_and_moderators_are_not():
    issue = make_issue()
    rival = make_staff(product=a_make(name="Rover"))
    for person in (rival, make_regular()):
        with pytest.raises(NotAllowed):
            review_issue(issue=issue, actor=person, now=NOW)
        with pytest.raises(NotAllowed):
            close_issue(issue=issue, reason="Nothing.", actor=person, now=NOW)
    assert review_issue(issue=issue, actor=make_moderator(), now=NOW).state == "under_review"


def test_answers_notes_and_closings_need_words(staff):
    issue = make_issue()
    with pytest.raises(ReasonMissing):
        answer_issue(issue=issue, answer=" ", actor=staff, now=NOW)
    with pytest.raises(ReasonMissing):
        note_on_issue(issue=issue, note="", actor=staff, now=NOW)
    with pytest.raises(ReasonMissing):
        close_issue(issue=issue, reason="", actor=staff, now=NOW)
    assert not issue.events.exists()


def test_a_closed_issue_is_answered_only_after_it_was_opened_again(staff):
    issue = make_issue()
    close_issue(issue=issue, reason="Looked at.", actor=staff, now=NOW)
    with pytest.raises(WrongIssueState):
        answer_issue(issue=issue, answer="Late.", actor=staff, now=NOW)
    with pytest.raises(ReasonMissing):
        reopen_issue(issue=issue, reason="", actor=staff, now=NOW)
    assert reopen_issue(issue=issue, reason="It goes on.", actor=staff, now=NOW).state == "under_review"
    assert answer_issue(issue=issue, answer="Late.", actor=staff, now=NOW).state == "answered"


def test_an_old_issue_stays_closed_where_a_newer_one_is_open(staff):
    issue = make_issue(state="closed")
    make_issue(product=issue.product, component=issue.component)
    with pytest.raises(IssueOpenAlready):
        reopen_issue(issue=issue, reason="It goes on.", actor=staff, now=NOW)


def test_an_official_diagnostic_of_the_product_is_attached_once_and_one_of_another_not(staff):
    issue = make_issue()
    own = make_diagnostic(products=[issue.product])
    attach_diagnostic(issue=issue, diagnostic=own, actor=staff, now=NOW)
    with pytest.raises(AlreadyAttached):
        attach_diagnostic(issue=issue, diagnostic=own, actor=staff, now=NOW)
    with pytest.raises(NotAllowed):
        attach_diagnostic(issue=issue, diagnostic=make_diagnostic(products=[a_year(year=2010)]), actor=staff, now=NOW)
    page = issue_page(issue, staff)
    assert [each.diagnostic for each in page.attached] == [own]
    assert [event.kind for event in page.events] == ["attached"]


def test_notes_are_read_by_the_team_and_moderators_only(staff):
    issue = make_issue(is_public=True)
    note_on_issue(issue=issue, note="Supplier asked.", actor=staff, now=NOW)
    answer_issue(issue=issue, answer="A part is on its way.", actor=staff, now=NOW)
    assert [event.kind for event in issue_page(issue, staff).events] == ["noted", "answered"]
    assert [event.kind for event in issue_page(issue, make_moderator()).events] == ["noted", "answered"]
    public = issue_page(issue, make_regular())
    assert [event.note for event in public.events] == ["A part is on its way."]
    assert public.answers == public.events


def test_an_issue_is_public_when_it_bounds_false_discoveries_or_was_answered(maker, staff):
    issue, other = make_issue(), make_issue(is_public=True)
    reader = make_regular()
    assert [may_see(reader, each) for each in (issue, other)] == [False, True]
    assert may_see(staff, issue)
    assert list(public_issues(issue.product)) == [other]
    answer_issue(issue=issue, answer="It is known.", actor=staff, now=NOW)
    assert set(public_issues(issue.product)) == {issue, other}
    assert set(issues_for(maker)) == {issue, other}
    assert not issues_for(make_organisation(kind="manufacturer", scope=[a_make(name="Rover")]))


def test_the_database_keeps_what_people_did_and_one_open_issue_for_a_series(staff):
    issue = make_issue()
    review_issue(issue=issue, actor=staff, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        IssueEvent.objects.update(note="nothing happened")
    with pytest.raises(DatabaseError), transaction.atomic():
        IssueEvent.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        make_issue(product=issue.product, component=issue.component)
    assert EmergingIssue.objects.count() == 1
