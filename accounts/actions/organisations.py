"""Add an organisation, verify it, choose its scope and its public words, give members a place in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.actions.organisation_log import note_act
from accounts.domains import website_at
from accounts.errors import NotPermitted, ScopeMissing
from accounts.models import Membership, Organisation, OrganisationAct, Scope, User
from accounts.queries.organisations import require_manager, running
from accounts.rules.organisations import RESERVED
from products.models import Product

Act = OrganisationAct.Act


@transaction.atomic
def add_organisation(
    *,
    kind: str,
    name: str,
    slug: str,
    scope: Collection[Product],
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
    """Give a member a place in an organisation; who is in it keeps theirs, who had left begins a new one."""
    place = Membership.objects.filter(running(now), organisation=organisation, member=member).first()
    if place is None:
        return Membership.objects.create(organisation=organisation, member=member, is_manager=is_manager, since=now)
    place.is_manager = is_manager
    place.save(update_fields=["is_manager"])
    return place


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
        note_act(organisation=organisation, act=Act.VERIFIED, actor=actor, words=_named(scope), now=now)
    return organisation


@transaction.atomic
def withdraw_verification(*, organisation: Organisation, actor: User, now: datetime) -> Organisation:
    """Take the verification back: from now on its members are members like any other. Raises NotPermitted."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not actor.has_perm("accounts.verify_organisation"):
        raise NotPermitted
    organisation.verified_at = organisation.verified_by = None
    organisation.save(update_fields=["verified_at", "verified_by"])
    note_act(organisation=organisation, act=Act.WITHDREW, actor=actor, now=now)
    return organisation


@transaction.atomic
def change_scope(
    *, organisation: Organisation, products: Collection[Product], actor: User, now: datetime
) -> Organisation:
    """Change the scope. Raises ScopeMissing, and NotPermitted for who does not moderate all of both."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not products:
        raise ScopeMissing
    before = [row.product for row in locked.scopes.select_related("product")]
    if not all(actor.has_perm("accounts.verify_organisation", product) for product in (*before, *products)):
        raise NotPermitted("Only a moderator of the whole scope, before and after, changes it.")
    if locked.memberships.filter(member=actor).exists():
        raise NotPermitted("Nobody changes the scope of their own organisation.")
    if {product.pk for product in before} != {product.pk for product in products}:
        locked.scopes.exclude(product__in=products).delete()
        Scope.objects.bulk_create(
            [Scope(organisation=locked, product=product) for product in products], ignore_conflicts=True
        )
        words = f"from {_named(before) or 'nothing'} to {_named(products)}"
        note_act(organisation=locked, act=Act.SCOPED, actor=actor, words=words, now=now)
    return locked


@transaction.atomic
def describe_organisation(
    *, organisation: Organisation, place: str, about: str, website: str, actor: User, now: datetime
) -> Organisation:
    """Change what everybody reads of it. Raises NotPermitted, and DomainRefused for a website elsewhere."""
    locked = require_manager(organisation, actor, now=now)
    website = website_at(locked.domain, website.strip())
    said = {"place": " ".join(place.split()), "about": about.strip(), "website": website}
    changed = [name for name, value in said.items() if getattr(locked, name) != value]
    if changed:
        for name in changed:
            setattr(locked, name, said[name])
        locked.full_clean(exclude=["verified_by"])
        locked.save(update_fields=changed)
        note_act(organisation=locked, act=Act.DESCRIBED, actor=actor, words=", ".join(changed), now=now)
    return locked


def free_slug(name: str) -> str:
    """A slug for a name that no organisation has and no page is called: torque, torque-2."""
    base = slugify(name)[:70].strip("-") or "organisation"
    taken = RESERVED | set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for number in range(1, len(taken) + 2) if (slug := _numbered(base, number)) not in taken)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}-{number}"


def _named(products: Collection[Product]) -> str:
    return ", ".join(sorted(product.full_name for product in products))
