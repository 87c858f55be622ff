"""Asking, editing, restoring and deleting problems."""

import datetime

import pytest

from accounts.errors import LimitReached
from products.models import Change
from tests.builders.accounts import NOW, make_moderator, make_newcomer, make_staff
from tests.builders.products import a_make
from tests.builders.wiki import make_comment, make_experienced, make_problem, make_regular, problem_draft
from wiki.actions.problems import ask_problem, delete_problem, edit_problem, restore_problem_revision
from wiki.errors import EditConflict, HasOthersWork, NotAllowed, NothingChanged, PostGone, TextTooLong
from wiki.models import Problem

pytestmark = pytest.mark.django_db


def test_a_member_asks_a_problem_and_its_first_revision_is_kept():
    problem = ask_problem(draft=problem_draft(), actor=make_regular(), now=NOW)

    assert problem.symptom_html == "<p>The <strong>brake lights</strong> stay on after the pedal is released.</p>"
    assert problem.code_bases == " P0571 "
    assert [(each.number, each.content["title"]) for each in problem.revisions.all()] == [(1, problem.title)]
    assert Change.objects.filter(kind="problem", object_id=problem.pk).count() == 1


def test_a_problem_with_hostile_markup_stores_none_of_it():
    problem = make_problem(symptom="Hello <script>alert(1)</script> <img src=x onerror=alert(1)>")

    assert "<script" not in problem.symptom_html
    assert "<img" not in problem.symptom_html


def test_a_new_member_waits_between_two_problems():
    newcomer = make_newcomer()
    ask_problem(draft=problem_draft(title="First"), actor=newcomer, now=NOW)

    with pytest.raises(LimitReached):
        ask_problem(draft=problem_draft(title="Second"), actor=newcomer, now=NOW + datetime.timedelta(seconds=119))
    assert ask_problem(draft=problem_draft(title="Second"), actor=newcomer, now=NOW + datetime.timedelta(seconds=121))


def test_a_new_member_cannot_add_links_by_an_edit():
    newcomer = make_newcomer()
    problem = ask_problem(draft=problem_draft(symptom="A symptom"), actor=newcomer, now=NOW)
    spam = problem_draft(symptom="http://a.example http://b.example http://c.example")

    with pytest.raises(LimitReached):
        edit_problem(problem=problem, draft=spam, base_version=1, actor=newcomer, now=NOW)


def test_a_text_beyond_the_limit_is_refused():
    with pytest.raises(TextTooLong):
        ask_problem(draft=problem_draft(symptom="a" * 50_001), actor=make_regular(), now=NOW)


def test_an_author_edits_their_problem_and_the_old_words_stay_in_its_history():
    author = make_regular()
    problem = make_problem(author=author, title="Old title")

    edited = edit_problem(
        problem=problem,
        draft=problem_draft(title="New title"),
        base_version=1,
        actor=author,
        now=NOW,
        summary="Clearer",
    )

    assert (edited.title, edited.version) == ("New title", 2)
    assert [each.content["title"] for each in edited.revisions.all()] == ["New title", "Old title"]
    assert edited.revisions.first().summary == "Clearer"


def test_another_member_cannot_edit_it_but_an_experienced_one_can():
    problem = make_problem()

    with pytest.raises(NotAllowed):
        edit_problem(problem=problem, draft=problem_draft(title="X"), base_version=1, actor=make_regular(), now=NOW)
    assert (
        edit_problem(
            problem=problem, draft=problem_draft(title="X"), base_version=1, actor=make_experienced(), now=NOW
        ).title
        == "X"
    )


def test_an_edit_begun_on_an_older_version_is_a_conflict_that_carries_both_texts():
    author = make_regular()
    problem = make_problem(author=author)
    edit_problem(problem=problem, draft=problem_draft(title="Theirs"), base_version=1, actor=author, now=NOW)

    with pytest.raises(EditConflict) as caught:
        edit_problem(problem=problem, draft=problem_draft(title="Mine"), base_version=1, actor=author, now=NOW)

    assert caught.value.theirs["title"] == "Theirs"
    assert caught.value.mine["title"] == "Mine"
    assert caught.value.version == 2
    assert Problem.objects.get(pk=problem.pk).title == "Theirs"


def test_an_edit_that_changes_nothing_makes_no_revision():
    author = make_regular()
    problem = make_problem(author=author)

    with pytest.raises(NothingChanged):
        edit_problem(problem=problem, draft=problem_draft(), base_version=1, actor=author, now=NOW)
    assert problem.revisions.count() == 1


def test_restoring_an_old_revision_adds_a_new_one():
    author = make_regular()
    problem = make_problem(author=author, title="Old title")
    edit_problem(problem=problem, draft=problem_draft(title="New title"), base_version=1, actor=author, now=NOW)

    restored = restore_problem_revision(problem=problem, number=1, base_version=2, actor=author, now=NOW)

    assert (restored.title, restored.version) == ("Old title", 3)
    assert restored.revisions.count() == 3


def test_an_author_deletes_a_problem_nobody_built_on():
    author = make_regular()
    problem = make_problem(author=author)
    make_comment(on=problem, author=author)

    delete_problem(problem=problem, actor=author, now=NOW)

    assert not Problem.objects.visible_to(author).filter(pk=problem.pk).exists()


def test_a_problem_with_others_words_is_deleted_by_a_moderator_only():
    author = make_regular()
    problem = make_problem(author=author)
    make_comment(on=problem)

    with pytest.raises(HasOthersWork):
        delete_problem(problem=problem, actor=author, now=NOW)
    delete_problem(problem=problem, actor=make_moderator(), now=NOW)
    with pytest.raises(PostGone):
        edit_problem(problem=problem, draft=problem_draft(title="X"), base_version=1, actor=author, now=NOW)


@pytest.mark.parametrize("act", ["edit", "restore", "delete"])
def test_manufacturers_staff_never_touch_what_owners_wrote_about_their_products(act):
    """Neither reputation nor a moderator's role opens it to them."""
    author = make_regular()
    problem = make_problem(author=author)
    edit_problem(problem=problem, draft=problem_draft(title="New title"), base_version=1, actor=author, now=NOW)
    staff = make_staff(product=a_make(), reputation=5000)
    staff_too = make_moderator()
    make_staff_member_of_the_same_maker(staff, staff_too)

    for person in (staff, staff_too):
        with pytest.raises(NotAllowed):
            if act == "edit":
                edit_problem(problem=problem, draft=problem_draft(title="X"), base_version=2, actor=person, now=NOW)
            elif act == "restore":
                restore_problem_revision(problem=problem, number=1, base_version=2, actor=person, now=NOW)
            else:
                delete_problem(problem=problem, actor=person, now=NOW)
    assert Problem.objects.get(pk=problem.pk).title == "New title"


def make_staff_member_of_the_same_maker(staff, other):
    """Give the other person the staff's membership too."""
    membership = staff.memberships.get()
    membership.pk = None
    membership.member = other
    membership.save()
