"""Put events in line for the webhooks that want them, in the transaction of the act that made them."""

from __future__ import annotations

import datetime
import secrets

from products.models import OfficialDiagnostic
from wiki.models import EmergingIssue, Fix, Outcome, Problem, WebhookDelivery
from wiki.queries.webhooks import Happened, listening
from wiki.rules.webhooks import event_of

_WORDS: dict[type[Happened], str] = {
    Problem: "problem",
    Fix: "fix",
    Outcome: "outcome",
    OfficialDiagnostic: "official",
    EmergingIssue: "issue",
}


def announce(
    *,
    about: Happened,
    kind: str,
    now: datetime.datetime,
    state: str = "",
    made_before: datetime.datetime | None = None,
) -> None:
    """Put what happened in line for every webhook that wants it, each thing once per `state` and webhook.

    The caller's transaction holds the rows with what they tell of. `kind` is a kind of news, or outcome; `made_before`
    leaves out webhooks made since. Nothing is sent here: a worker does that later and looks again whether the public
    may see it. One query where nobody listens.
    """
    is_recall = isinstance(about, OfficialDiagnostic) and about.kind == OfficialDiagnostic.Kind.RECALL
    event = event_of(kind, state, is_recall=is_recall)
    if event is None:
        return
    webhooks = listening(about)
    if made_before is not None:
        webhooks = webhooks.filter(created_at__lt=made_before)
    deliveries = [
        WebhookDelivery(
            webhook=webhook,
            message_id=new_message_id(),
            event=event,
            about=_WORDS[type(about)],
            object_id=about.pk,
            state=state,
            happened_at=now,
            next_try_at=now,
        )
        for webhook in webhooks
        if event in webhook.events
    ]
    if deliveries:
        WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def new_message_id() -> str:
    """An id of a delivery that nothing else has."""
    return f"msg_{secrets.token_hex(16)}"
