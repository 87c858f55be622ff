"""A manufacturer's console: whose it is, what stands in its scope, and who reads it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import Organisation
from accounts.queries.organisations import verified_manufacturers
from products.models import Product
from wiki.models import Outcome, Problem, Sighting
from wiki.permissions import Seat, console_of
from wiki.queries.hub import OfficialList, official_list
from wiki.queries.tallies import within

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True)
class Brand:
    """A verified manufacturer as one reader meets it: its scope in the product tree, and the reader's seat."""

    organisation: Organisation
    scope: tuple[Product, ...]
    seat: Seat

    @property
    def slug(self) -> str:
        """The word in its addresses."""
        return self.organisation.slug

    @property
    def name(self) -> str:
        """What it is called."""
        return self.organisation.name

    def about(self, prefix: str = "product__") -> Q:
        """Rows whose product stands in the scope; `prefix` leads to the product's own fields."""
        return within(self.scope, prefix)

    def covers(self, product: Product) -> bool:
        """Whether the product stands in the scope."""
        return any(
            node.tree_id == product.tree_id and node.lft <= product.lft and node.rght >= product.rght
            for node in self.scope
        )


@dataclass(frozen=True)
class BrandHome:
    """The first page of a console."""

    problems: int
    sightings: int
    outcomes: int
    official: OfficialList


def brand_at(slug: str, reader: User | AnonymousUser) -> Brand | None:
    """The manufacturer with this slug, or None where it does not exist or is not verified.

    Two queries, and two for the standing of a reader who was given something.
    """
    organisation = verified_manufacturers().filter(slug=slug).first()
    return None if organisation is None else _brand(organisation, reader)


def brands(reader: User | AnonymousUser) -> tuple[Brand, ...]:
    """All verified manufacturers, the reader's own first: two queries, and two for the reader's standing."""
    found = [_brand(organisation, reader) for organisation in verified_manufacturers()]
    return tuple(sorted(found, key=lambda brand: not brand.seat.acts))


def brand_home(brand: Brand, reader: User | AnonymousUser, *, recalls: str | None, now: datetime.datetime) -> BrandHome:
    """What is known of all that the manufacturer speaks for: five queries. `recalls` is the page asked for."""
    return BrandHome(
        problems=Problem.objects.visible_to(reader).canonical().filter(brand.about()).count(),
        sightings=Sighting.objects.filter(brand.about()).count(),
        outcomes=Outcome.objects.counted().exclude(result=Outcome.Result.NOT_TRIED).filter(brand.about()).count(),
        official=official_list(brand.scope, page=recalls, today=now.date()),
    )


def _brand(organisation: Organisation, reader: User | AnonymousUser) -> Brand:
    scope = tuple(sorted(organisation.scope.all(), key=lambda product: product.path))
    return Brand(organisation, scope, console_of(reader, organisation))
