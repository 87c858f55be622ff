"""Write what was done in an organisation down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, OrganisationAct, User


@transaction.atomic
def note_act(
    *, organisation: Organisation, act: str, actor: User, now: datetime, subject: User | None = None, words: str = ""
) -> OrganisationAct:
    """Add a row to the organisation's log; nothing changes or deletes it later."""
    return OrganisationAct.objects.create(
        organisation=organisation, actor=actor, act=act, subject=subject, words=words[:500], at=now
    )
