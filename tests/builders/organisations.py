"""Claims and invitations for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.actions.organisation_claims import ClaimDraft, claim_organisation
from accounts.actions.team import invite
from accounts.models import Invitation, Organisation, OrganisationClaim, User
from products.models import Product
from tests.builders.accounts import NOW, make_membership, make_user


def make_claim(
    *,
    products: Iterable[Product],
    actor: User | None = None,
    kind: str = Organisation.Kind.WORKSHOP,
    name: str = "Torque & Sons",
    domain: str = "torque.example",
    state: str = OrganisationClaim.State.DOMAIN,
    now: datetime = NOW,
    organisation: Organisation | None = None,
) -> OrganisationClaim:
    """A claim that waits for its domain; in the state `moderator`, one whose domain was shown by mail."""
    claim = claim_organisation(
        draft=ClaimDraft(kind=kind, name=name, domain=domain, products=tuple(products), why="I own it."),
        actor=actor or make_user(),
        organisation=organisation,
        now=now,
    )
    if state == OrganisationClaim.State.MODERATOR:
        claim.state, claim.proof, claim.domain_shown_at = state, OrganisationClaim.Proof.MAIL, now
        claim.save()
    return claim


def make_manager(*, organisation: Organisation, **fields) -> User:
    """A manager of the organisation."""
    user = make_user(**fields)
    make_membership(organisation=organisation, member=user, is_manager=True)
    return user


def make_invitation(
    *, organisation: Organisation, actor: User, address: str = "new@example.org", is_manager: bool = False, now=NOW
) -> Invitation:
    """An invitation that was mailed."""
    return invite(organisation=organisation, address=address, is_manager=is_manager, actor=actor, now=now)
