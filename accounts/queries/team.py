"""An organisation's team, read by its members and by moderators of its whole scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.models import Membership, Organisation, OrganisationAct, OrganisationClaim
from accounts.queries.invitations import WaitingInvitation, waiting_invitations
from accounts.queries.organisations import memberships_of
from accounts.queries.standing import manages, standing_of
from products.models import Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

LATEST = 30


@dataclass(frozen=True, slots=True)
class Seat:
    """How a person stands towards a team: `reads` its page, `manages` it, `belongs` to it."""

    reads: bool = False
    manages: bool = False
    belongs: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """A team as one reader meets it. Addresses of invitations and wishes to join are there for its managers alone."""

    organisation: Organisation
    seat: Seat
    places: tuple[Membership, ...]
    invitations: tuple[WaitingInvitation, ...]
    requests: tuple[OrganisationClaim, ...]
    scope: tuple[Product, ...]
    scope_wish: OrganisationClaim | None
    acts: tuple[OrganisationAct, ...]

    @property
    def present(self) -> tuple[Membership, ...]:
        """Who works there now."""
        return tuple(place for place in self.places if not place.__dict__["has_left"])

    def successors(self, member: User | AnonymousUser) -> tuple[Membership, ...]:
        """Whom the member can name before leaving; nobody where they need not."""
        others = [place for place in self.present if place.member_id != member.pk]
        if not self.seat.manages or any(place.is_manager for place in others):
            return ()
        return tuple(others)


def seat_at(person: User | AnonymousUser, organisation: Organisation) -> Seat:
    """The person's seat at the team of an organisation, which has one once it is verified.

    No query for strangers; for others those of their standing, and the scope's where they hold a role.
    """
    if organisation.verified_at is None:
        return Seat()
    standing = standing_of(person)
    if organisation.pk in standing.organisation_ids:
        return Seat(reads=True, manages=manages(person, organisation), belongs=True)
    if standing.is_moderator_somewhere:
        scope = list(organisation.scope.all())
        return Seat(
            reads=bool(scope) and all(person.has_perm("accounts.verify_organisation", product) for product in scope)
        )
    return Seat()


def teams_of(person: User | AnonymousUser) -> tuple[Organisation, ...]:
    """The verified organisations that the person belongs to, by name: one query after those of their standing."""
    return tuple(Organisation.objects.filter(pk__in=standing_of(person).organisation_ids))


def verified_team(slug: str) -> Organisation | None:
    """The verified organisation with this slug, or None."""
    return Organisation.objects.filter(slug=slug, verified_at__isnull=False).first()


def team_of(organisation: Organisation, reader: User | AnonymousUser, *, now: datetime) -> Team:
    """The team for who reads it: six queries at most, whatever its size."""
    seat = seat_at(reader, organisation)
    open_claims = OrganisationClaim.objects.filter(
        organisation=organisation, state__in=(OrganisationClaim.State.MANAGERS, OrganisationClaim.State.MODERATOR)
    )
    waiting = list(open_claims.select_related("claimant").prefetch_related("products")) if seat.reads else []
    join, scope = OrganisationClaim.Purpose.JOIN, OrganisationClaim.Purpose.SCOPE
    return Team(
        organisation=organisation,
        seat=seat,
        places=tuple(memberships_of(organisation)),
        invitations=waiting_invitations(organisation, now=now) if seat.manages else (),
        requests=tuple(claim for claim in waiting if claim.purpose == join) if seat.manages else (),
        scope=tuple(organisation.scope.order_by("path")),
        scope_wish=next((claim for claim in waiting if claim.purpose == scope), None),
        acts=tuple(organisation.acts.select_related("actor", "subject")[:LATEST]),
    )
