"""The garage: add, edit, retire, remove and choose an own product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.encryption import decrypt, encrypt
from accounts.errors import NotYours, OwnedProductInUse
from accounts.models import OwnedProduct, User
from products.models import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedProductDetails:
    """What a member says of an own product; the serial number is private."""

    product: Product
    nickname: str = ""
    serial: str = ""
    usage: int | None = None
    usage_unit: str = OwnedProduct.Unit.MILES
    bought_on: date | None = None
    under_warranty: bool = False


@transaction.atomic
def add_owned_product(
    *, member: User, details: OwnedProductDetails, now: datetime, make_default: bool = False
) -> OwnedProduct:
    """Add an own product; the first one becomes "my product"."""
    owned = OwnedProduct(member=member, created_at=now)
    _fill(owned, details)
    User.objects.select_for_update().get(pk=member.pk)
    has_default = OwnedProduct.objects.filter(member=member, is_default=True).exists()
    if make_default:
        OwnedProduct.objects.filter(member=member, is_default=True).update(is_default=False)
    owned.is_default = make_default or not has_default
    owned.save()
    return owned


@transaction.atomic
def edit_owned_product(*, owned: OwnedProduct, actor: User, details: OwnedProductDetails) -> OwnedProduct:
    """Change what a member said of an own product; raises NotYours.

    Another product or serial number is another thing: what was shown of the old one no longer counts.
    """
    owned = _own(owned, actor)
    if owned.product_id != details.product.pk or decrypt(owned.serial_encrypted) != _tidy(details.serial):
        owned.possession_shown_at = None
    _fill(owned, details)
    owned.save()
    return owned


@transaction.atomic
def choose_owned_product(*, owned: OwnedProduct, actor: User) -> OwnedProduct:
    """Make it "my product", which scopes search and plan; raises NotYours."""
    owned = _own(owned, actor)
    OwnedProduct.objects.filter(member=actor, is_default=True).update(is_default=False)
    owned.is_default = True
    owned.retired_at = None
    owned.save(update_fields=["is_default", "retired_at"])
    return owned


@transaction.atomic
def retire_owned_product(*, owned: OwnedProduct, actor: User, now: datetime) -> OwnedProduct:
    """Say that the member no longer has it; what was reported on it stays. Raises NotYours."""
    owned = _own(owned, actor)
    owned.retired_at = owned.retired_at or now
    owned.is_default = False
    owned.save(update_fields=["retired_at", "is_default"])
    return owned


@transaction.atomic
def remove_owned_product(*, owned: OwnedProduct, actor: User) -> None:
    """Delete it with its serial number; raises NotYours, or OwnedProductInUse where reports need it to stand apart."""
    owned = _own(owned, actor)
    try:
        with transaction.atomic():
            owned.delete()
    except IntegrityError as error:
        raise OwnedProductInUse from error


def _own(owned: OwnedProduct, actor: User) -> OwnedProduct:
    owned = OwnedProduct.objects.select_for_update().get(pk=owned.pk)
    if owned.member_id != actor.pk:
        raise NotYours
    return owned


def _tidy(serial: str) -> str:
    return "".join(serial.split()).upper()


def _fill(owned: OwnedProduct, details: OwnedProductDetails) -> None:
    serial = _tidy(details.serial)
    owned.product = details.product
    owned.nickname = details.nickname
    owned.serial_encrypted = encrypt(serial)
    owned.usage = details.usage
    owned.usage_unit = details.usage_unit
    owned.bought_on = details.bought_on
    owned.under_warranty = details.under_warranty
