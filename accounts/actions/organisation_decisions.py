"""Decide what was asked about an organisation: moderators its claim and scope, managers who joins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actions.notifications import notify
from accounts.actions.organisation_claims import close_claim, has_record
from accounts.actions.organisation_log import note_act
from accounts.actions.organisations import (
    add_organisation,
    change_scope,
    free_slug,
    join_organisation,
    verify_organisation,
)
from accounts.errors import ClaimRefused, NotPermitted, ReasonMissing, ScopeMissing
from accounts.models import Organisation, OrganisationAct, OrganisationClaim, User
from accounts.queries.organisation_claims import refusal_to_decide
from accounts.queries.organisations import managers_of, require_manager
from products.models import Product

State, Purpose = OrganisationClaim.State, OrganisationClaim.Purpose
DECIDED = "This was decided, or taken back."


def accept_claim(
    *, claim: OrganisationClaim, products: Collection[int], actor: User, now: datetime
) -> OrganisationClaim:
    """Verify the organisation that was claimed, or give it the scope asked for, with these of its products (ids).

    The claimant becomes its manager and is told. A domain shown by a text record is looked up once more. Raises
    NotPermitted (nobody decides for their own organisation, or beyond their own part of the tree), ScopeMissing,
    ClaimRefused and RecordsUnreachable.
    """
    if claim.state == State.MODERATOR and claim.proof == OrganisationClaim.Proof.RECORD and not has_record(claim):
        raise ClaimRefused(f"The text record of {claim.domain} is gone. Refuse the claim, or wait until it is back.")
    with transaction.atomic():
        locked = _waiting(claim, State.MODERATOR)
        granted = [product for product in locked.products.all() if product.pk in set(products)]
        if not granted:
            raise ScopeMissing("Leave one product of the scope at least, or refuse.")
        refusal = refusal_to_decide(locked, actor, granted)
        if refusal:
            raise NotPermitted(refusal)
        organisation = locked.organisation
        if organisation is not None:
            change_scope(organisation=organisation, products=granted, actor=actor, now=now)
        if locked.purpose == Purpose.CLAIM:
            organisation = _verified(locked, organisation, granted, actor, now)
        locked.organisation = organisation
        return _told(close_claim(claim=locked, state=State.ACCEPTED, actor=actor, now=now), now)


@transaction.atomic
def refuse_claim(*, claim: OrganisationClaim, reason: str, actor: User, now: datetime) -> OrganisationClaim:
    """Say no to a claim or a change of scope, and why; the claimant is told. Raises NotPermitted and ReasonMissing."""
    locked = _waiting(claim, State.MODERATOR)
    refusal = refusal_to_decide(locked, actor, list(locked.products.all()))
    if refusal:
        raise NotPermitted(refusal)
    if not reason.strip():
        raise ReasonMissing("Say why, so that they can do better.")
    return _told(close_claim(claim=locked, state=State.REFUSED, actor=actor, now=now, reason=reason), now)


@transaction.atomic
def take_in(*, claim: OrganisationClaim, actor: User, now: datetime) -> OrganisationClaim:
    """Give who asked to join a place, as a member. Raises NotPermitted for who does not manage the organisation."""
    locked, organisation = _request(claim, actor, now)
    join_organisation(organisation=organisation, member=locked.claimant, now=now)
    note_act(organisation=organisation, act=OrganisationAct.Act.TAKEN_IN, actor=actor, subject=locked.claimant, now=now)
    return _told(close_claim(claim=locked, state=State.ACCEPTED, actor=actor, now=now), now)


@transaction.atomic
def turn_away(*, claim: OrganisationClaim, reason: str, actor: User, now: datetime) -> OrganisationClaim:
    """Say no to who asked to join, and why. Raises NotPermitted and ReasonMissing."""
    locked, _ = _request(claim, actor, now)
    if not reason.strip():
        raise ReasonMissing("Say why: they read it.")
    return _told(close_claim(claim=locked, state=State.REFUSED, actor=actor, now=now, reason=reason), now)


def _verified(
    claim: OrganisationClaim, organisation: Organisation | None, granted: list[Product], actor: User, now: datetime
) -> Organisation:
    if organisation is None:
        organisation = add_organisation(
            kind=claim.kind,
            name=claim.name,
            slug=free_slug(claim.name),
            scope=granted,
            domain=claim.domain,
            place=claim.place,
            is_demonstration=claim.claimant.is_demonstration,
        )
    elif organisation.verified_at is not None and managers_of(organisation, now=now).exists():
        raise ClaimRefused(f"{organisation.name} has managers meanwhile: they decide who joins. Refuse this claim.")
    elif organisation.domain != claim.domain:
        organisation.domain, organisation.website = claim.domain, ""
        organisation.save(update_fields=["domain", "website"])
    organisation = verify_organisation(organisation=organisation, actor=actor, now=now)
    join_organisation(organisation=organisation, member=claim.claimant, is_manager=True, now=now)
    note_act(
        organisation=organisation,
        act=OrganisationAct.Act.TAKEN_IN,
        actor=actor,
        subject=claim.claimant,
        words="as its manager",
        now=now,
    )
    _hand_over_rivals(claim, organisation, now)
    return organisation


def _hand_over_rivals(claim: OrganisationClaim, organisation: Organisation, now: datetime) -> None:
    """Other open claims to the same organisation become wishes to join, which its manager decides."""
    rivals = OrganisationClaim.objects.select_for_update().filter(
        purpose=Purpose.CLAIM, domain=claim.domain, state__in=(State.DOMAIN, State.MODERATOR)
    )
    for rival in rivals.exclude(pk=claim.pk).exclude(claimant_id=claim.claimant_id):
        same = rival.organisation_id in (None, organisation.pk) and rival.name.casefold() == claim.name.casefold()
        waits = OrganisationClaim.objects.filter(
            claimant_id=rival.claimant_id, purpose=Purpose.JOIN, organisation=organisation, state=State.MANAGERS
        )
        if same and not waits.exists():
            rival.purpose, rival.state, rival.organisation = Purpose.JOIN, State.MANAGERS, organisation
            rival.mail_encrypted = ""
            rival.save()
            notify(members=[claim.claimant_id], kind="org_request", about="claim", object_id=rival.pk, now=now)


def _waiting(claim: OrganisationClaim, state: str) -> OrganisationClaim:
    locked = OrganisationClaim.objects.select_for_update().get(pk=claim.pk)
    if locked.state != state:
        raise ClaimRefused(DECIDED)
    return locked


def _request(claim: OrganisationClaim, actor: User, now: datetime) -> tuple[OrganisationClaim, Organisation]:
    locked = _waiting(claim, State.MANAGERS)
    assert locked.organisation is not None  # claim_about_an_organisation
    return locked, require_manager(locked.organisation, actor, now=now)


def _told(claim: OrganisationClaim, now: datetime) -> OrganisationClaim:
    notify(members=[claim.claimant_id], kind="org_decided", about="claim", object_id=claim.pk, now=now)
    return claim
