"""Acts on tests of a problem: add, edit, restore, delete, stand behind one; and the readings of a report."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from accounts.queries.standing import is_staff_of_manufacturer, spoken_for
from products.models import Change
from wiki.actions.drafts import ReadingDraft, TestDraft, content_of_test, draft_of_test
from wiki.actions.limits import check_edit, check_posting, check_text
from wiki.actions.locking import lock, lock_present
from wiki.actions.revising import check_version, record_revision, revision_of
from wiki.errors import IncompleteTest, NotAllowed, PostGone, ReadingInUse
from wiki.models import DiagnosticTest, Outcome, Pointer, Problem, Reading, ReportedReading
from wiki.permissions import is_moderator, may_check_tests, refusal_to_delete, refusal_to_edit, require
from wiki.queries.diagnosis import diagnostic_tests_about, remedies_of_problem
from wiki.richtext import render

LEAST_READINGS = 2


@transaction.atomic
def add_test(
    *, problem: Problem, draft: TestDraft, actor: User, now: datetime.datetime, is_demonstration: bool = False
) -> DiagnosticTest:
    """Publish a test of a problem. It is shown before the plan once somebody trusted stands behind it.

    Raises `IncompleteTest` without two different readings, and the refusals of posting.
    """
    problem = lock_present(problem)
    if is_staff_of_manufacturer(actor, problem.product):
        raise NotAllowed("You work for the manufacturer of this product: publish an official diagnostic instead.")
    _check(draft)
    check_posting(actor=actor, kind="test", now=now, text=_all_text(draft), product=problem.product)
    test = DiagnosticTest(
        problem=problem,
        author=actor,
        organisation_id=spoken_for(actor, problem.product),
        created_at=now,
        is_demonstration=is_demonstration,
    )
    _put(test, draft, actor, now)
    record_revision(post=test, content=content_of_test(test), actor=actor, now=now)
    _announce(test)
    return test


@transaction.atomic
def edit_test(
    *,
    test: DiagnosticTest,
    draft: TestDraft,
    base_version: int,
    actor: User,
    now: datetime.datetime,
    summary: str = "",
) -> DiagnosticTest:
    """Change a test, keeping what it said; who edits it last stands behind it or does not.

    Raises `EditConflict` if it was begun on an older version, `ReadingInUse` for a reading taken away that people
    have reported.
    """
    locked = lock(test)
    require(refusal_to_edit(actor, locked))
    _check(draft)
    check_edit(actor=actor, now=now, text=_all_text(draft))
    check_version(post=locked, base_version=base_version, mine=draft.content(), theirs=content_of_test(locked))
    locked.version += 1
    _put(locked, draft, actor, now)
    record_revision(post=locked, content=content_of_test(locked), actor=actor, now=now, summary=summary)
    _announce(locked)
    return locked


@transaction.atomic
def restore_test_revision(
    *, test: DiagnosticTest, number: int, base_version: int, actor: User, now: datetime.datetime
) -> DiagnosticTest:
    """Make a test say again what its revision says, as a new revision; readings gone since are made anew."""
    return edit_test(
        test=test,
        draft=draft_of_test(revision_of(test, number).content),
        base_version=base_version,
        actor=actor,
        now=now,
        summary=f"Restored revision {number}",
    )


@transaction.atomic
def delete_test(*, test: DiagnosticTest, actor: User, now: datetime.datetime) -> DiagnosticTest:
    """Take a test away; its rows stay. Raises `HasOthersWork` where others reported its readings."""
    locked = lock(test)
    require(refusal_to_delete(actor, locked))
    locked.state = DiagnosticTest.State.DELETED
    locked.updated_at = now
    locked.save(update_fields=["state", "updated_at"])
    _announce(locked)
    return locked


@transaction.atomic
def stand_behind_test(*, test: DiagnosticTest, actor: User, now: datetime.datetime) -> DiagnosticTest:
    """Say, as a professional or an experienced member, that a test is right as it stands."""
    locked = lock(test)
    if locked.state != DiagnosticTest.State.PUBLISHED and not (
        locked.state == DiagnosticTest.State.HIDDEN and is_moderator(actor, locked.problem.product)
    ):
        raise PostGone
    if not may_check_tests(actor, locked.problem.product):
        raise NotAllowed("Professionals of this product and experienced members stand behind a test.")
    locked.is_checked, locked.checked_by = True, actor
    locked.updated_at = now
    locked.save(update_fields=["is_checked", "checked_by", "updated_at"])
    return locked


def report_readings(*, outcome: Outcome, readings: Iterable[Reading]) -> None:
    """Keep what tests said where an outcome is reported: the last of several readings of one test.

    Readings of tests that do not belong to the remedy's problem are left out.
    """
    chosen = {reading.test_id: reading for reading in readings}
    fitting = (
        set(diagnostic_tests_about(outcome.remedy).filter(pk__in=chosen).values_list("pk", flat=True))
        if chosen
        else set()
    )
    wanted = {reading.pk for test, reading in chosen.items() if test in fitting}
    there = set(outcome.reported_readings.values_list("reading_id", flat=True))
    if there - wanted:
        outcome.reported_readings.exclude(reading__in=wanted).delete()
    ReportedReading.objects.bulk_create(
        ReportedReading(outcome=outcome, reading_id=key) for key in sorted(wanted - there)
    )


def _check(draft: TestDraft) -> None:
    check_text(draft.how)
    labels = [reading.label.strip().casefold() for reading in draft.readings if reading.label.strip()]
    if len(labels) < LEAST_READINGS:
        raise IncompleteTest("A test has two readings at least: what one sees if it is the cause, and if it isn't.")
    if len(set(labels)) < len(labels):
        raise IncompleteTest("Two of the readings say the same.")


def _put(test: DiagnosticTest, draft: TestDraft, actor: User, now: datetime.datetime) -> None:
    content = draft.content()
    test.title = content["title"]
    test.how = content["how"]
    test.how_html = render(content["how"])
    test.tools = content["tools"]
    test.money = draft.money
    test.currency = content["currency"]
    test.hours = draft.hours
    test.safety_class = content["safety_class"]
    test.is_checked = may_check_tests(actor, test.problem.product)
    test.checked_by = actor if test.is_checked else None
    test.updated_at = now
    test.save()
    _put_readings(test, [reading for reading in draft.readings if reading.label.strip()])


def _put_readings(test: DiagnosticTest, drafts: list[ReadingDraft]) -> None:
    """Readings keep their rows, and with them what people reported; pointers are written anew."""
    known = {reading.pk: reading for reading in test.readings.all()}
    possible = set(remedies_of_problem(test.problem).values_list("pk", flat=True))
    for place, draft in enumerate(drafts):
        reading = known.pop(draft.pk, None) if draft.pk is not None else None
        reading = reading or Reading(test=test)
        reading.place, reading.label = place, draft.label.strip()
        reading.save()
        reading.pointers.all().delete()
        Pointer.objects.bulk_create(
            Pointer(reading=reading, remedy_id=key, strength=strength)
            for key, strength in sorted(draft.points.items())
            if strength and key in possible
        )
    for reading in known.values():
        if reading.reports.exists():
            raise ReadingInUse(f"{ReadingInUse.sentence}“{reading.label}”.")
        reading.delete()


def _all_text(draft: TestDraft) -> str:
    return "\n\n".join([draft.title, draft.how, draft.tools, *(reading.label for reading in draft.readings)])


def _announce(test: DiagnosticTest) -> None:
    Change.objects.create(kind=Change.Kind.PROBLEM, object_id=test.problem_id)
