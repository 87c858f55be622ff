"""The calibration ledger: record what a night found. Rows are only ever added; the score follows in the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.models import CalibrationEvent, User
from accounts.queries.calibration import standing_points, wrong_calibrations
from accounts.rules.calibration import Due, corrections


@transaction.atomic
def record_calibration(*, due: Mapping[int, Mapping[str, Due]], tolerance: int, now: datetime) -> set[int]:
    """Make the ledgers of some members say what was found of their claims; the members whose score changed.

    `due` is by member and claim; a claim of theirs that is missing counts no more. Nothing is written where the ledger
    says so already, so that a second run changes nothing.
    """
    # The row locks make the sums exact when a vote is taken back meanwhile.
    locked = set(User.objects.select_for_update().filter(pk__in=due).order_by("pk").values_list("pk", flat=True))
    standing = standing_points(locked)
    rows = [
        CalibrationEvent(member_id=member, points=row.points, cause=cause, words=row.words[:200], created_at=now)
        for member in sorted(locked)
        for cause, row in corrections(standing.get(member, {}), due[member], tolerance=tolerance).items()
    ]
    CalibrationEvent.objects.bulk_create(rows)
    changed = {row.member_id for row in rows if row.points}
    _follow(changed)
    return changed


@transaction.atomic
def reverse_calibration(*, member: User, cause: str, words: str, now: datetime) -> CalibrationEvent:
    """Take back what a claim brought, with the reason; the row stands there even where it had brought nothing yet."""
    User.objects.select_for_update().get(pk=member.pk)
    standing = CalibrationEvent.objects.filter(member=member, cause=cause).aggregate(total=Sum("points"))["total"] or 0
    row = CalibrationEvent.objects.create(
        member=member, points=-standing, cause=cause, words=words[:200], created_at=now
    )
    _follow({member.pk})
    return row


@transaction.atomic
def rebuild_calibration() -> int:
    """Compute everybody's points from their ledger again and return how many were wrong."""
    return sum(User.objects.filter(pk=member).update(calibration=due) for member, _, due in wrong_calibrations())


def set_accuracies(*, found: Mapping[int, tuple[float, float]]) -> int:
    """Store accuracy and accuracy of flags of some members, as they were worked out; how many differed."""
    differing = []
    for member in User.objects.filter(pk__in=found):
        due = found[member.pk]
        if (member.accuracy, member.flag_accuracy) != due:
            member.accuracy, member.flag_accuracy = due
            differing.append(member)
    return User.objects.bulk_update(differing, ["accuracy", "flag_accuracy"], batch_size=500)


def _follow(members: set[int]) -> None:
    """Set the scores to the sums of the ledgers."""
    for member, _, due in wrong_calibrations(members):
        User.objects.filter(pk=member).update(calibration=due)
