"""Send what is in line: one worker takes a delivery by compare-and-set, sends it, and writes down what was answered.

A worker that dies between the two leaves a lease that runs out; then the same event is sent again under the same id.
"""

from __future__ import annotations

import datetime
import logging
import secrets
import smtplib
from collections.abc import Mapping
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from accounts.encryption import decrypt
from accounts.queries.community_rules import load
from accounts.queries.mail import confirmed_address
from wiki.models import Webhook, WebhookDelivery, WebhookTry
from wiki.queries.webhooks import may_still_be_told, owners_of
from wiki.rules.webhooks import WebhookRules, asked_wait, signature, wait_after
from wiki.webhooks.calls import Answer, call
from wiki.webhooks.payloads import body_of

log = logging.getLogger(__name__)
LEASE = datetime.timedelta(minutes=2)
"""Longer than any call takes, names looked up and all: 20 seconds."""
GONE = 410
Status = WebhookDelivery.Status


class Call(Protocol):
    """What posts a body to an address and says what came of it."""

    def __call__(self, address: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post it."""


def deliver(*, pk: int, now: datetime.datetime, luck: float, post: Call = call) -> WebhookDelivery | None:
    """Try one delivery and return it as it stands then; None where another worker has it or nothing is to be done.

    `luck` in [0, 1) spreads the next try; `now` is when this one begins.
    """
    delivery = claim_delivery(pk=pk, now=now)
    if delivery is None:
        return None
    body = body_of(delivery) if may_still_be_told(delivery.webhook) else None
    if body is None:
        return withhold(delivery=delivery)
    secrets_in_force = secrets_of(delivery.webhook, now)
    if not secrets_in_force:
        answer = Answer(error="Its secret can't be read: the key of the site has changed. Make a new one.")
    else:
        headers = signed_headers(delivery.message_id, body, secrets_in_force, now)
        answer = post(delivery.webhook.address, body=body, headers=headers)
    delivery, stopped = record_try(delivery=delivery, answer=answer, now=now, luck=luck)
    if stopped:
        _mail_owners(delivery.webhook)
    return delivery


@transaction.atomic
def claim_delivery(*, pk: int, now: datetime.datetime) -> WebhookDelivery | None:
    """Take a delivery that is due for a while; None where it is not, or another worker holds it."""
    lease = secrets.token_hex(16)
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    taken = WebhookDelivery.objects.filter(
        free, pk=pk, status=Status.WAITING, next_try_at__lte=now, webhook__state=Webhook.State.ACTIVE
    ).update(lease=lease, lease_until=now + LEASE)
    if not taken:
        return None
    return WebhookDelivery.objects.select_related("webhook__member", "webhook__organisation", "webhook__product").get(
        pk=pk
    )


@transaction.atomic
def withhold(*, delivery: WebhookDelivery) -> WebhookDelivery:
    """End a delivery unsent: what it tells of is no longer public, or its owner no longer takes part."""
    _end(delivery, status=Status.WITHHELD)
    return delivery


@transaction.atomic
def record_try(
    *, delivery: WebhookDelivery, answer: Answer, now: datetime.datetime, luck: float
) -> tuple[WebhookDelivery, bool]:
    """Write down what was answered and when to try again; says whether the webhook is stopped now.

    Where the lease ran out meanwhile and another worker has the delivery, only the log gains a line.
    """
    webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
    if webhook is None:
        return delivery, False  # deleted while it was sent
    WebhookTry.objects.create(
        delivery=delivery,
        at=now,
        milliseconds=answer.milliseconds,
        status_code=answer.status,
        error=answer.error,
        answer=answer.text,
    )
    rules = load(WebhookRules)
    tries = delivery.tries + 1
    if answer.is_taken:
        _end(delivery, status=Status.DELIVERED, tries=tries)
        Webhook.objects.filter(pk=webhook.pk).update(failing_since=None, quiet_until=None)
        return delivery, False
    asked = asked_wait(answer.retry_after, now) if answer.retry_after else None
    wait = None if answer.status == GONE else wait_after(tries, rules, luck=luck, asked=asked)
    if wait is None:
        held = _end(delivery, status=Status.FAILED, tries=tries)
    else:
        held = _end(delivery, status=Status.WAITING, tries=tries, next_try_at=now + wait)
    quiet = max(datetime.timedelta(minutes=rules.first_wait_minutes), asked or datetime.timedelta())
    webhook.failing_since = webhook.failing_since or now
    webhook.quiet_until = now + min(quiet, datetime.timedelta(hours=rules.longest_wait_hours))
    reason = _reason_to_stop(webhook, answer, now, rules) if wait is None and held else ""
    stops = bool(reason) and webhook.state != Webhook.State.STOPPED
    if stops:
        webhook.state, webhook.stopped_because = Webhook.State.STOPPED, reason
        webhook.deliveries.filter(status=Status.WAITING).update(status=Status.FAILED, lease="", lease_until=None)
    webhook.save(update_fields=["failing_since", "quiet_until", "state", "stopped_because"])
    return delivery, stops


@transaction.atomic
def forget_old_deliveries(*, now: datetime.datetime) -> int:
    """Delete tries that are older than the log is kept, and deliveries once nothing need be told twice; how many."""
    rules = load(WebhookRules)
    before = now - datetime.timedelta(days=rules.kept_days)
    tries = WebhookTry.objects.filter(at__lt=before).delete()[0]
    longest = now - datetime.timedelta(days=max(rules.told_days, rules.kept_days))
    return tries + WebhookDelivery.objects.filter(happened_at__lt=longest).delete()[0]


def secrets_of(webhook: Webhook, now: datetime.datetime) -> list[str]:
    """The secrets that sign now, the newest first; none that can't be read."""
    kept = [webhook.secret_encrypted]
    if webhook.former_until is not None and webhook.former_until > now:
        kept.append(webhook.former_secret_encrypted)
    return [secret for secret in map(decrypt, kept) if secret]


def signed_headers(message_id: str, body: bytes, secrets_in_force: list[str], now: datetime.datetime) -> dict[str, str]:
    """The headers of the Standard Webhooks specification: id, seconds, a signature for each secret."""
    seconds = int(now.timestamp())
    signatures = [signature(secret, message_id=message_id, timestamp=seconds, body=body) for secret in secrets_in_force]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
    }


def _end(delivery: WebhookDelivery, **values: Any) -> bool:
    """Give the lease back with what came of it; says whether it was still held."""
    held = WebhookDelivery.objects.filter(pk=delivery.pk, lease=delivery.lease).update(
        **values, lease="", lease_until=None
    )
    for name, value in values.items():
        setattr(delivery, name, value)
    return bool(held)


def _reason_to_stop(webhook: Webhook, answer: Answer, now: datetime.datetime, rules: WebhookRules) -> str:
    if answer.status == GONE:
        return Webhook.Reason.GONE
    assert webhook.failing_since is not None  # the caller has just set it
    is_failing = now - webhook.failing_since >= datetime.timedelta(days=rules.stop_after_days)
    return Webhook.Reason.FAILING if is_failing else ""


def _mail_owners(webhook: Webhook) -> None:
    webhook.refresh_from_db(fields=["state", "stopped_because"])
    words = render_to_string(
        "wiki/mail/webhook_stopped.txt", {"webhook": webhook, "page": settings.SITE_URL + webhook.get_absolute_url()}
    )
    addresses = [address for owner in owners_of(webhook) if (address := confirmed_address(owner))]
    for address in addresses:
        try:
            send_mail("A webhook was stopped", words, settings.DEFAULT_FROM_EMAIL, [address])
        except (OSError, smtplib.SMTPException):
            log.exception("The mail that webhook %s was stopped did not leave.", webhook.pk)
