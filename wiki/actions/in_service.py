"""A manufacturer loads its vehicles in service, and takes a load back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Organisation, User
from products.models import Product
from wiki.errors import NothingLoaded
from wiki.models import ServiceLoad, UnitsInService
from wiki.permissions import refusal_at_console, require

BATCH = 1000


@dataclass(frozen=True, slots=True)
class UnitsRow:
    """Units of a product, built in the month that begins on `built`; market and plant may be empty."""

    product: Product
    built: datetime.date
    market: str
    plant: str
    units: int


@transaction.atomic
def load_units(
    *, organisation: Organisation, rows: Sequence[UnitsRow], actor: User, now: datetime.datetime
) -> ServiceLoad:
    """Put the rows in the place of what was loaded before, which is kept to go back to; older loads are deleted.

    Raises `NotAllowed` for others than the manufacturer's staff.
    """
    require(refusal_at_console(actor, organisation))
    # Two loads at once wait here for each other.
    owner = Organisation.objects.select_for_update().get(pk=organisation.pk)
    loads = ServiceLoad.objects.filter(organisation=owner)
    loads.filter(is_in_force=False).delete()
    loads.update(is_in_force=False)
    load = ServiceLoad.objects.create(organisation=owner, member=actor, at=now, rows=len(rows))
    UnitsInService.objects.bulk_create(
        (
            UnitsInService(
                load=load, product=row.product, built=row.built, market=row.market, plant=row.plant, units=row.units
            )
            for row in rows
        ),
        batch_size=BATCH,
    )
    return load


@transaction.atomic
def take_back_load(*, organisation: Organisation, load_id: int, actor: User) -> ServiceLoad | None:
    """Delete the load in force and return to the one before it, which is returned; None where there is none.

    `load_id` is the load that the person saw. Raises `NothingLoaded` where it is not in force any more, and
    `NotAllowed` for others than the manufacturer's staff.
    """
    require(refusal_at_console(actor, organisation))
    owner = Organisation.objects.select_for_update().get(pk=organisation.pk)
    load = ServiceLoad.objects.filter(organisation=owner, is_in_force=True, pk=load_id).first()
    if load is None:
        raise NothingLoaded
    load.delete()
    earlier = ServiceLoad.objects.filter(organisation=owner, is_in_force=False).first()
    if earlier is not None:
        earlier.is_in_force = True
        earlier.save(update_fields=["is_in_force"])
    return earlier
