"""People, organisations and owned products, valid by keyword."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from allauth.account.models import EmailAddress

from accounts.models import CommunityRule, Membership, Organisation, OwnedProduct, Role, Scope, User
from accounts.queries import community_rules
from products.models import Product

# The moment at which most tests play; pass it as `now`.
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

_numbers = itertools.count(1)


def make_user(
    *,
    username: str | None = None,
    email: str | None = None,
    password: str = PASSWORD,
    reputation: int = 1,
    joined_at: datetime = NOW - timedelta(days=400),
    is_confirmed: bool = True,
    **fields,
) -> User:
    """A member with a confirmed mail address."""
    username = username or f"member{next(_numbers)}"
    user = User.objects.create_user(
        username=username,
        email=email or f"{username}@example.org",
        password=password,
        reputation=reputation,
        date_joined=joined_at,
        **fields,
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_confirmed)
    return user


def make_newcomer(*, joined_at: datetime = NOW - timedelta(minutes=10), **fields) -> User:
    """A member who signed up ten minutes before NOW."""
    return make_user(joined_at=joined_at, **fields)


def make_role(*, member: User, name: str = Role.Name.MODERATOR, product: Product | None = None) -> Role:
    """A role held everywhere, or on a product and below."""
    return Role.objects.create(member=member, name=name, product=product, granted_at=NOW)


def make_moderator(*, product: Product | None = None, **fields) -> User:
    """A moderator of everything, or of a product and below."""
    user = make_user(**fields)
    make_role(member=user, product=product)
    return user


def make_admin(**fields) -> User:
    """An admin of everything."""
    user = make_user(**fields)
    make_role(member=user, name=Role.Name.ADMIN)
    return user


def make_organisation(
    *,
    kind: str = Organisation.Kind.WORKSHOP,
    name: str | None = None,
    scope: Iterable[Product] = (),
    is_verified: bool = True,
    **fields,
) -> Organisation:
    """An organisation, verified unless said otherwise, that works on or speaks for the scope."""
    number = next(_numbers)
    organisation = Organisation.objects.create(
        kind=kind,
        name=name or f"Organisation {number}",
        slug=f"organisation-{number}",
        verified_at=NOW - timedelta(days=300) if is_verified else None,
        **fields,
    )
    for product in scope:
        Scope.objects.create(organisation=organisation, product=product)
    return organisation


def make_membership(*, organisation: Organisation, member: User, until: datetime | None = None, **fields) -> Membership:
    """A place in an organisation."""
    return Membership.objects.create(
        organisation=organisation, member=member, since=NOW - timedelta(days=200), until=until, **fields
    )


def make_professional(*, product: Product, organisation: Organisation | None = None, **fields) -> User:
    """A member of a verified workshop (or of the organisation given) that works on the product."""
    user = make_user(**fields)
    make_membership(organisation=organisation or make_organisation(scope=[product]), member=user)
    return user


def make_staff(*, product: Product, organisation: Organisation | None = None, **fields) -> User:
    """A member of the verified manufacturer that speaks for the product."""
    user = make_user(**fields)
    maker = organisation or make_organisation(kind=Organisation.Kind.MANUFACTURER, scope=[product])
    make_membership(organisation=maker, member=user)
    return user


def make_owned_product(*, member: User, product: Product, **fields) -> OwnedProduct:
    """A member's own product; `possession_shown_at` makes its owner a verified one."""
    return OwnedProduct.objects.create(
        member=member, product=product, created_at=fields.pop("created_at", NOW - timedelta(days=100)), **fields
    )


def set_rule(*, name: str, value: object) -> None:
    """Let the community have chosen another value, as `set_rule(name="human_check.least_seconds", value=0)`."""
    CommunityRule.objects.update_or_create(name=name, defaults={"value": value})
    community_rules.forget()
