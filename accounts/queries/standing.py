"""What a person was given: roles, and memberships in verified organisations with their place in the product tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db.models import Exists, Manager, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import Membership, Notification, Organisation, OwnedProduct, Role
from accounts.rules.permissions import RoleName

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from products.models import Product

PROFESSIONAL_KINDS = frozenset({Organisation.Kind.DEALER.value, Organisation.Kind.WORKSHOP.value})


@dataclass(frozen=True, slots=True)
class Reach:
    """A part of the product tree: a node and everything below it."""

    tree_id: int
    lft: int
    rght: int

    def covers(self, product: Product) -> bool:
        """Whether the product is the node or stands below it."""
        return self.tree_id == product.tree_id and self.lft <= product.lft and self.rght >= product.rght


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role; `reach` is None where it is held everywhere."""

    name: RoleName
    reach: Reach | None

    def covers(self, product: Product) -> bool:
        """Whether the role counts on the product."""
        return self.reach is None or self.reach.covers(product)


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A running membership in a verified organisation."""

    organisation_id: int
    kind: str
    name: str
    slug: str
    is_manager: bool
    reaches: tuple[Reach, ...]

    def covers(self, product: Product) -> bool:
        """Whether the organisation's scope holds the product."""
        return any(reach.covers(product) for reach in self.reaches)

    def has_stake_in(self, product: Product) -> bool:
        """Whether what is said of the product is its business: a manufacturer's whole category, where its rivals are.

        Dealers, workshops and suppliers have a stake in the products of their scope.
        """
        if self.role == "staff":
            return any(reach.tree_id == product.tree_id for reach in self.reaches)
        return self.covers(product)

    @property
    def role(self) -> RoleName | None:
        """What membership makes of a person; a parts supplier sells, so its word is nobody's proof."""
        if self.kind == Organisation.Kind.MANUFACTURER:
            return "staff"
        return "professional" if self.kind in PROFESSIONAL_KINDS else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that a person was given."""

    roles: tuple[HeldRole, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()

    def held_on(self, product: Product | None) -> frozenset[RoleName]:
        """The names of the roles that count on the product; without one, those that count everywhere."""
        names = {
            role.name for role in self.roles if role.reach is None or (product is not None and role.covers(product))
        }
        if product is not None:
            names |= {there.role for there in self.affiliations if there.role is not None and there.covers(product)}
        return frozenset(names)

    @property
    def is_moderator_somewhere(self) -> bool:
        """Whether any role was given, on whichever product."""
        return bool(self.roles)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The verified organisations that the person belongs to."""
        return frozenset(there.organisation_id for there in self.affiliations)


NOBODY = Standing()


def with_what_is_missing(users: Manager[User]) -> QuerySet[User]:
    """Users who know whether they have a role, membership, default product, unread news: nobody asks in vain."""
    return users.annotate(
        holds_role=Exists(Role.objects.filter(member=OuterRef("pk"))),
        holds_membership=Exists(Membership.objects.filter(member=OuterRef("pk"))),
        has_unread=Exists(Notification.objects.filter(member=OuterRef("pk"), read_at=None)),
        has_default_product=Exists(OwnedProduct.objects.filter(member=OuterRef("pk"), is_default=True)),
    )


def lacks(user: User, what: str) -> bool:
    """Whether the signed-in person is known to lack it (see `with_what_is_missing`); False where nobody has looked."""
    return user.__dict__.get(what) is False


def standing_of(user: User | AnonymousUser) -> Standing:
    """Return what the person was given: two queries at the first question, none later on the same user object.

    The person whose request it is needs none where nothing was given.
    """
    if user.is_anonymous or not user.is_active:
        return NOBODY
    if lacks(user, "holds_role") and lacks(user, "holds_membership"):
        return NOBODY
    known: Standing | None = user.__dict__.get("_standing")
    if known is None:
        known = user.__dict__["_standing"] = Standing(_roles_of(user), _affiliations_of(user))
    return known


def forget_standing(user: User) -> None:
    """Ask the database again at the next question, after a role or membership of this user object changed."""
    for known in ("_standing", "holds_role", "holds_membership"):
        user.__dict__.pop(known, None)


def is_staff_of_manufacturer(user: User | AnonymousUser, product: Product) -> bool:
    """Whether the person works for the verified manufacturer whose scope holds the product."""
    return "staff" in standing_of(user).held_on(product)


def is_rivals_staff(user: User | AnonymousUser, product: Product) -> bool:
    """Whether the person works for a verified manufacturer in the product's category: its maker or a rival of it."""
    return any(
        reach.tree_id == product.tree_id
        for there in standing_of(user).affiliations
        if there.role == "staff"
        for reach in there.reaches
    )


def verified_organisation_of(user: User | AnonymousUser, product: Product | None = None) -> Affiliation | None:
    """The verified organisation that the person speaks for; with a product, the first whose scope holds it."""
    for there in standing_of(user).affiliations:
        if product is None or there.covers(product):
            return there
    return None


def manages(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Whether the person is a manager of the organisation, which is verified; answered from their standing."""
    return any(
        there.organisation_id == organisation.pk and there.is_manager for there in standing_of(user).affiliations
    )


def stake_of(user: User | AnonymousUser, product: Product) -> Affiliation | None:
    """The verified organisation for which the person has a stake in what is said of the product (`has_stake_in`)."""
    return next((there for there in standing_of(user).affiliations if there.has_stake_in(product)), None)


def spoken_for(user: User | AnonymousUser, product: Product) -> int | None:
    """The id of the organisation whose badge the person's post about the product carries.

    The one whose scope holds the product, else the one that has a stake in it: a rival's staff is labelled as well.
    """
    there = verified_organisation_of(user, product) or stake_of(user, product)
    return there.organisation_id if there is not None else None


def share_an_organisation(one: User | AnonymousUser, other: User | AnonymousUser) -> bool:
    """Whether the two people belong to one verified organisation."""
    return not standing_of(one).organisation_ids.isdisjoint(standing_of(other).organisation_ids)


@dataclass(frozen=True, slots=True)
class Badge:
    """A role to show beside a name: `kind` chooses the colour, `text` says it, `address` leads to the organisation."""

    kind: str
    text: str
    slug: str = ""


def badges_of(user: User | AnonymousUser | None, product: Product | None = None) -> tuple[Badge, ...]:
    """The badges to show beside a name, those that count on the product first asked for; two queries, then none."""
    if user is None or user.is_anonymous:
        return ()
    standing = standing_of(user)
    given = [
        Badge(role.name, role.name)
        for role in standing.roles
        if product is None or role.reach is None or role.reach.covers(product)
    ]
    working = [
        Badge(there.kind, there.name, there.slug)
        for there in standing.affiliations
        if product is None or there.covers(product)
    ]
    return tuple(dict.fromkeys([*given, *working]))


def badges_of_many(users: list[User]) -> dict[int, tuple[Badge, ...]]:
    """The badges of many people by their id, in two queries for all of them."""
    asked = {user.pk: user for user in users if user.is_active}
    roles: dict[int, list[HeldRole]] = {pk: [] for pk in asked}
    for member_id, role in _role_rows(list(asked)):
        roles[member_id].append(role)
    affiliations = _affiliation_rows(list(asked))
    for pk, user in asked.items():
        user.__dict__["_standing"] = Standing(tuple(roles[pk]), affiliations.get(pk, ()))
    return {user.pk: badges_of(user) for user in users}


def _roles_of(user: User) -> tuple[HeldRole, ...]:
    return tuple(role for _, role in _role_rows([user.pk]))


def _role_rows(members: list[int]) -> list[tuple[int, HeldRole]]:
    rows = Role.objects.filter(member__in=members).values_list(
        "member_id", "name", "product_id", "product__tree_id", "product__lft", "product__rght"
    )
    return [
        (member_id, HeldRole(cast("RoleName", name), None if product_id is None else Reach(tree_id, lft, rght)))
        for member_id, name, product_id, tree_id, lft, rght in rows
    ]


def _affiliations_of(user: User) -> tuple[Affiliation, ...]:
    return _affiliation_rows([user.pk]).get(user.pk, ())


def _affiliation_rows(members: list[int]) -> dict[int, tuple[Affiliation, ...]]:
    """Running memberships in verified organisations, by member, in one query."""
    rows = (
        Membership.objects.filter(member__in=members, organisation__verified_at__isnull=False)
        .filter(Q(until__isnull=True) | Q(until__gt=Now()))
        .order_by("since", "id")
        .values_list(
            "member_id",
            "organisation_id",
            "organisation__kind",
            "organisation__name",
            "organisation__slug",
            "is_manager",
            "organisation__scopes__product__tree_id",
            "organisation__scopes__product__lft",
            "organisation__scopes__product__rght",
        )
    )
    found: dict[int, dict[int, Affiliation]] = {}
    for member_id, organisation_id, kind, name, slug, is_manager, tree_id, lft, rght in rows:
        theirs = found.setdefault(member_id, {})
        known = theirs.get(organisation_id)
        reaches = known.reaches if known else ()
        if tree_id is not None:
            reaches = (*reaches, Reach(tree_id, lft, rght))
        theirs[organisation_id] = Affiliation(organisation_id, kind, name, slug, is_manager, reaches)
    return {member_id: tuple(theirs.values()) for member_id, theirs in found.items()}
