"""Filing unassigned sightings, and taking that back."""

import datetime

import pytest

from accounts.errors import LimitReached, PrivilegeMissing
from products.models import Change
from tests.builders.accounts import NOW, make_moderator, make_newcomer, make_user
from tests.builders.products import a_category, a_year, make_product
from tests.builders.wiki import make_problem, make_regular, problem_draft
from wiki.actions.filings import MOST_AT_ONCE, ask_problem_from, file_sightings, undo_filing
from wiki.actions.problems import delete_problem
from wiki.actions.sightings import report_sighting, report_unassigned
from wiki.errors import FilingUndone, NotAllowed, NothingToFile, PostGone, TooManyAtOnce
from wiki.models import Filing, Problem, Sighting

pytestmark = pytest.mark.django_db


def complaints(count=3, **fields):
    """Ids of imported complaints without a problem."""
    fields = {"product": a_year(), "text": "Brake lights stay on"} | fields
    return [
        Sighting.objects.create(seen_on=datetime.date(2026, 1, 2), created_at=NOW, **fields).pk for _ in range(count)
    ]


def count(problem):
    """The stored count, which is the true one."""
    stored = Problem.objects.get(pk=problem.pk).sighting_count
    assert stored == Sighting.objects.filter(problem=problem).count()
    return stored


def test_filing_puts_sightings_under_the_problem_and_undoing_lets_them_go():
    problem, member, many = make_problem(), make_regular(), complaints(3)

    filing = file_sightings(sightings=many, problem=problem, actor=member, now=NOW)
    assert (filing.number, count(problem)) == (3, 3)
    assert Change.objects.filter(kind=Change.Kind.PROBLEM, object_id=problem.pk).count() == 2

    with pytest.raises(NotAllowed):
        undo_filing(filing=filing, actor=make_regular(), now=NOW)
    assert count(problem) == 3
    undo_filing(filing=filing, actor=member, now=NOW)
    assert count(problem) == 0
    assert Sighting.objects.filter(problem=None).count() == 3
    kept = Filing.objects.get()
    assert (kept.number, kept.undone_by, kept.sightings.count()) == (3, member, 0)
    with pytest.raises(FilingUndone):
        undo_filing(filing=filing, actor=member, now=NOW)


def test_a_moderator_takes_back_what_another_filed():
    problem = make_problem()
    filing = file_sightings(sightings=complaints(2), problem=problem, actor=make_regular(), now=NOW)

    undo_filing(filing=filing, actor=make_moderator(), now=NOW)

    assert count(problem) == 0


def test_what_somebody_filed_meanwhile_stays_where_it_is():
    first, second, many = make_problem(), make_problem(), complaints(3)
    file_sightings(sightings=many[:2], problem=first, actor=make_regular(), now=NOW)

    assert file_sightings(sightings=many, problem=second, actor=make_regular(), now=NOW).number == 1
    with pytest.raises(NothingToFile):
        file_sightings(sightings=many, problem=second, actor=make_regular(), now=NOW)
    assert (count(first), count(second)) == (2, 1)


def test_undoing_leaves_alone_what_was_moved_since():
    first, second, many = make_problem(), make_problem(), complaints(2)
    filing = file_sightings(sightings=many, problem=first, actor=make_regular(), now=NOW)
    Sighting.objects.filter(pk=many[0]).update(problem=second)
    Problem.objects.filter(pk=first.pk).update(sighting_count=1)

    undo_filing(filing=filing, actor=make_moderator(), now=NOW)

    assert count(first) == 0
    assert Sighting.objects.get(pk=many[0]).problem == second


def test_a_member_is_counted_once_per_problem():
    problem, member = make_problem(), make_regular()
    report_sighting(problem=problem, actor=member, now=NOW)
    own = report_unassigned(product=a_year(), actor=member, now=NOW, text="It does it again")

    with pytest.raises(NothingToFile):
        file_sightings(sightings=[own.pk], problem=problem, actor=make_regular(), now=NOW)
    other = report_unassigned(product=a_year(), actor=make_regular(), now=NOW, text="Mine too")
    assert file_sightings(sightings=[own.pk, other.pk], problem=problem, actor=member, now=NOW).number == 1


def test_sightings_make_a_problem_of_their_own():
    many = complaints(10)

    filing = ask_problem_from(
        sightings=many, draft=problem_draft(title="Lights stay on"), actor=make_regular(), now=NOW
    )

    assert filing.made_problem
    assert filing.problem.title == "Lights stay on"
    assert count(filing.problem) == 10


def test_a_problem_of_nothing_is_not_made():
    many = complaints(2)
    file_sightings(sightings=many, problem=make_problem(), actor=make_regular(), now=NOW)
    before = Problem.objects.count()

    with pytest.raises(NothingToFile):
        ask_problem_from(sightings=many, draft=problem_draft(), actor=make_regular(), now=NOW)

    assert Problem.objects.count() == before


def test_what_may_not_be_filed_is_refused():
    problem, member = make_problem(), make_regular()
    dishwasher = make_product(parent=a_category(name="Dishwashers"), kind="make", name="Bosch")
    with pytest.raises(NotAllowed):
        file_sightings(sightings=complaints(1, product=dishwasher), problem=problem, actor=member, now=NOW)
    with pytest.raises(TooManyAtOnce):
        file_sightings(sightings=range(MOST_AT_ONCE + 1), problem=problem, actor=member, now=NOW)
    with pytest.raises(PrivilegeMissing):
        file_sightings(sightings=complaints(1), problem=problem, actor=make_user(reputation=0), now=NOW)
    gone = make_problem(author=member)
    delete_problem(problem=gone, actor=member, now=NOW)
    with pytest.raises(PostGone):
        file_sightings(sightings=complaints(1), problem=gone, actor=member, now=NOW)


def test_a_newcomer_files_at_the_pace_of_newcomers():
    problem, newcomer = make_problem(), make_newcomer()
    file_sightings(sightings=complaints(1), problem=problem, actor=newcomer, now=NOW)

    with pytest.raises(LimitReached):
        file_sightings(
            sightings=complaints(1), problem=problem, actor=newcomer, now=NOW + datetime.timedelta(seconds=5)
        )
    later = NOW + datetime.timedelta(seconds=60)
    assert file_sightings(sightings=complaints(1), problem=problem, actor=newcomer, now=later)
