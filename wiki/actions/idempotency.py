"""Answer a request once: the same key again gets the same answer and does nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import ApiToken
from wiki.errors import KeyUsedOtherwise
from wiki.models import IdempotentRequest

KEPT = datetime.timedelta(days=1)
SUCCESS = range(200, 300)


@dataclass(frozen=True)
class Answered:
    """An answer; `is_repeated` where it was given before."""

    status: int
    body: str
    is_repeated: bool


@transaction.atomic
def answer_once(
    *, token: ApiToken, key: str, fingerprint: str, act: Callable[[], tuple[int, str]], now: datetime.datetime
) -> Answered:
    """Act and keep the answer, or give the kept one; what did not succeed is undone and may be sent again.

    The key's row is written first, so that of two requests at once the second waits for the first and repeats its
    answer. Raises KeyUsedOtherwise where the key was sent with another request.
    """
    IdempotentRequest.objects.filter(token=token, key=key, created_at__lt=now - KEPT).delete()
    row, is_new = IdempotentRequest.objects.select_for_update().get_or_create(
        token=token, key=key, defaults={"fingerprint": fingerprint, "created_at": now}
    )
    if not is_new:
        if row.fingerprint != fingerprint:
            raise KeyUsedOtherwise
        return Answered(row.status, row.body, is_repeated=True)
    status, body = act()
    if status not in SUCCESS:
        transaction.set_rollback(True)
    else:
        row.status, row.body = status, body
        row.save(update_fields=["status", "body"])
    return Answered(status, body, is_repeated=False)


def forget_old_answers(*, now: datetime.datetime) -> int:
    """Delete the answers of more than a day ago; returns how many."""
    return IdempotentRequest.objects.filter(created_at__lt=now - KEPT).delete()[0]
