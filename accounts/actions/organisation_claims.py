"""Claim an organisation, wish to join it or ask for another scope; show the domain, or take the claim back."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.actions.notifications import notify
from accounts.actions.strangers_mail import mail_stranger
from accounts.domains import domain_of_organisation, mail_address_at, text_records
from accounts.encryption import encrypt
from accounts.errors import ClaimRefused, LimitReached, NotYours, ScopeMissing
from accounts.models import Organisation, OrganisationClaim, User
from accounts.queries.community_rules import load
from accounts.queries.mail import has_confirmed_address
from accounts.queries.organisation_claims import claim_behind, proof_token
from accounts.queries.organisations import managers_of, require_manager, running
from accounts.rules.organisations import OrganisationRules, plain_name, record_text
from products.models import Product

State, Purpose, Proof = OrganisationClaim.State, OrganisationClaim.Purpose, OrganisationClaim.Proof
OPEN = (State.DOMAIN, State.MODERATOR, State.MANAGERS)


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """What a member says of the organisation that they speak for."""

    kind: str
    name: str
    domain: str
    products: tuple[Product, ...]
    place: str = ""
    why: str = ""


@transaction.atomic
def claim_organisation(
    *, draft: ClaimDraft, actor: User, now: datetime, organisation: Organisation | None = None
) -> OrganisationClaim:
    """Claim an organisation that is not here yet, or one that nobody manages; its domain has to be shown next.

    Raises ClaimRefused, DomainRefused, LimitReached and ScopeMissing. One that has managers can only be joined.
    """
    require_room(actor)
    if organisation is not None and organisation.verified_at and managers_of(organisation, now=now).exists():
        raise ClaimRefused(f"{organisation.name} has managers here: ask to join it.")
    name = plain_name(draft.name)
    if not name:
        raise ClaimRefused("Please write the name without an address of mail or web in it.")
    return _kept(
        OrganisationClaim(
            claimant=actor,
            purpose=Purpose.CLAIM,
            organisation=organisation,
            kind=draft.kind,
            name=name,
            domain=domain_of_organisation(draft.domain),
            place=" ".join(draft.place.split()),
            why=draft.why.strip(),
            state=State.DOMAIN,
            claimed_at=now,
            record_token=secrets.token_urlsafe(24),
        ),
        draft.products,
    )


@transaction.atomic
def ask_to_join(*, organisation: Organisation, why: str, actor: User, now: datetime) -> OrganisationClaim:
    """Ask the managers of an organisation for a place in it; they are told. Raises ClaimRefused and LimitReached."""
    require_room(actor)
    managers = list(managers_of(organisation, now=now).values_list("member_id", flat=True))
    if organisation.verified_at is None or not managers:
        raise ClaimRefused("Nobody manages this organisation here: claim it.")
    if organisation.memberships.filter(running(now), member=actor).exists():
        raise ClaimRefused("You are a member of it.")
    claim = _kept(_about(organisation, Purpose.JOIN, State.MANAGERS, why, actor, now), ())
    notify(members=managers, kind="org_request", about="claim", object_id=claim.pk, now=now)
    return claim


@transaction.atomic
def ask_for_scope(
    *, organisation: Organisation, products: Collection[Product], why: str, actor: User, now: datetime
) -> OrganisationClaim:
    """Ask, as a manager, that the organisation's scope become these products; a moderator decides.

    Raises NotPermitted, ScopeMissing, ClaimRefused where nothing would change or a wish waits.
    """
    locked = require_manager(organisation, actor, now=now)
    if {product.pk for product in products} == set(locked.scopes.values_list("product_id", flat=True)):
        raise ClaimRefused("This is its scope already.")
    if locked.claims.filter(purpose=Purpose.SCOPE, state=State.MODERATOR).exists():
        raise ClaimRefused("A change of its scope waits for a moderator. Take that back to ask for another.")
    return _kept(_about(locked, Purpose.SCOPE, State.MODERATOR, why, actor, now), products)


def mail_proof(*, claim: OrganisationClaim, address: str, actor: User, now: datetime) -> OrganisationClaim:
    """Send the link that shows the domain to an address there; an earlier link holds no longer.

    Raises NotYours, ClaimRefused, DomainRefused, and MailNotSent where the mail did not leave.
    """
    with transaction.atomic():
        locked = _own(claim, actor, State.DOMAIN)
        mail = mail_address_at(locked.domain, address)
        locked.mail_encrypted = encrypt(mail)
        locked.mailed_at = now
        locked.save(update_fields=["mail_encrypted", "mailed_at"])
    shown = {
        "claim": locked,
        "address": settings.SITE_URL + reverse("accounts:claim-proof", args=[proof_token(locked)]),
        "days": load(OrganisationRules).proof_days,
    }
    subject = f"Does {actor.username} speak for {locked.name}?"
    mail_stranger(address=mail, subject=subject, template="accounts/mail/claim_proof.txt", shown=shown)
    return locked


@transaction.atomic
def show_domain_by_mail(*, token: str, actor: User, now: datetime) -> OrganisationClaim:
    """Show the domain by the mailed link, which works for the claimant and once. Raises LinkEnded and NotYours."""
    claim = claim_behind(token, now=now)
    return _shown(_own(claim, actor, State.DOMAIN), Proof.MAIL, now)


def show_domain_by_record(*, claim: OrganisationClaim, actor: User, now: datetime) -> OrganisationClaim:
    """Look for the claim's text record in the DNS. Raises NotYours, ClaimRefused without it, RecordsUnreachable."""
    with transaction.atomic():
        _own(claim, actor, State.DOMAIN)
    # The name servers are asked outside: nothing waits for them with a lock in its hands.
    found = has_record(claim)
    with transaction.atomic():
        locked = _own(claim, actor, State.DOMAIN)
        locked.record_read_at = now
        locked.save(update_fields=["record_read_at"])
        if found:
            return _shown(locked, Proof.RECORD, now)
    raise ClaimRefused(
        f"The text record is not there yet. Name servers may need an hour to show a new record of {claim.domain}."
    )


def has_record(claim: OrganisationClaim) -> bool:
    """Whether the claim's text record stands in the DNS. Raises RecordsUnreachable."""
    return bool(claim.record_token) and record_text(claim.record_token) in text_records(claim.domain)


@transaction.atomic
def withdraw_claim(*, claim: OrganisationClaim, actor: User, now: datetime) -> OrganisationClaim:
    """Take back what one asked for, as long as nobody decided. Raises NotYours and ClaimRefused."""
    return close_claim(claim=_own(claim, actor, *OPEN), state=State.WITHDRAWN, actor=actor, now=now)


@transaction.atomic
def close_claim(
    *, claim: OrganisationClaim, state: str, actor: User, now: datetime, reason: str = ""
) -> OrganisationClaim:
    """Say how a claim ended, when and by whom; the address that its mail went to is forgotten."""
    claim.state = state
    claim.decided_at = now
    claim.decided_by = actor
    claim.reason = reason.strip()[:300]
    claim.mail_encrypted = ""
    claim.save()
    return claim


def require_room(actor: User) -> None:
    """Raise ClaimRefused without a confirmed address, LimitReached with as many open claims as one may have."""
    if not has_confirmed_address(actor):
        raise ClaimRefused("Confirm your mail address first.")
    most = load(OrganisationRules).open_claims
    if OrganisationClaim.objects.filter(claimant=actor, state__in=OPEN).count() >= most:
        raise LimitReached(f"{most} of your claims and wishes wait: more once these are decided.")


def _about(
    organisation: Organisation, purpose: str, state: str, why: str, actor: User, now: datetime
) -> OrganisationClaim:
    return OrganisationClaim(
        claimant=actor,
        purpose=purpose,
        organisation=organisation,
        kind=organisation.kind,
        name=organisation.name,
        domain=organisation.domain,
        place=organisation.place,
        why=why.strip(),
        state=state,
        claimed_at=now,
    )


def _kept(claim: OrganisationClaim, products: Collection[Product]) -> OrganisationClaim:
    if claim.purpose != Purpose.JOIN and not products:
        raise ScopeMissing
    most = load(OrganisationRules).products_in_scope
    if len(products) > most:
        raise ClaimRefused(f"{most} products are the most: choose one that stands above several of them.")
    try:
        with transaction.atomic():
            claim.save()
    except IntegrityError as error:
        raise ClaimRefused("You have asked for this, and it waits.") from error
    claim.products.set(products)
    return claim


def _own(claim: OrganisationClaim, actor: User, *states: str) -> OrganisationClaim:
    locked = OrganisationClaim.objects.select_for_update().get(pk=claim.pk)
    if locked.claimant_id != actor.pk:
        raise NotYours("This claim is somebody else's.")
    if locked.state not in states:
        raise ClaimRefused(f"This claim {locked.get_state_display()}." if locked.is_open else "This is decided.")
    return locked


def _shown(claim: OrganisationClaim, proof: str, now: datetime) -> OrganisationClaim:
    claim.proof = proof
    claim.domain_shown_at = now
    claim.state = State.MODERATOR
    claim.save()
    return claim
