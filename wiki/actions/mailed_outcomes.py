"""Acts on outcomes by people without an account: record, publish by the mailed link, withdraw by it.

The address itself is never stored: a keyed digest of it keeps one report per address and remedy.
"""

from __future__ import annotations

import datetime
import logging
import smtplib

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.errors import LimitReached
from accounts.queries.community_rules import load
from products.models import Product
from wiki.actions.diagnosis import report_readings
from wiki.actions.drafts import OutcomeDraft, outcome_content
from wiki.actions.limits import check_links_of_a_stranger, check_text
from wiki.actions.locking import lock
from wiki.actions.outcomes import announce_outcome, check_remedy, put_draft
from wiki.actions.points import settle_outcome
from wiki.actions.revising import record_revision
from wiki.actions.trial_links import link_trials
from wiki.actions.webhook_events import announce
from wiki.errors import AlreadyReported, LinkUnusable, MailRefused, NotAllowed
from wiki.models import Outcome, Remedy
from wiki.rules.mailing import MailRules

log = logging.getLogger(__name__)
_SALT = "wiki.outcome-mailed"


def record_outcome_by_mail(
    *, remedy: Remedy, mail: str, draft: OutcomeDraft, now: datetime.datetime, is_demonstration: bool = False
) -> Outcome:
    """Keep the report of a person without an account until its mailed link is used, and send that link.

    A second report from the same address replaces one that still waits; one that is published stays, and the mail
    offers to withdraw it. Raises `LimitReached`, `MailRefused` (the mail did not leave; what was typed can be sent
    again) and the refusals of a report.
    """
    with transaction.atomic():
        outcome = _stored(remedy, digest_of(mail), draft, now, is_demonstration)
    try:
        _send(outcome, mail)
    except (OSError, smtplib.SMTPException) as error:
        log.exception("The mail about outcome %s did not leave.", outcome.pk)
        raise MailRefused from error
    return outcome


@transaction.atomic
def publish_mailed_outcome(*, token: str, now: datetime.datetime) -> Outcome:
    """Publish the report that a mailed link points at. Raises `LinkUnusable`, also for a report published before."""
    outcome = lock(outcome_of_token(token, now=now))
    if outcome.state != Outcome.State.AWAITING_MAIL:
        raise LinkUnusable
    check_remedy(outcome.remedy)
    return _publish(outcome, now)


@transaction.atomic
def record_answered_outcome(*, remedy: Remedy, digest: str, draft: OutcomeDraft, now: datetime.datetime) -> Outcome:
    """Publish what a person without an account answered behind a link in their own mail; no second mail is needed.

    Raises `AlreadyReported` with an earlier report of theirs, and the refusals of a report.
    """
    outcome = _stored(remedy, digest, draft, now, is_demonstration=False)
    if outcome.state != Outcome.State.AWAITING_MAIL:
        raise AlreadyReported(outcome)
    return _publish(outcome, now)


@transaction.atomic
def withdraw_mailed_outcome(*, token: str, now: datetime.datetime) -> Outcome:
    """Take back the report that a mailed link points at. Raises `LinkUnusable`."""
    outcome = lock(outcome_of_token(token, now=now))
    if outcome.state != Outcome.State.PUBLISHED:
        raise LinkUnusable
    outcome.state = Outcome.State.DELETED
    outcome.updated_at = now
    outcome.save(update_fields=["state", "updated_at"])
    settle_outcome(outcome=outcome, now=now)
    announce_outcome(outcome)
    return outcome


def token_of(outcome: Outcome) -> str:
    """The signed token of a mailed link; a later version of the report makes it invalid."""
    return signing.dumps([outcome.pk, outcome.version], salt=_SALT)


def outcome_of_token(token: str, *, now: datetime.datetime) -> Outcome:
    """The report that a mailed link points at; raises `LinkUnusable` for a broken, old or overtaken one."""
    try:
        pk, version = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkUnusable from error
    outcome = Outcome.objects.filter(pk=pk, version=version).exclude(mail_digest="").first()
    if outcome is None or outcome.state in (Outcome.State.DELETED, Outcome.State.HIDDEN):
        raise LinkUnusable
    days = datetime.timedelta(days=load(MailRules).link_days)
    if outcome.state == Outcome.State.AWAITING_MAIL and now - outcome.updated_at > days:
        raise LinkUnusable
    return outcome


def digest_of(mail: str) -> str:
    """The keyed digest of a mail address, the same for any spelling of it that reaches one mailbox by custom."""
    return salted_hmac(_SALT, mail.strip().lower(), secret=settings.FIELD_KEY, algorithm="sha256").hexdigest()


def _publish(outcome: Outcome, now: datetime.datetime) -> Outcome:
    outcome.state = Outcome.State.PUBLISHED
    outcome.updated_at = now
    outcome.save(update_fields=["state", "updated_at"])
    record_revision(post=outcome, content=outcome_content(outcome), actor=None, now=now)
    settle_outcome(outcome=outcome, now=now)
    link_trials(outcome=outcome, now=now)
    announce_outcome(outcome)
    announce(about=outcome, kind="outcome", now=now)
    return outcome


def _stored(
    remedy: Remedy, digest: str, draft: OutcomeDraft, now: datetime.datetime, is_demonstration: bool
) -> Outcome:
    check_remedy(remedy)
    check_text(draft.note)
    check_links_of_a_stranger(f"{draft.note} {draft.proof} {draft.cause_found} {draft.also_changed}")
    product: Product | None = draft.product
    if product is None:
        raise NotAllowed("Please say on which product it was.")
    rules = load(MailRules)
    day = now - datetime.timedelta(days=1)
    if Outcome.objects.filter(mail_digest=digest, updated_at__gt=day).count() >= rules.outcomes_per_address_and_day:
        raise LimitReached("There are as many reports from this address today as we take. Please go on tomorrow.")
    outcome = Outcome.objects.select_for_update().filter(mail_digest=digest, remedy=remedy).first()
    if outcome is not None and outcome.state in (Outcome.State.PUBLISHED, Outcome.State.HIDDEN):
        return outcome
    if outcome is None:
        outcome = Outcome(remedy=remedy, mail_digest=digest, created_at=now, version=0)
    outcome.is_demonstration = is_demonstration
    outcome.state = Outcome.State.AWAITING_MAIL
    outcome.tier = Outcome.Tier.UNVERIFIED
    outcome.came_back_on = None
    outcome.has_evidence = False
    put_draft(outcome, draft, product, now)
    outcome.version += 1
    outcome.save()
    report_readings(outcome=outcome, readings=draft.readings)
    outcome.also_remedies.set([other for other in draft.also_remedies if other.pk != remedy.pk])
    return outcome


def _send(outcome: Outcome, mail: str) -> None:
    address = settings.SITE_URL + reverse("wiki:outcome-mailed", args=[token_of(outcome)])
    context = {
        "outcome": outcome,
        "address": address,
        "waits": outcome.state == Outcome.State.AWAITING_MAIL,
        "days": load(MailRules).link_days,
    }
    send_mail(
        subject="Your report on Fixlore",
        message=render_to_string("wiki/mail/outcome.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        recipient_list=[mail],
    )
