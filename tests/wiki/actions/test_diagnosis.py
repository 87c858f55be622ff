"""Tests of a problem: added, edited, restored, deleted, stood behind; and the readings that people report."""

import pytest

from tests.builders.accounts import NOW, make_moderator, make_professional, make_staff
from tests.builders.products import a_make, a_year, make_diagnostic
from tests.builders.wiki import (
    draft_of_a_test,
    make_diagnostic_test,
    make_experienced,
    make_fix,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_remedy,
    outcome_draft,
)
from wiki.actions.diagnosis import add_test, delete_test, edit_test, restore_test_revision, stand_behind_test
from wiki.actions.drafts import ReadingDraft
from wiki.actions.outcomes import edit_outcome
from wiki.errors import EditConflict, HasOthersWork, IncompleteTest, NotAllowed, NothingChanged, PostGone, ReadingInUse
from wiki.models import Pointer, Reading
from wiki.queries.diagnosis import diagnostic_tests_about

pytestmark = pytest.mark.django_db


def readings(test):
    return [
        (reading.label, {p.remedy_id: p.strength for p in reading.pointers.all()}) for reading in test.readings.all()
    ]


def drafts(test, *, without=()):
    """The readings of a test as an edit form sends them."""
    return tuple(
        ReadingDraft(pk=row.pk, label=row.label, points={p.remedy_id: p.strength for p in row.pointers.all()})
        for row in test.readings.all()
        if row.label not in without
    )


def test_a_test_has_readings_that_point_and_its_first_revision():
    problem = make_problem()
    remedy = make_fix(problem=problem).remedy
    test = make_diagnostic_test(problem=problem, points={remedy.pk: 2, 4711: 2})

    assert readings(test) == [("pressed, with the pedal up", {remedy.pk: 2}), ("not pressed", {remedy.pk: -2})]
    assert "<ol>" in test.how_html
    assert test.revisions.get().content["readings"][0]["points"] == {str(remedy.pk): 2}


def test_a_reading_can_point_to_a_linked_official_diagnostic_and_to_no_other_problems_fix():
    problem = make_problem()
    diagnostic = make_diagnostic(products=[a_year()])
    make_link(problem=problem, diagnostic=diagnostic)
    official, stranger = make_remedy(diagnostic=diagnostic), make_fix().remedy
    make_diagnostic_test(problem=problem, points={official.pk: 1, stranger.pk: 2})
    assert {pointer.remedy_id for pointer in Pointer.objects.all()} == {official.pk}


def test_a_test_needs_two_different_readings():
    one = (ReadingDraft(label="lit"), ReadingDraft(label="  "))
    same = (ReadingDraft(label="Lit"), ReadingDraft(label="lit "))
    for wrong in (one, same):
        with pytest.raises(IncompleteTest):
            make_diagnostic_test(readings=wrong)


def test_it_counts_as_checked_only_by_professionals_and_experienced_members():
    assert not make_diagnostic_test(author=make_regular()).is_checked
    assert make_diagnostic_test(author=make_experienced()).is_checked
    assert make_diagnostic_test(author=make_professional(product=a_make())).is_checked
    with pytest.raises(NotAllowed):
        make_diagnostic_test(author=make_staff(product=a_make()))


def test_standing_behind_a_test_and_losing_it_with_an_edit_by_its_author():
    author = make_regular()
    test = make_diagnostic_test(author=author)
    for actor in (author, make_regular(), make_staff(product=a_make(), reputation=5000)):
        with pytest.raises(NotAllowed):
            stand_behind_test(test=test, actor=actor, now=NOW)
    expert = make_professional(product=a_make())
    assert stand_behind_test(test=test, actor=expert, now=NOW).checked_by == expert
    draft = draft_of_a_test(title="Another title", readings=drafts(test))
    edited = edit_test(test=test, draft=draft, base_version=1, actor=author, now=NOW)
    assert not edited.is_checked
    assert edited.checked_by is None


def test_an_edit_keeps_the_rows_of_the_readings_and_what_it_said_before():
    test = make_diagnostic_test()
    before = [row.pk for row in test.readings.all()]
    first, second = drafts(test)
    draft = draft_of_a_test(
        readings=(ReadingDraft(pk=first.pk, label="pressed"), second, ReadingDraft(label="no reading"))
    )
    edited = edit_test(test=test, draft=draft, base_version=1, actor=test.author, now=NOW)

    assert [row.pk for row in edited.readings.all()][:2] == before
    assert [label for label, _ in readings(edited)] == ["pressed", "not pressed", "no reading"]
    with pytest.raises(EditConflict):
        edit_test(test=test, draft=draft_of_a_test(title="Late"), base_version=1, actor=test.author, now=NOW)
    with pytest.raises(NothingChanged):
        edit_test(test=test, draft=draft_of_a_test(readings=drafts(edited)), base_version=2, actor=test.author, now=NOW)

    restored = restore_test_revision(test=test, number=1, base_version=2, actor=test.author, now=NOW)
    assert [label for label, _ in readings(restored)] == ["pressed, with the pedal up", "not pressed"]
    assert restored.revisions.count() == 3


def test_only_its_author_and_experienced_members_edit_a_test_and_moderators_delete_it():
    test = make_diagnostic_test(author=make_regular())
    with pytest.raises(NotAllowed):
        edit_test(test=test, draft=draft_of_a_test(title="x"), base_version=1, actor=make_regular(), now=NOW)
    with pytest.raises(NotAllowed):
        delete_test(test=test, actor=make_experienced(), now=NOW)
    delete_test(test=test, actor=make_moderator(), now=NOW)
    with pytest.raises(PostGone):
        stand_behind_test(test=test, actor=make_experienced(), now=NOW)


# ------------------------------------------------------------ readings with outcomes


def test_a_report_keeps_the_last_reading_of_each_test_of_its_own_problem():
    problem = make_problem()
    fix = make_fix(problem=problem)
    test, elsewhere = make_diagnostic_test(problem=problem), make_diagnostic_test()
    pressed, free = test.readings.all()
    outcome = make_outcome(fix=fix, readings=(free, pressed, elsewhere.readings.first()))
    assert [row.reading for row in outcome.reported_readings.all()] == [pressed]
    assert outcome.revisions.get().content["readings_taken"] == [pressed.pk]
    assert list(diagnostic_tests_about(fix.remedy)) == [test]


def test_a_report_can_change_its_reading_and_the_history_shows_it():
    problem = make_problem()
    fix = make_fix(problem=problem)
    test = make_diagnostic_test(problem=problem)
    pressed, free = test.readings.all()
    outcome = make_outcome(fix=fix, readings=(pressed,))
    draft = outcome_draft(product=outcome.product, happened_on=outcome.happened_on, readings=(free,))
    edit_outcome(outcome=outcome, draft=draft, base_version=1, actor=outcome.member, now=NOW)
    assert [row.reading for row in outcome.reported_readings.all()] == [free]
    assert [row.content["readings_taken"] for row in outcome.revisions.all()] == [[free.pk], [pressed.pk]]


def test_a_reported_reading_stays_and_a_test_that_others_reported_on_is_not_its_authors_to_delete():
    problem = make_problem()
    author = make_regular()
    test = make_diagnostic_test(problem=problem, author=author)
    extra = draft_of_a_test(readings=(*drafts(test), ReadingDraft(label="no reading")))
    test = edit_test(test=test, draft=extra, base_version=1, actor=author, now=NOW)
    make_outcome(fix=make_fix(problem=problem), readings=(Reading.objects.get(label="pressed, with the pedal up"),))

    without = draft_of_a_test(readings=drafts(test, without=("pressed, with the pedal up",)))
    with pytest.raises(ReadingInUse):
        edit_test(test=test, draft=without, base_version=2, actor=author, now=NOW)
    with pytest.raises(HasOthersWork):
        delete_test(test=test, actor=author, now=NOW)


def test_a_problem_that_is_gone_takes_no_test():
    problem = make_problem()
    type(problem).objects.filter(pk=problem.pk).update(state="deleted")
    with pytest.raises(PostGone):
        add_test(problem=problem, draft=draft_of_a_test(), actor=make_regular(), now=NOW)
