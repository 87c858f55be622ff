"""A manufacturer answers a problem once and replies to an outcome once; its staff revises both."""

import pytest

from tests.builders.accounts import NOW, make_moderator, make_organisation, make_professional, make_staff
from tests.builders.products import a_make
from tests.builders.wiki import make_outcome, make_problem, make_regular
from tests.html import read
from wiki.actions.comments import delete_comment, edit_comment
from wiki.actions.official_answers import answer_problem, reply_to_outcome
from wiki.errors import AlreadyAnswered, EditConflict, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


def staff_of(maker):
    return make_staff(product=a_make(), organisation=maker)


def test_one_answer_a_manufacturer_carries_its_name_and_any_colleague_revises_it(maker, client):
    problem, first, second = make_problem(), staff_of(maker), staff_of(maker)
    answer = answer_problem(problem=problem, body="We look into it.", actor=first, now=NOW)

    with pytest.raises(AlreadyAnswered) as again:
        answer_problem(problem=problem, body="Again", actor=second, now=NOW)
    assert again.value.answer == answer
    revised = edit_comment(comment=answer, body="Revised procedure.", base_version=1, actor=second, now=NOW)
    with pytest.raises(EditConflict):
        edit_comment(comment=answer, body="Late", base_version=1, actor=first, now=NOW)

    assert [row.author for row in revised.revisions.order_by("number")] == [first, second]
    page = read(client.get(problem.get_absolute_url()))
    assert "Land Rover" in page.one("official-answers").text
    assert "Revised procedure." in page.one("official-answers").text
    assert page.one("official-answers").one("comment")


def test_one_reply_an_outcome_stands_below_it(maker, client):
    outcome, staff = make_outcome(note="It came back on Monday."), staff_of(maker)
    reply = reply_to_outcome(outcome=outcome, body="Please send us the part.", actor=staff, now=NOW)

    with pytest.raises(AlreadyAnswered):
        reply_to_outcome(outcome=outcome, body="Again", actor=staff, now=NOW)

    assert "Please send us the part." in read(client.get(outcome.remedy.get_absolute_url())).one("outcome-reply").text
    shown = read(client.get(f"{outcome.remedy.get_absolute_url()}outcomes/")).one("outcome-reply")
    assert "Land Rover" in shown.text
    assert reply.get_absolute_url().endswith(f"#comment-{reply.pk}")


def test_nobody_else_speaks_for_the_manufacturer(maker):
    problem, outcome = make_problem(), make_outcome()
    rival = make_staff(product=a_make(name="Jeep"))

    for person in (make_regular(), make_professional(product=a_make()), rival, make_moderator()):
        with pytest.raises(NotAllowed):
            answer_problem(problem=problem, body="x", actor=person, now=NOW)
        with pytest.raises(NotAllowed):
            reply_to_outcome(outcome=outcome, body="x", actor=person, now=NOW)


def test_what_was_said_in_public_is_revised_not_deleted_and_not_by_who_left(maker):
    staff = staff_of(maker)
    answer = answer_problem(problem=make_problem(), body="We look into it.", actor=staff, now=NOW)

    with pytest.raises(NotAllowed):
        delete_comment(comment=answer, actor=staff, now=NOW)
    staff.memberships.update(until=NOW)
    former = type(staff).objects.get(pk=staff.pk)
    with pytest.raises(NotAllowed):
        edit_comment(comment=answer, body="Nonsense", base_version=1, actor=former, now=NOW)


def test_the_form_leads_who_answered_before_to_the_revision(maker, client):
    problem, staff = make_problem(), staff_of(maker)
    client.force_login(staff)
    address = f"/problem/{problem.pk}/answer/"

    assert "Land Rover" in read(client.get(address)).one("answer-form").element.getroottree().getroot().text_content()
    posted = client.post(address, {"body": "We look into it."})
    assert posted.status_code == 302
    assert client.get(address).headers["Location"].endswith("/edit/")
