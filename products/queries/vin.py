"""From a VIN to the product tree: makers from the shipped table, candidates from the tree."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Q

from products.models import Product
from products.rules.naming import key_of
from products.rules.vin import Maker, Vin, decode_vin

_TABLE = Path(__file__).parent.parent / "seed" / "wmi.csv"
CANDIDATES_AT_MOST = 40


@functools.cache
def makers() -> dict[str, Maker]:
    """World manufacturer identifiers and who uses them."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["wmi"]: Maker(
                makes=tuple(make.strip() for make in row["makes"].split(";")),
                country=row["country"],
                year_in_position_10=row["year"] == "10",
                is_car=row["kind"] == "car",
            )
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True)
class Identified:
    """What a VIN says and the products that it can be: the makes, and of them the models' nodes of its years."""

    vin: Vin
    makes: tuple[Product, ...]
    candidates: tuple[Product, ...]


def identify(text: str, *, this_year: int) -> Identified:
    """Read a VIN and find what it can be, for "is this it?". Two queries. Raises NotAVin."""
    vin = decode_vin(text, makers=makers(), this_year=this_year)
    if vin.maker is None:
        return Identified(vin, (), ())
    keys = [key_of(make) for make in vin.maker.makes]
    found = Product.objects.filter(Q(key__in=keys) | Q(aliases__key__in=keys), kind=Product.Level.MAKE)
    makes = tuple(found.order_by("full_name").distinct())
    if not makes or not vin.years:
        return Identified(vin, makes, ())
    below = Q()
    for make in makes:
        below |= Q(tree_id=make.tree_id, lft__gt=make.lft, rght__lt=make.rght)
    years = Product.objects.filter(below, kind=Product.Level.YEAR, year_from__in=vin.years)
    return Identified(vin, makes, tuple(years.order_by("-year_from", "full_name")[:CANDIDATES_AT_MOST]))
