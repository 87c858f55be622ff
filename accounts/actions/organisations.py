"""Verify an organisation, add members to it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.errors import NotPermitted, ScopeMissing
from accounts.models import Membership, Organisation, Scope, User
from products.models import Product


@transaction.atomic
def add_organisation(
    *,
    kind: str,
    name: str,
    slug: str,
    scope: list[Product],
    domain: str = "",
    place: str = "",
    is_demonstration: bool = False,
) -> Organisation:
    """Add an organisation with its scope; its word counts once it is verified."""
    organisation = Organisation(
        kind=kind, name=name, slug=slug, domain=domain, place=place, is_demonstration=is_demonstration
    )
    organisation.full_clean()
    organisation.save()
    Scope.objects.bulk_create([Scope(organisation=organisation, product=product) for product in scope])
    return organisation


@transaction.atomic
def join_organisation(
    *, organisation: Organisation, member: User, now: datetime, is_manager: bool = False
) -> Membership:
    """Give a member a place in an organisation; a second time only ends an earlier leaving."""
    membership, _ = Membership.objects.update_or_create(
        organisation=organisation,
        member=member,
        defaults={"is_manager": is_manager, "until": None},
        create_defaults={"is_manager": is_manager, "since": now},
    )
    return membership


@transaction.atomic
def verify_organisation(*, organisation: Organisation, actor: User, now: datetime) -> Organisation:
    """Say that the organisation is what it claims to be; its members' word counts from now on within its scope.

    Raises NotPermitted for who is no moderator of its whole scope, or belongs to it, and ScopeMissing.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    scope = [row.product for row in organisation.scopes.select_related("product")]
    if not scope:
        raise ScopeMissing
    if not all(actor.has_perm("accounts.verify_organisation", product) for product in scope):
        raise NotPermitted
    if organisation.memberships.filter(member=actor).exists():
        raise NotPermitted("Nobody verifies their own organisation.")
    if organisation.verified_at is None:
        organisation.verified_at = now
        organisation.verified_by = actor
        organisation.save(update_fields=["verified_at", "verified_by"])
    return organisation


@transaction.atomic
def withdraw_verification(*, organisation: Organisation, actor: User) -> Organisation:
    """Take the verification back: from now on its members are members like any other. Raises NotPermitted."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not actor.has_perm("accounts.verify_organisation"):
        raise NotPermitted
    organisation.verified_at = organisation.verified_by = None
    organisation.save(update_fields=["verified_at", "verified_by"])
    return organisation
