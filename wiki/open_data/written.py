"""What a dump has written so far, and the small steps that its readers share."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from wiki.rules.giving_away import without_numbers

CHUNK = 1000
"""Rows that are in memory together."""


class Ids:
    """Which ids were written, a bit each: a million of them take 125 KB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, pk: int) -> None:
        """Note an id."""
        place, bit = divmod(pk, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << bit

    def __contains__(self, pk: int | None) -> bool:
        if pk is None:
            return False
        place, bit = divmod(pk, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)


@dataclass
class Written:
    """What was written so far: a row that names anything else is left out, however the site changes meanwhile."""

    today: datetime.date
    products: Ids = field(default_factory=Ids)
    components: Ids = field(default_factory=Ids)
    codes: Ids = field(default_factory=Ids)
    diagnostics: Ids = field(default_factory=Ids)
    problems: Ids = field(default_factory=Ids)
    fixes: Ids = field(default_factory=Ids)
    comments: Ids = field(default_factory=Ids)
    remedies: Ids = field(default_factory=Ids)
    readings: Ids = field(default_factory=Ids)
    reporters: dict[int, str] = field(default_factory=dict)


def batches(rows: QuerySet[Any]) -> Iterator[Any]:
    """Rows one after another, read in batches with what was prefetched."""
    return rows.iterator(CHUNK)


def same(row: Any, *names: str) -> dict[str, Any]:
    """Fields that a row and its record call by the same name."""
    return {name: getattr(row, name) for name in names}


def cleaned(row: Any, *names: str) -> dict[str, Any]:
    """The same of texts, without mail addresses and VINs."""
    return {name: without_numbers(getattr(row, name)) for name in names}
