"""Acts of the service desk: a job's outcome with its photo, and a day's jobs at once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.errors import Refusal
from accounts.models import User
from wiki.actions.drafts import OutcomeDraft, PhotoDraft
from wiki.actions.outcomes import record_outcome
from wiki.actions.photos import add_photo
from wiki.errors import JobRefused, NotAllowed
from wiki.models import Outcome, Remedy
from wiki.permissions import workshop_of


@dataclass(frozen=True)
class Job:
    """One job of a list: the line on which it stands, the remedy and what was said of it."""

    line: int
    remedy: Remedy
    draft: OutcomeDraft


@transaction.atomic
def record_job(
    *, remedy: Remedy, draft: OutcomeDraft, actor: User, now: datetime.datetime, photo: PhotoDraft | None = None
) -> Outcome:
    """Record a workshop's job, perhaps with a photo: both or neither. It is provisional for 30 days.

    Raises NotAllowed where the member's verified workshop doesn't work on the product or the job has no number, and the
    refusals of reporting an outcome and of photos.
    """
    _check(draft, actor)
    outcome = record_outcome(remedy=remedy, draft=draft, actor=actor, now=now)
    if photo is not None:
        add_photo(post=outcome, upload=photo.upload, caption=photo.caption, actor=actor, now=now)
    return outcome


@transaction.atomic
def record_jobs(*, jobs: Sequence[Job], actor: User, now: datetime.datetime) -> list[Outcome]:
    """Record several jobs, all or none; raises JobRefused with the line and the reason of the first that is refused."""
    recorded = []
    for job in jobs:
        try:
            _check(job.draft, actor)
            recorded.append(record_outcome(remedy=job.remedy, draft=job.draft, actor=actor, now=now))
        except Refusal as refusal:
            raise JobRefused(job.line, str(refusal)) from refusal
    return recorded


def _check(draft: OutcomeDraft, actor: User) -> None:
    if draft.product is None or workshop_of(actor, draft.product) is None:
        raise NotAllowed("This is for verified workshops, on products that they work on.")
    if not draft.job_number.strip():
        raise NotAllowed("A job has a number. Only your workshop sees it.")
