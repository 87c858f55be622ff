"""From a serial number to the makes that number their products so."""

from __future__ import annotations

from dataclasses import dataclass

from products.models import Product
from products.rules.naming import key_of
from products.rules.serial_patterns import SerialReading, read_serial


@dataclass(frozen=True)
class RecognisedSerial:
    """What a serial number looks like, and the makes of the tree that number so."""

    reading: SerialReading
    makes: tuple[Product, ...]


def recognise_serial(text: str, *, this_year: int) -> tuple[RecognisedSerial, ...]:
    """Every maker's pattern that the text fits, with the makes of the tree. One query where any fits, else none."""
    readings = read_serial(text, this_year=this_year)
    keys = {key_of(make) for reading in readings for make in reading.makes}
    if not keys:
        return ()
    found: dict[str, list[Product]] = {}
    for product in Product.objects.filter(key__in=keys, kind=Product.Level.MAKE).order_by("full_name", "pk"):
        found.setdefault(product.key, []).append(product)
    return tuple(
        RecognisedSerial(reading, tuple(each for make in reading.makes for each in found.get(key_of(make), ())))
        for reading in readings
    )
