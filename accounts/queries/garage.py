"""The garage, read by its owner alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.encryption import decrypt
from accounts.models import OwnedProduct, User
from accounts.queries.standing import lacks
from products.models import Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def garage_of(member: User) -> list[OwnedProduct]:
    """The member's own products with their nodes, "my product" first, those no longer owned last: one query."""
    rows = OwnedProduct.objects.filter(member=member).select_related("product")
    return sorted(rows, key=lambda owned: owned.retired_at is not None)


def default_product(user: User | AnonymousUser) -> OwnedProduct | None:
    """The own product that scopes search and plan, with its node: one query, none for a stranger."""
    if user.is_anonymous or lacks(user, "has_default_product"):
        return None
    return OwnedProduct.objects.filter(member=user, is_default=True).select_related("product").first()


def owned_product(member: User, pk: int) -> OwnedProduct | None:
    """One of the member's own products, or None where it is not theirs."""
    return OwnedProduct.objects.filter(member=member, pk=pk).select_related("product").first()


def serial_of(owned: OwnedProduct, reader: User) -> str | None:
    """The serial number, for its owner alone; None for everybody else and where the key was lost."""
    return decrypt(owned.serial_encrypted) if owned.member_id == reader.pk else None


def product_at(path: str) -> Product | None:
    """The product with this path, or None: where a form about an own product begins."""
    return Product.objects.filter(path=path.strip("/")).first() if path else None
