"""Acts on outcomes by members: record, edit, withdraw, mark that it came back; and a moderator's judgement of proof."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.queries.standing import is_staff_of_manufacturer, spoken_for
from products.models import Change, Product
from wiki.actions.diagnosis import report_readings
from wiki.actions.drafts import Content, OutcomeDraft, outcome_content, outcome_content_alone
from wiki.actions.limits import check_edit, check_posting, check_text
from wiki.actions.locking import lock, lock_present
from wiki.actions.points import settle_outcome
from wiki.actions.revising import check_version, record_revision
from wiki.actions.trial_links import link_trials
from wiki.actions.trust import is_beyond_share
from wiki.actions.webhook_events import announce
from wiki.errors import (
    AlreadyReported,
    NotAllowed,
    NotYourProduct,
    OwnMake,
    PostGone,
    ResultCannotRelapse,
)
from wiki.models import Outcome, Remedy
from wiki.models.outcome import SUCCESSES
from wiki.permissions import (
    refusal_to_edit,
    refusal_to_moderate,
    require,
    workshop_of,
)
from wiki.rules.tiers import Reporter, tier_of


@transaction.atomic
def record_outcome(
    *, remedy: Remedy, draft: OutcomeDraft, actor: User, now: datetime.datetime, is_demonstration: bool = False
) -> Outcome:
    """Record how a remedy went, in the tier that is known of the person; it counts in the plan at once.

    Raises `AlreadyReported` with the earlier outcome, `OwnMake` for a manufacturer's staff on its own product,
    `NotYourProduct`, and the refusals of posting.
    """
    check_remedy(remedy)
    product = product_of_draft(draft, actor)
    check_text(draft.note)
    check_posting(actor=actor, kind="outcome", now=now, text=draft.note, product=product)
    earlier = _earlier(remedy, draft, actor)
    if earlier is not None and earlier.state != Outcome.State.DELETED:
        raise AlreadyReported(earlier)
    outcome = earlier or Outcome(remedy=remedy, member=actor, created_at=now, version=0)
    outcome.owned_product = draft.owned_product
    outcome.is_demonstration = is_demonstration
    outcome.state = Outcome.State.PUBLISHED
    outcome.has_evidence = False
    outcome.came_back_on = None
    _store(outcome, draft, product, actor, now)
    link_trials(outcome=outcome, now=now)
    announce(about=outcome, kind="outcome", now=now)
    return outcome


@transaction.atomic
def edit_outcome(
    *,
    outcome: Outcome,
    draft: OutcomeDraft,
    base_version: int,
    actor: User,
    now: datetime.datetime,
    summary: str = "",
) -> Outcome:
    """Change one's own outcome; what it said is kept. Proof counts for the result that it was shown for.

    Raises `EditConflict` if it was begun on an older version.
    """
    locked = lock(outcome)
    require(refusal_to_edit(actor, locked))
    product = product_of_draft(draft, actor)
    check_text(draft.note)
    check_edit(actor=actor, now=now, text=draft.note)
    check_version(
        post=locked,
        base_version=base_version,
        mine=content_of_draft(locked, draft, product, now),
        theirs=_with_private_fields(outcome_content(locked), locked),
    )
    if draft.owned_product != locked.owned_product:
        earlier = _earlier(locked.remedy, draft, actor)
        if earlier is not None and earlier.pk != locked.pk:
            raise AlreadyReported(earlier)
        locked.owned_product = draft.owned_product
    if draft.result not in SUCCESSES:
        locked.came_back_on = None
    if draft.result != locked.result or product.pk != locked.product_id:
        locked.has_evidence = False
    _store(locked, draft, product, actor, now, summary=summary)
    return locked


@transaction.atomic
def withdraw_outcome(*, outcome: Outcome, actor: User, now: datetime.datetime) -> Outcome:
    """Take one's own outcome back: in the plan it never happened, and its points go. Its row and history stay."""
    locked = lock(outcome)
    if locked.member_id != actor.pk:
        raise NotAllowed("A report belongs to the person who made it.")
    if locked.state == Outcome.State.DELETED:
        raise PostGone
    locked.state = Outcome.State.DELETED
    locked.updated_at = now
    locked.save(update_fields=["state", "updated_at"])
    settle_outcome(outcome=locked, now=now)
    announce_outcome(locked)
    return locked


@transaction.atomic
def mark_came_back(*, outcome: Outcome, on: datetime.date, actor: User, now: datetime.datetime) -> Outcome:
    """Say that a success did not last. Raises `ResultCannotRelapse` where there was none."""
    if outcome.member_id != actor.pk:
        raise NotAllowed("A report belongs to the person who made it.")
    return relapse(outcome=outcome, on=on, actor=actor, now=now)


@transaction.atomic
def relapse(*, outcome: Outcome, on: datetime.date, actor: User | None, now: datetime.datetime) -> Outcome:
    """The same without asking whose report it is: a caller knows by another way, as a mailed link."""
    locked = lock(outcome)
    if locked.state != Outcome.State.PUBLISHED:
        raise PostGone
    if locked.result not in SUCCESSES or locked.came_back_on is not None:
        raise ResultCannotRelapse
    locked.came_back_on = on
    locked.version += 1
    locked.updated_at = now
    locked.save()
    record_revision(post=locked, content=outcome_content(locked), actor=actor, now=now, summary="It came back")
    settle_outcome(outcome=locked, now=now)
    announce_outcome(locked)
    return locked


@transaction.atomic
def judge_outcome(*, outcome: Outcome, tier: str, has_evidence: bool, actor: User, now: datetime.datetime) -> Outcome:
    """Set what a moderator has seen: the tier of the person and the proof. Points follow."""
    locked = lock(outcome)
    require(refusal_to_moderate(actor, locked))
    locked.tier = tier
    locked.has_evidence = has_evidence
    locked.updated_at = now
    locked.save(update_fields=["tier", "has_evidence", "updated_at"])
    settle_outcome(outcome=locked, now=now)
    announce_outcome(locked)
    return locked


def check_remedy(remedy: Remedy) -> None:
    """Refuse a report on a fix that is not published."""
    if remedy.fix is not None:
        lock_present(remedy.fix)


def product_of_draft(draft: OutcomeDraft, actor: User) -> Product:
    """The product reported on; raises `NotYourProduct` for one of another garage, `OwnMake` for one's employer's."""
    owned = draft.owned_product
    if owned is not None and owned.member_id != actor.pk:
        raise NotYourProduct
    product = owned.product if owned is not None else draft.product
    if product is None:
        raise NotAllowed("Please say on which product it was.")
    if is_staff_of_manufacturer(actor, product):
        raise OwnMake
    return product


def put_draft(outcome: Outcome, draft: OutcomeDraft, product: Product, now: datetime.datetime) -> None:
    """Write a draft's fields into an unsaved or locked outcome."""
    outcome.product = product
    outcome.result = draft.result
    outcome.happened_on = draft.happened_on or now.date()
    outcome.money = draft.money
    outcome.currency = draft.currency
    outcome.hours = draft.hours
    outcome.done_by = draft.done_by
    outcome.cause_found = draft.cause_found.strip()
    outcome.proof = draft.proof.strip()
    outcome.part_number = draft.part_number.strip()
    outcome.also_changed = draft.also_changed.strip()
    outcome.procedure_followed = draft.procedure_followed
    outcome.usage = draft.usage
    outcome.usage_unit = draft.usage_unit
    outcome.harm = draft.harm
    outcome.note = draft.note.strip()
    outcome.updated_at = now


def count_again(outcome: Outcome, now: datetime.datetime) -> None:
    """Let everything follow that follows from a changed outcome: the points, and the pages that count it."""
    settle_outcome(outcome=outcome, now=now)
    announce_outcome(outcome)


def announce_outcome(outcome: Outcome) -> None:
    """Tell the change feed whose page now shows other counts."""
    remedy = outcome.remedy
    if remedy.fix_id is not None:
        Change.objects.create(kind=Change.Kind.FIX, object_id=remedy.fix_id)
    elif remedy.diagnostic_id is not None:
        Change.objects.create(kind=Change.Kind.OFFICIAL, object_id=remedy.diagnostic_id)


def _store(
    outcome: Outcome, draft: OutcomeDraft, product: Product, actor: User, now: datetime.datetime, summary: str = ""
) -> None:
    same_case = (outcome.product_id, outcome.job_number) == (product.pk, draft.job_number.strip())
    put_draft(outcome, draft, product, now)
    workshop = workshop_of(actor, product)
    outcome.organisation_id = workshop if draft.job_number.strip() else None
    outcome.job_number = draft.job_number.strip() if workshop else ""
    outcome.affiliation_id = outcome.organisation_id or spoken_for(actor, product)
    known = tier_of(
        Reporter(
            works_for_workshop=workshop is not None,
            job_number=draft.job_number,
            possession_shown=draft.owned_product is not None and draft.owned_product.possession_shown_at is not None,
        )
    )
    set_by_moderator = outcome.pk is not None and same_case and known == "unverified"
    if not set_by_moderator:
        outcome.tier = known or Outcome.Tier.UNVERIFIED
    if outcome.version == 0 or outcome.organisation_id is None or not same_case:
        outcome.is_beyond_share = is_beyond_share(outcome=outcome, now=now)
    outcome.version += 1
    try:
        with transaction.atomic():
            outcome.save()
    except IntegrityError as error:
        raise AlreadyReported(
            sentence="There is a report with this job number, or one of yours on this product, already."
        ) from error
    outcome.also_remedies.set([other for other in draft.also_remedies if other.pk != outcome.remedy_id])
    report_readings(outcome=outcome, readings=draft.readings)
    record_revision(post=outcome, content=outcome_content(outcome), actor=actor, now=now, summary=summary)
    settle_outcome(outcome=outcome, now=now)
    announce_outcome(outcome)


def _earlier(remedy: Remedy, draft: OutcomeDraft, actor: User) -> Outcome | None:
    """The person's outcome on this remedy and product; a professional has one for each job number."""
    same: dict[str, Any] = {"member": actor, "remedy": remedy, "owned_product": draft.owned_product}
    if draft.owned_product is None:
        same["job_number"] = draft.job_number.strip()
    return Outcome.objects.select_for_update().filter(**same).first()


def content_of_draft(outcome: Outcome, draft: OutcomeDraft, product: Product, now: datetime.datetime) -> Content:
    """What the outcome would say with this draft."""
    would = Outcome(remedy_id=outcome.remedy_id, came_back_on=outcome.came_back_on, currency=outcome.currency)
    put_draft(would, draft, product, now)
    content = outcome_content_alone(would)
    content["also_remedies"] = sorted(other.pk for other in draft.also_remedies if other.pk != outcome.remedy_id)
    content["readings_taken"] = sorted(reading.pk for reading in draft.readings)
    content["owned_product"] = draft.owned_product.pk if draft.owned_product else None
    content["job_number"] = draft.job_number.strip()
    return content


def _with_private_fields(content: Content, outcome: Outcome) -> Content:
    return content | {"owned_product": outcome.owned_product_id, "job_number": outcome.job_number}
