"""Organisations, read for their public page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.db.models.functions import Now

from accounts.errors import NotPermitted
from accounts.models import Membership, Organisation, User
from accounts.queries.standing import manages, standing_of
from products.models import Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

__all__ = [
    "OrganisationPage",
    "managed_by",
    "managers_of",
    "manages",
    "members_of",
    "memberships_of",
    "require_manager",
    "running",
    "verified_manufacturers",
    "verified_organisation",
]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """A verified organisation with the people who speak for it and its place in the product tree."""

    organisation: Organisation
    members: tuple[User, ...]
    scope: tuple[Product, ...]


def verified_organisation(slug: str) -> OrganisationPage | None:
    """The organisation's page in three queries, or None where it does not exist or is not verified."""
    organisation = Organisation.objects.filter(slug=slug, verified_at__isnull=False).first()
    if organisation is None:
        return None
    members = members_of(organisation)
    scope = Product.objects.filter(scopes__organisation=organisation).order_by("path")
    return OrganisationPage(organisation, tuple(members), tuple(scope))


def running(now: datetime) -> Q:
    """Memberships that run at a moment."""
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def managers_of(organisation: Organisation, *, now: datetime) -> QuerySet[Membership]:
    """The places of those who manage the organisation and take part."""
    return organisation.memberships.filter(running(now), is_manager=True, member__is_active=True)


def require_manager(organisation: Organisation, actor: User, *, now: datetime) -> Organisation:
    """The organisation as it stands now, if it is verified and the actor manages it. Raises NotPermitted.

    Asked by acts, inside their transaction: whatever a page had read before may be true no longer.
    """
    found = Organisation.objects.get(pk=organisation.pk)
    if found.verified_at is None or not managers_of(found, now=now).filter(member=actor).exists():
        raise NotPermitted("Only the managers of a verified organisation do this.")
    return found


def members_of(organisation: Organisation) -> QuerySet[User]:
    """Who works there now, by name: one query."""
    running = Q(memberships__until__isnull=True) | Q(memberships__until__gt=Now())
    found = User.objects.filter(running, memberships__organisation=organisation, is_active=True)
    return found.order_by("username")


def managed_by(member: User | AnonymousUser) -> QuerySet[Organisation]:
    """The verified organisations that the member manages now, by name; `manages` answers for one of them."""
    ids = [there.organisation_id for there in standing_of(member).affiliations if there.is_manager]
    return Organisation.objects.filter(pk__in=ids)


def verified_manufacturers() -> QuerySet[Organisation]:
    """Verified manufacturers by name, with their scope at hand: two queries."""
    return Organisation.objects.filter(kind=Organisation.Kind.MANUFACTURER, verified_at__isnull=False).prefetch_related(
        "scope"
    )


def memberships_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who works there and who did, managers first, those who left last: one query."""
    return (
        organisation.memberships.filter(member__is_active=True)
        .select_related("member")
        .annotate(has_left=Case(When(until__lte=Now(), then=True), default=False, output_field=BooleanField()))
        .order_by("has_left", "-is_manager", "member__username")
    )
