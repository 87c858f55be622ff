"""What a night finds of people's words, written to the calibration ledger in batches that stand by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from django.db import transaction

from accounts.actions.calibration import rebuild_calibration, record_calibration, set_accuracies
from accounts.models import Organisation
from accounts.queries.calibration import standing_points, wrong_calibrations
from accounts.queries.community_rules import load
from accounts.rules.calibration import Due, corrections
from wiki.actions.evidence import (
    rebuild_remedy_evidence,
    settle_evidence,
    settle_person_evidence,
    settle_staff_evidence,
)
from wiki.actions.votes import settle_left_out_votes
from wiki.models import Outcome
from wiki.queries.claims import Night, accuracies, members_to_look_at, stale_evidence
from wiki.rules.trust import TrustRules

CHUNK = 500
"""Members whose ledgers are read together."""
BATCH = 50
"""Members who are written together: their rows are locked meanwhile."""
FEW = 4
"""So many people's reports on a remedy are replaced one by one; for more its evidence is made anew."""


def record_night(*, night: Night, now: datetime) -> Iterator[tuple[int, int]]:
    """Write what a night found; yields members done and members in all after each batch, for a progress bar.

    Each batch is one transaction, and the ledger takes differences only: a run that was interrupted is finished by the
    next one, and a second run writes nothing.
    """
    due = night.due()
    members = sorted({*due, *members_to_look_at(now=now)})
    for start in range(0, len(members), CHUNK):
        chunk = members[start : start + CHUNK]
        affected = _affected(chunk, due)
        for batch in (affected[place : place + BATCH] for place in range(0, len(affected), BATCH)):
            chosen = {member: due.get(member, {}) for member in batch}
            record_calibration(due=chosen, tolerance=load(TrustRules).change, now=now)
            yield start + chunk.index(batch[-1]), len(members)
        set_accuracies(found=accuracies(chunk, now=now))
        yield start + len(chunk), len(members)


def weigh_anew(*, now: datetime) -> Iterator[tuple[int, int]]:
    """Let the evidence follow everybody's trust and employer; yields remedies done and in all, for a progress bar.

    A remedy is a transaction: made anew where many people's trust changed, else person by person. What is stale is seen
    from the evidence itself, so that an interrupted run is finished by the next one.
    """
    stale = stale_evidence()
    for done, (remedy, people) in enumerate(sorted(stale.items()), 1):
        if len(people) > FEW:
            rebuild_remedy_evidence(remedy=remedy, now=now)
        else:
            for person in people:
                settle_evidence(person=person, remedy=remedy, now=now)
        yield done, len(stale)
    settle_left_out_votes(now=now)
    settle_staff_evidence(now=now)


def _affected(members: Sequence[int], due: Mapping[int, Mapping[str, Due]]) -> list[int]:
    """The members whose ledgers will take a row; their own transaction looks again."""
    standing, tolerance = standing_points(members), load(TrustRules).change
    return [one for one in members if corrections(standing.get(one, {}), due.get(one, {}), tolerance=tolerance)]


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
