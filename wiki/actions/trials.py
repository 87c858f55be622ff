"""Acts on trials: begin one, with or without an account, answer a question, stop the mails."""

from __future__ import annotations

import datetime
import logging
import smtplib

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.encryption import decrypt, encrypt
from accounts.errors import LimitReached
from accounts.models import OwnedProduct, User
from accounts.queries.community_rules import load
from accounts.queries.mail import confirmed_address
from accounts.queries.privileges import require as require_privilege
from products.models import Product
from wiki.actions.drafts import OutcomeDraft
from wiki.actions.mailed_outcomes import digest_of, record_answered_outcome
from wiki.actions.outcomes import check_remedy, mark_came_back, product_of_draft, record_outcome, relapse
from wiki.actions.trial_links import end_trial
from wiki.errors import AlreadyReported, LinkUnusable, MailRefused, NotAllowed, ResultCannotRelapse
from wiki.models import Outcome, Problem, Remedy, Trial
from wiki.permissions import is_present
from wiki.queries.trials import facts_of
from wiki.rules.follow_up import FollowUpRules, Question, question_due
from wiki.rules.mailing import MailRules

log = logging.getLogger(__name__)
_SALT = "wiki.trial"

BEGIN: Question = ""
LASTS, CAME_BACK = "lasts", "came_back"


@transaction.atomic
def begin_trial(
    *,
    remedy: Remedy,
    product: Product | None,
    owned_product: OwnedProduct | None,
    problem: Problem | None,
    wants_mail: bool,
    actor: User,
    now: datetime.datetime,
) -> Trial:
    """Note that a member is trying a remedy; one that runs already is returned, with the new wish about mails.

    Raises `NotYourProduct`, `OwnMake`, `PostGone` and `PrivilegeMissing` as a report would.
    """
    check_remedy(remedy)
    draft = OutcomeDraft(result=Outcome.Result.NOT_TRIED, product=product, owned_product=owned_product)
    node = product_of_draft(draft, actor)
    require_privilege(actor, "outcome", node)
    running = Trial.objects.exclude(state=Trial.State.ENDED).select_for_update()
    trial = running.filter(member=actor, remedy=remedy, owned_product=owned_product).first()
    if trial is None:
        trial = Trial(member=actor, remedy=remedy, owned_product=owned_product, started_at=now)
    trial.product, trial.problem, trial.wants_mail = node, problem, wants_mail
    trial.save()
    return trial


def begin_trial_by_mail(
    *, remedy: Remedy, product: Product | None, problem: Problem | None, mail: str, now: datetime.datetime
) -> Trial:
    """Note that somebody without an account is trying a remedy, and mail the link that lets the two questions come.

    Raises `LimitReached`, `MailRefused` and `NotAllowed` without a product.
    """
    with transaction.atomic():
        check_remedy(remedy)
        if product is None:
            raise NotAllowed("Please say on which product it is.")
        digest = digest_of(mail)
        day = now - datetime.timedelta(days=1)
        most = load(FollowUpRules).trials_per_address_and_day
        if Trial.objects.filter(mail_digest=digest, started_at__gt=day).count() >= most:
            raise LimitReached("There are as many mails to this address today as we send. Please go on tomorrow.")
        running = Trial.objects.exclude(state=Trial.State.ENDED).select_for_update()
        trial = running.filter(mail_digest=digest, remedy=remedy).first()
        if trial is None:
            trial = Trial(mail_digest=digest, remedy=remedy, state=Trial.State.AWAITING_MAIL)
        if trial.state == Trial.State.AWAITING_MAIL:
            trial.product, trial.problem, trial.started_at, trial.mail_encrypted = product, problem, now, encrypt(mail)
            trial.save()
    if trial.state == Trial.State.AWAITING_MAIL:
        try:
            _mail(trial, BEGIN, mail)
        except (OSError, smtplib.SMTPException) as error:
            log.exception("The mail about trial %s did not leave.", trial.pk)
            raise MailRefused from error
    return trial


@transaction.atomic
def confirm_trial(*, token: str, now: datetime.datetime) -> Trial:
    """Let the two questions come, as the mailed link asks. Raises `LinkUnusable`, also where they do already."""
    trial, _ = trial_of_token(token, now=now)
    if trial.state != Trial.State.AWAITING_MAIL:
        raise LinkUnusable
    trial.state = Trial.State.RUNNING
    trial.started_at = now
    trial.save()
    return trial


def ask_how_it_went(*, trial: Trial, now: datetime.datetime) -> bool:
    """Mail the question that is due, if one is; says whether it did. Raises `MailRefused`, and then asks next time.

    The question counts as asked before the mail leaves: a process that dies in between costs one mail, and no person
    ever gets one twice.
    """
    with transaction.atomic():
        locked = Trial.objects.select_for_update().filter(pk=trial.pk, state=Trial.State.RUNNING).first()
        if locked is None or (locked.remedy.fix is not None and not is_present(locked.remedy.fix)):
            return False
        question = question_due(facts_of(locked), now, load(FollowUpRules))
        mail = _address_of(locked)
        if not question or not mail:
            return False
        kept = locked.mail_encrypted
        _put_asked(locked, question, now)
        if question == "second":
            locked.mail_encrypted = ""
        locked.save()
    try:
        _mail(locked, question, mail)
    except (OSError, smtplib.SMTPException) as error:
        log.exception("The mail about trial %s did not leave.", locked.pk)
        _put_asked(locked, question, None)
        locked.mail_encrypted = kept
        locked.save(update_fields=["first_asked_at", "second_asked_at", "mail_encrypted"])
        raise MailRefused from error
    return True


@transaction.atomic
def forget_unconfirmed(*, now: datetime.datetime) -> int:
    """Delete the trials whose mailed link was not used while it held, with their addresses; says how many."""
    before = now - datetime.timedelta(days=load(MailRules).link_days)
    _, by_model = Trial.objects.filter(state=Trial.State.AWAITING_MAIL, started_at__lt=before).delete()
    return by_model.get("wiki.Trial", 0)


@transaction.atomic
def answer_trial(*, token: str, answer: str, now: datetime.datetime) -> Trial:
    """Record what the person behind a mailed link says: a result, that it lasts, or that it came back.

    Raises `LinkUnusable`, `NotAllowed` for an answer to another question, and the refusals of a report.
    """
    trial, _ = trial_of_token(token, now=now)
    if answer not in answers_of(trial):
        raise NotAllowed("Please choose one of the answers.")
    if answer == LASTS:
        trial.lasted_at = now
        end_trial(trial=trial, now=now)
        trial.save()
    elif answer == CAME_BACK:
        _came_back(trial, now)
    else:
        _report(trial, answer, now)
    trial.refresh_from_db()
    return trial


@transaction.atomic
def stop_asking(
    *, now: datetime.datetime, token: str = "", trial: Trial | None = None, actor: User | None = None
) -> None:
    """Send no more mails: from a mailed link about anything that the person is trying, from their own page about one.

    Raises `LinkUnusable`, or `NotAllowed` for somebody else's.
    """
    if trial is None:
        asked, _ = trial_of_token(token, now=now)
        rows = Trial.objects.exclude(state=Trial.State.ENDED)
        same = rows.filter(member=asked.member) if asked.member_id else rows.filter(mail_digest=asked.mail_digest)
        same.filter(member=None).update(mail_encrypted="", state=Trial.State.ENDED, ended_at=now)
        same.exclude(member=None).update(wants_mail=False)
        return
    if trial.member_id is None or actor is None or trial.member_id != actor.pk:
        raise NotAllowed
    locked = Trial.objects.select_for_update().get(pk=trial.pk)
    end_trial(trial=locked, now=now)
    locked.save()


def answers_of(trial: Trial) -> tuple[str, ...]:
    """The answers that fit a trial: results while none is known, later whether it lasts."""
    if trial.state == Trial.State.AWAITING_MAIL or (trial.state == Trial.State.ENDED and trial.outcome_id is None):
        return ()
    if trial.outcome is None or trial.outcome.state == Outcome.State.DELETED:
        return tuple(str(value) for value in Outcome.Result.values)
    if trial.state == Trial.State.RUNNING and trial.outcome.came_back_on is None:
        return LASTS, CAME_BACK
    return ()


def trial_token(trial: Trial, question: Question) -> str:
    """The signed token of a mailed link."""
    return signing.dumps([trial.pk, question], salt=_SALT)


def trial_of_token(token: str, *, now: datetime.datetime) -> tuple[Trial, str]:
    """The trial that a mailed link points at, and its question; raises `LinkUnusable` for a broken or old one."""
    try:
        pk, question = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkUnusable from error
    rows = Trial.objects.select_related("remedy__fix", "remedy__diagnostic", "product", "member", "problem", "outcome")
    trial = rows.filter(pk=pk).first()
    if trial is None:
        raise LinkUnusable
    since = {"first": trial.first_asked_at, "second": trial.second_asked_at}.get(question, trial.started_at)
    days = load(MailRules).link_days if question == BEGIN else load(FollowUpRules).link_days
    if since is None or now - since > datetime.timedelta(days=days):
        raise LinkUnusable
    return trial, question


def is_trial_token(token: str) -> bool:
    """Whether a mailed link is about a trial; others are about an outcome."""
    try:
        signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return True


def _put_asked(trial: Trial, question: Question, moment: datetime.datetime | None) -> None:
    if question == "first":
        trial.first_asked_at = moment
    else:
        trial.second_asked_at = moment


def _address_of(trial: Trial) -> str:
    """Where the question goes: nowhere for demonstration members and those whose address was never confirmed."""
    return confirmed_address(trial.member) if trial.member is not None else decrypt(trial.mail_encrypted) or ""


def _report(trial: Trial, result: str, now: datetime.datetime) -> None:
    draft = OutcomeDraft(result=result, product=trial.product, owned_product=trial.owned_product)
    try:
        if trial.member is not None:
            outcome = record_outcome(remedy=trial.remedy, draft=draft, actor=trial.member, now=now)
        else:
            outcome = record_answered_outcome(remedy=trial.remedy, digest=trial.mail_digest, draft=draft, now=now)
    except AlreadyReported as earlier:
        if earlier.outcome is None:
            raise
        outcome = earlier.outcome
        trial.outcome = outcome
        trial.save(update_fields=["outcome"])


def _came_back(trial: Trial, now: datetime.datetime) -> None:
    assert trial.outcome is not None  # answers_of
    try:
        if trial.member is not None:
            mark_came_back(outcome=trial.outcome, on=now.date(), actor=trial.member, now=now)
        else:
            relapse(outcome=trial.outcome, on=now.date(), actor=None, now=now)
    except ResultCannotRelapse:
        log.info("The outcome of trial %s had come back before.", trial.pk)
    end_trial(trial=trial, now=now)
    trial.save()


def _mail(trial: Trial, question: Question, mail: str) -> None:
    address = settings.SITE_URL + reverse("wiki:outcome-mailed", args=[trial_token(trial, question)])
    fixed = trial.outcome is not None and question == "second"
    context = {
        "trial": trial,
        "address": address,
        "question": question,
        "fixed": fixed,
        "answers": [(f"{address}?answer={value}", label) for value, label in Outcome.Result.choices],
        "rules": load(FollowUpRules),
        "days": load(MailRules).link_days,
    }
    subject = {
        BEGIN: "Shall we ask you how it went?",
        "first": f"How did it go? {trial.remedy.title}",
        "second": f"Did it come back? {trial.remedy.title}",
    }[question]
    message = EmailMessage(
        subject=" ".join(subject.split())[:150],
        body=render_to_string("wiki/mail/trial.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail],
        headers={"List-Unsubscribe": f"<{address}?answer=stop>"},
    )
    message.send()
