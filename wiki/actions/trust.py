"""What a night finds of people's words, written to the calibration ledger in batches that stand by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db import transaction

from accounts.actions.calibration import rebuild_calibration, record_calibration, set_accuracies
from accounts.models import Organisation
from accounts.queries.calibration import wrong_calibrations
from accounts.queries.community_rules import load
from accounts.rules.calibration import Due
from wiki.actions.evidence import settle_person_evidence, settle_staff_evidence
from wiki.models import Outcome
from wiki.queries.claims import Night, accuracies, members_to_look_at
from wiki.rules.trust import TrustRules

BATCH = 200


def record_night(*, night: Night, now: datetime) -> Iterator[tuple[int, int]]:
    """Write what a night found; yields members done and members in all after each batch, for a progress bar.

    Each batch is one transaction, and the ledger takes differences only: a run that was interrupted is finished by the
    next one, and a second run writes nothing.
    """
    due = night.due()
    members = sorted({*due, *members_to_look_at(now=now)})
    for start in range(0, len(members), BATCH):
        batch = members[start : start + BATCH]
        _record(due={member: due.get(member, {}) for member in batch}, members=batch, now=now)
        yield min(start + BATCH, len(members)), len(members)
    settle_staff_evidence(now=now)


@transaction.atomic
def _record(*, due: dict[int, dict[str, Due]], members: Sequence[int], now: datetime) -> None:
    for member in sorted(record_calibration(due=due, tolerance=load(TrustRules).change, now=now)):
        settle_person_evidence(person=f"member:{member}", now=now)
    set_accuracies(found=accuracies(members, now=now))


@transaction.atomic
def rebuild_trust(*, now: datetime) -> int:
    """Compute points of trust from their ledger again and weigh reports by them; how many were wrong."""
    wrong = [member for member, _, _ in wrong_calibrations()]
    rebuild_calibration()
    for member in wrong:
        settle_person_evidence(person=f"member:{member}", now=now)
    return len(wrong)


def is_beyond_share(*, outcome: Outcome, now: datetime) -> bool:
    """Whether the outcome's workshop has reported its most on the remedy in this month (UTC) without it.

    The workshop's row is locked, so that two of its people at once do not both take the last place.
    """
    if outcome.organisation_id is None:
        return False
    Organisation.objects.select_for_update().get(pk=outcome.organisation_id)
    reported = Outcome.objects.counted().filter(
        organisation=outcome.organisation_id,
        remedy=outcome.remedy_id,
        is_beyond_share=False,
        created_at__year=now.astimezone(UTC).year,
        created_at__month=now.astimezone(UTC).month,
    )
    return reported.exclude(pk=outcome.pk).count() >= load(TrustRules).outcomes_per_workshop
