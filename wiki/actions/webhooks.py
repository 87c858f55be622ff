"""Acts of the owners of webhooks: add, pause, change the secret, test, send again, delete."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.encryption import encrypt
from accounts.errors import LimitReached, NotYours
from accounts.models import Organisation, User
from accounts.queries.community_rules import load
from accounts.queries.organisations import managed_by
from products.models import Product
from wiki.actions.webhook_events import new_message_id
from wiki.errors import WebhookRefused
from wiki.models import Webhook, WebhookDelivery
from wiki.queries.webhooks import has_tested, is_in_scope
from wiki.rules.webhooks import EVENTS, PING, WebhookRules, secret_text
from wiki.webhooks.lookup import look_up

KEY_BYTES = 32
TEST_EVERY = datetime.timedelta(minutes=1)
Status = WebhookDelivery.Status


@dataclass(frozen=True)
class NewSecret:
    """A webhook with its secret, which is shown now and never again."""

    webhook: Webhook
    text: str


def add_webhook(
    *,
    address: str,
    events: Iterable[str],
    product: Product | None,
    actor: User,
    now: datetime.datetime,
    organisation: Organisation | None = None,
) -> NewSecret:
    """Make a webhook of a member, or of an organisation that they manage; without a product, of its whole scope.

    Raises AddressRefused where the name leads into a private network or nowhere, WebhookRefused where it is told of
    nothing, has no product or one beyond the scope, NotYours and LimitReached.
    """
    look_up(address)  # names are looked up before the transaction, which nobody shall wait for
    return _stored(address, events, product, actor, now, organisation)


@transaction.atomic
def change_secret(*, webhook: Webhook, actor: User, now: datetime.datetime) -> NewSecret:
    """Make a new secret; the former one signs as well for a while, so that the receiver can change without a gap."""
    locked = _lock(webhook, actor)
    text = _new_secret()
    locked.former_secret_encrypted = locked.secret_encrypted
    locked.former_until = now + datetime.timedelta(hours=load(WebhookRules).overlap_hours)
    locked.secret_encrypted = encrypt(text)
    locked.save(update_fields=["former_secret_encrypted", "former_until", "secret_encrypted"])
    return NewSecret(locked, text)


@transaction.atomic
def pause_webhook(*, webhook: Webhook, actor: User) -> Webhook:
    """Send nothing for now; what happens meanwhile is not kept for it."""
    locked = _lock(webhook, actor)
    if locked.state != Webhook.State.ACTIVE:
        raise WebhookRefused("It sends nothing already.")
    locked.state = Webhook.State.PAUSED
    locked.save(update_fields=["state"])
    return locked


@transaction.atomic
def resume_webhook(*, webhook: Webhook, actor: User) -> Webhook:
    """Send again after a pause, or after it was stopped; a server that failed is given its days anew."""
    locked = _lock(webhook, actor)
    if locked.state == Webhook.State.ACTIVE:
        raise WebhookRefused("It is active already.")
    locked.state, locked.stopped_because = Webhook.State.ACTIVE, ""
    locked.failing_since = locked.quiet_until = None
    locked.save(update_fields=["state", "stopped_because", "failing_since", "quiet_until"])
    return locked


@transaction.atomic
def delete_webhook(*, webhook: Webhook, actor: User) -> None:
    """Delete it with its log; nothing more is sent."""
    _lock(webhook, actor).delete()


@transaction.atomic
def ping_webhook(*, webhook: Webhook, actor: User, now: datetime.datetime) -> WebhookDelivery:
    """Put a test in line that tells of nothing. Raises LimitReached within a minute after the last."""
    locked = _lock_active(webhook, actor)
    if has_tested(locked, since=now - TEST_EVERY):
        raise LimitReached("One test a minute: the last one stands in the log.")
    message_id = new_message_id()
    _wake(locked)
    return WebhookDelivery.objects.create(
        webhook=locked, message_id=message_id, event=PING, state=message_id, happened_at=now, next_try_at=now
    )


@transaction.atomic
def send_again(*, delivery: WebhookDelivery, actor: User, now: datetime.datetime) -> WebhookDelivery:
    """Put a delivery in line once more, under its own id: a receiver that has it knows it again."""
    webhook = _lock_active(delivery.webhook, actor)
    if not _put_in_line(webhook, now, [Status.DELIVERED, Status.FAILED, Status.WITHHELD], pk=delivery.pk):
        raise WebhookRefused("It is in line already, or no longer in the log.")
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def send_failed_again(*, webhook: Webhook, since: datetime.datetime, actor: User, now: datetime.datetime) -> int:
    """Put everything in line once more that happened since then and failed; says how many."""
    return _put_in_line(_lock_active(webhook, actor), now, [Status.FAILED], happened_at__gte=since)


@transaction.atomic
def _stored(
    address: str,
    events: Iterable[str],
    product: Product | None,
    actor: User,
    now: datetime.datetime,
    organisation: Organisation | None,
) -> NewSecret:
    wanted = [event for event in EVENTS if event in set(events)]
    if not wanted:
        raise WebhookRefused("Choose what it is told of.")
    if organisation is None:
        if product is None:
            raise WebhookRefused("Choose the product; it stands for everything below it.")
        User.objects.select_for_update().get(pk=actor.pk)
        number = Webhook.objects.filter(member=actor).count()
    else:
        if not managed_by(actor).filter(pk=organisation.pk).exists():
            raise NotYours("You do not manage this organisation, or it is not verified.")
        if product is not None and not is_in_scope(organisation, product):
            raise WebhookRefused(f"The {product.full_name} is not in the scope of {organisation.name}.")
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        number = Webhook.objects.filter(organisation=organisation).count()
    most = load(WebhookRules).most
    if number >= most:
        raise LimitReached(f"{most} webhooks are the most. Delete one that you don't use.")
    text = _new_secret()
    webhook = Webhook.objects.create(
        member=actor if organisation is None else None,
        organisation=organisation,
        product=product,
        address=address,
        events=wanted,
        secret_encrypted=encrypt(text),
        created_at=now,
    )
    return NewSecret(webhook, text)


def _new_secret() -> str:
    return secret_text(secrets.token_bytes(KEY_BYTES))


def _lock(webhook: Webhook, actor: User) -> Webhook:
    locked = Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook.pk).first()
    if locked is None:
        raise WebhookRefused("This webhook was deleted.")
    if locked.organisation_id is None:
        is_own = locked.member_id == actor.pk
    else:
        is_own = managed_by(actor).filter(pk=locked.organisation_id).exists()
    if not is_own:
        raise NotYours("This webhook is not yours.")
    return locked


def _lock_active(webhook: Webhook, actor: User) -> Webhook:
    locked = _lock(webhook, actor)
    if locked.state != Webhook.State.ACTIVE:
        raise WebhookRefused("It sends nothing now. Let it send again first.")
    return locked


def _wake(webhook: Webhook) -> None:
    """Somebody stands at the receiver and has mended it: the next try need not wait."""
    Webhook.objects.filter(pk=webhook.pk).update(quiet_until=None)


def _put_in_line(webhook: Webhook, now: datetime.datetime, statuses: list[str], **which: object) -> int:
    kept = now - datetime.timedelta(days=load(WebhookRules).kept_days)
    rows = webhook.deliveries.filter(status__in=statuses, happened_at__gte=kept).filter(**which)
    number = rows.update(status=Status.WAITING, tries=0, next_try_at=now, lease="", lease_until=None)
    if number:
        _wake(webhook)
    return number
