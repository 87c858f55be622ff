"""The act of the service desk: a job's outcome, perhaps with its photo."""

from __future__ import annotations

import datetime

from django.db import transaction

from accounts.models import User
from wiki.actions.drafts import OutcomeDraft, PhotoDraft
from wiki.actions.outcomes import record_outcome
from wiki.actions.photos import add_photo
from wiki.errors import NotAllowed
from wiki.models import Outcome, Remedy
from wiki.permissions import workshop_of


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


def _check(draft: OutcomeDraft, actor: User) -> None:
    if draft.product is None or workshop_of(actor, draft.product) is None:
        raise NotAllowed("This is for verified workshops, on products that they work on.")
    if not draft.job_number.strip():
        raise NotAllowed("A job has a number. Only your workshop sees it.")
