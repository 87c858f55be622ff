"""A row of the public record of complaints, read and checked: the flat files of every vintage, and CSVs with names.

Layout: NHTSA Office of Defects Investigation, FLAT_CMPL and its field dictionary.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from products.actions.load_products import Place, Step
from products.errors import FileRefused
from products.importers.engine import RowRefused
from products.importers.places import CARS, RECALLED, vehicle_place
from products.models import Product
from wiki.models import Sighting
from wiki.rules.severity import Flags

_FLAT = [
    "CMPLID", "ODINO", "MFR_NAME", "MAKETXT", "MODELTXT", "YEARTXT", "CRASH", "FAILDATE", "FIRE", "INJURED",
    "DEATHS", "COMPDESC", "CITY", "STATE", "VIN", "DATEA", "LDATE", "MILES", "OCCURENCES", "CDESCR", "CMPL_TYPE",
    "POLICE_RPT_YN", "PURCH_DT", "ORIG_OWNER_YN", "ANTI_BRAKES_YN", "CRUISE_CONT_YN", "NUM_CYLS", "DRIVE_TRAIN",
    "FUEL_SYS", "FUEL_TYPE", "TRANS_TYPE", "VEH_SPEED", "DOT", "TIRE_SIZE", "LOC_OF_TIRE", "TIRE_FAIL_TYPE",
    "ORIG_EQUIP_YN", "MANUF_DT", "SEAT_TYPE", "RESTRAINT_TYPE", "DEALER_NAME", "DEALER_TEL", "DEALER_CITY",
    "DEALER_STATE", "DEALER_ZIP", "PROD_TYPE", "REPAIRED_YN", "MEDICAL_ATTN", "VEHICLES_TOWED_YN",
]  # fmt: skip
# Fields were added in 2007 (twice), 2014 and 2015.
_VINTAGES = frozenset({20, 46, 47, 48, 49})
_NEEDED = frozenset({"ODINO", "MAKETXT", "MODELTXT", "YEARTXT", "CDESCR"})
# The studied cars of the 2014 ignition recall: other names, a filing month that was estimated.
_OTHER_NAMES = {
    "ODI_NUMBER": "ODINO",
    "MODEL_YEAR": "YEARTXT",
    "MAKE": "MAKETXT",
    "MODEL": "MODELTXT",
    "DESCRIPTION": "CDESCR",
    "CRASHED": "CRASH",
    "MILEAGE": "MILES",
    "EST_FILED_MONTH": "ESTIMATED",
}
_TEXTS = ("SENTENCES",)
_DATES = ("FAILDATE", "LDATE", "DATEA", "ESTIMATED")
_FLAGS = ("FIRE", "CRASH", "INJURED", "DEATHS")
_READ = (
    *("ODINO", "MAKETXT", "MODELTXT", "YEARTXT", "PROD_TYPE", "COMPDESC", "CDESCR", "CMPL_TYPE", "MILES"),
    *(*_DATES, *_FLAGS),
)
_CATEGORIES = {**RECALLED, "": CARS}
_LONGEST_TEXT, _MOST_MILES = 4000, 9_999_999
_CACHED = 65_536

Dated = Sighting.Dated


class ComplaintRecord(NamedTuple):
    """A row, checked; `words` is the official component, blank where there is none, `seen_on` None without dates.

    `came_on` is the day on which the complaint came in: that of the failure where the file says no other.
    """

    number: str
    place: Place
    words: str
    text: str
    seen_on: datetime.date | None
    came_on: datetime.date | None
    dated: Dated
    miles: int | None
    flags: Flags
    received_as: str


class Layout:
    """Which field is which, told from the first row; `has_header` says whether that row is one of names.

    `names_components` says whether the file has a column for them, filled or not.
    """

    def __init__(self, first_row: Sequence[str], name: str) -> None:
        """Raises FileRefused for a file of which no complaint can be made."""
        names = [field.strip().upper() for field in first_row]
        self.has_header = not (len(names) in _VINTAGES and names[0].isdigit() and names[1].isdigit())
        self.only_texts = tuple(names) == _TEXTS
        columns = [_OTHER_NAMES.get(column, column) for column in names] if self.has_header else _FLAT[: len(names)]
        missing = sorted(_NEEDED.difference(columns))
        if missing and not self.only_texts:
            raise FileRefused(f"{name}, line 1: no column {', '.join(missing)}, so no complaint can be made of it.")
        self.names_components = "COMPDESC" in columns
        self._width = len(columns)
        self._has_dates = any(name in columns for name in _DATES)
        # What a file does not have is read from a blank field behind the last.
        self._pick = itemgetter(*(columns.index(name) if name in columns else len(columns) for name in _READ))

    def record(self, fields: list[str]) -> ComplaintRecord | None:
        """One complaint and one of its components; None for a blank line. Raises RowRefused."""
        if not any(fields):
            return None
        if len(fields) != self._width:
            raise RowRefused(f"{len(fields)} fields instead of {self._width}.")
        if self.only_texts:
            return _of_a_text(fields[0].strip()[:_LONGEST_TEXT])
        picked = self._pick((*fields, ""))
        number, make, model, year, kind, words, text, received_as, miles = picked[:9]
        number = number.strip()
        if not number.isascii() or not number.isdigit() or len(number) > 20:
            raise RowRefused(f"“{number[:20]}” is no complaint number.")
        category = _CATEGORIES.get(kind.strip().upper())
        if category is None:
            raise RowRefused(f"“{kind[:10]}” is no type of product.")
        seen_on, came_on, dated = _when(*picked[9:13]) if self._has_dates else (None, None, Dated.UNKNOWN)
        return ComplaintRecord(
            number=number,
            place=vehicle_place(make, model, year, category),
            words=_spaced(words),
            text=text.strip()[:_LONGEST_TEXT],
            seen_on=seen_on,
            came_on=came_on,
            dated=dated,
            miles=_miles(miles),
            flags=_flags(*picked[13:]),
            received_as=received_as.strip().upper()[:4],
        )


def _of_a_text(text: str) -> ComplaintRecord:
    """A text that is all there is: its number is a digest of its words, its product any car."""
    number = f"text-{hashlib.sha256(text.encode()).hexdigest()[:15]}"
    place = (Step(Product.Level.CATEGORY, CARS),)
    return ComplaintRecord(number, place, "", text, None, None, Dated.UNKNOWN, None, Flags(), "")


def _when(failed: str, received: str, added: str, estimated: str) -> tuple[datetime.date, datetime.date, Dated]:
    """The day of the failure and that of the complaint; of one that is missing, or cannot be, the other."""
    on = _day(failed)
    came = _day(received) or _day(added)
    if on is not None and (came is None or on <= came):
        return on, came or on, Dated.EXACT
    if came is None:
        came = _day(estimated.replace("-", "") + "01")
    if came is None:
        given = ", ".join(f"“{text.strip()[:12]}”" for text in (failed, received, added, estimated) if text.strip())
        raise RowRefused(f"Neither a date of the failure nor one of the complaint{f': {given}' if given else ''}.")
    return came, came, Dated.ESTIMATED


@lru_cache(maxsize=_CACHED)
def _day(text: str) -> datetime.date | None:
    """A day written 20240531; None for a blank, 00000000, 99991231 and whatever is no day."""
    digits = text.strip().removesuffix(".0")
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        found = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2100 else None


@lru_cache(maxsize=_CACHED)
def _spaced(words: str) -> str:
    return " ".join(words.split())[:128]


@lru_cache(maxsize=_CACHED)
def _flags(fire: str, crash: str, injured: str, deaths: str) -> Flags:
    return Flags(
        fire=fire.strip().upper() == "Y",
        crash=crash.strip().upper() == "Y",
        injuries=_whole(injured) or 0,
        deaths=_whole(deaths) or 0,
    )


def _whole(text: str) -> int | None:
    digits = text.strip().removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


@lru_cache(maxsize=_CACHED)
def _miles(text: str) -> int | None:
    miles = _whole(text)
    return miles if miles is not None and 0 < miles <= _MOST_MILES else None
