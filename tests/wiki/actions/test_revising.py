"""Revisions are append-only in the database itself."""

import pytest
from django.db import DatabaseError, transaction

from tests.builders.accounts import NOW
from tests.builders.wiki import make_comment, make_fix, make_problem, make_regular, problem_draft
from wiki.actions.problems import edit_problem
from wiki.models import Revision

pytestmark = pytest.mark.django_db


def refuses(act):
    """Whether the database refuses the act, which is then undone."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        assert "append-only" in str(error)
        return True
    return False


def test_a_revision_can_be_neither_changed_nor_deleted():
    author = make_regular()
    problem = make_problem(author=author, title="What it said")
    edit_problem(problem=problem, draft=problem_draft(title="What it says"), base_version=1, actor=author, now=NOW)
    first = problem.revisions.get(number=1)
    first.content["title"] = "What it never said"

    assert refuses(first.save)
    assert refuses(first.delete)
    assert refuses(lambda: problem.revisions.update(summary="forged"))
    assert refuses(lambda: Revision.objects.all().delete())
    assert [each.content["title"] for each in problem.revisions.all()] == ["What it says", "What it said"]


def test_two_revisions_of_one_number_are_refused():
    problem = make_problem()
    twin = Revision(problem=problem, number=1, content={}, created_at=NOW)

    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save()


def test_every_kind_of_post_begins_with_revision_one():
    for post in (make_problem(), make_fix(), make_comment()):
        assert [each.number for each in post.revisions.all()] == [1]
