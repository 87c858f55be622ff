"""Writing, editing and deleting comments."""

import datetime

import pytest

from accounts.errors import LimitReached, PrivilegeMissing
from tests.builders.accounts import NOW, make_newcomer, make_professional, make_staff, make_user
from tests.builders.products import a_make
from tests.builders.wiki import make_comment, make_fix, make_problem, make_regular
from wiki.actions.comments import delete_comment, edit_comment, write_comment
from wiki.actions.problems import delete_problem
from wiki.errors import EditConflict, HasOthersWork, NotAllowed, PostGone

pytestmark = pytest.mark.django_db


def test_a_comment_of_an_organisations_staff_carries_its_badge():
    problem = make_problem()
    staff, professional = make_staff(product=a_make()), make_professional(product=a_make())

    theirs = write_comment(on=problem, body="We passed it on.", actor=staff, now=NOW)
    workshops = write_comment(on=problem, body="Seen here too.", actor=professional, now=NOW)
    members = write_comment(on=problem, body="Same here.", actor=make_regular(), now=NOW)

    assert theirs.organisation == staff.memberships.get().organisation
    assert workshops.organisation == professional.memberships.get().organisation
    assert members.organisation is None


def test_a_new_member_waits_between_replies_and_has_ten_on_day_one():
    newcomer = make_newcomer()
    problem = make_problem()
    for number in range(10):
        write_comment(on=problem, body=f"{number}", actor=newcomer, now=NOW + datetime.timedelta(minutes=number))

    with pytest.raises(LimitReached):
        write_comment(on=problem, body="At once", actor=newcomer, now=NOW + datetime.timedelta(minutes=9, seconds=5))
    with pytest.raises(LimitReached):
        write_comment(on=problem, body="Eleventh", actor=newcomer, now=NOW + datetime.timedelta(minutes=20))
    assert write_comment(on=problem, body="Next day", actor=newcomer, now=NOW + datetime.timedelta(days=1))


def test_a_reply_belongs_to_the_same_post_and_a_comment_needs_one_that_stands():
    author = make_regular()
    problem = make_problem(author=author)
    comment = make_comment(on=problem, author=author)
    with pytest.raises(NotAllowed):
        write_comment(on=make_fix(), parent=comment, body="Elsewhere", actor=make_regular(), now=NOW)
    with pytest.raises(PrivilegeMissing):
        write_comment(on=problem, body="x", actor=make_user(reputation=0), now=NOW)
    delete_problem(problem=problem, actor=author, now=NOW)
    with pytest.raises(PostGone):
        write_comment(on=problem, body="Too late", actor=make_regular(), now=NOW)


def test_edits_keep_the_old_words_and_conflicts_are_refused():
    author = make_regular()
    comment = make_comment(author=author, body="First")

    edit_comment(comment=comment, body="Second", base_version=1, actor=author, now=NOW)

    assert [each.content["body"] for each in comment.revisions.all()] == ["Second", "First"]
    with pytest.raises(EditConflict):
        edit_comment(comment=comment, body="Third", base_version=1, actor=author, now=NOW)
    with pytest.raises(NotAllowed):
        edit_comment(comment=comment, body="Third", base_version=2, actor=make_regular(), now=NOW)


def test_manufacturers_staff_neither_edit_nor_delete_an_owners_comment():
    comment = make_comment()
    staff = make_staff(product=a_make(), reputation=5000)

    with pytest.raises(NotAllowed):
        edit_comment(comment=comment, body="Nothing to see", base_version=1, actor=staff, now=NOW)
    with pytest.raises(NotAllowed):
        delete_comment(comment=comment, actor=staff, now=NOW)


def test_a_comment_with_replies_stays():
    author = make_regular()
    comment = make_comment(author=author)
    write_comment(on=comment.problem, parent=comment, body="Indeed", actor=make_regular(), now=NOW)

    with pytest.raises(HasOthersWork):
        delete_comment(comment=comment, actor=author, now=NOW)
    alone = make_comment(author=author)
    assert delete_comment(comment=alone, actor=author, now=NOW).state == "deleted"
