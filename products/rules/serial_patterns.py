"""Serial numbers of products other than cars: whose they look like, and when it was made where the number says it.

Only what makers or their service documents publish is here. A pattern that fits proves nothing: several makers may fit,
and what a number does not say stays unknown.
"""

import re
from calendar import month_name
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from products.rules.naming import key_of

LONGEST_TYPED = 100
BSH = ("Bosch", "Siemens", "Neff", "Gaggenau")


class Made(NamedTuple):
    """A time of manufacture: a year with its month or week, as far as the number says."""

    year: int
    month: int | None = None
    week: int | None = None

    def __str__(self) -> str:
        """As people say it: March 2017, week 8 of 2017, 2017."""
        if self.month is not None:
            return f"{month_name[self.month]} {self.year}"
        return f"week {self.week} of {self.year}" if self.week is not None else str(self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialReading:
    """What a serial number looks like: `kind` names it ("E-Nr."), `made` holds every time that fits, the latest first.

    `notes` are sentences fit to show.
    """

    makes: tuple[str, ...]
    kind: str
    model: str = ""
    made: tuple[Made, ...] = ()
    notes: tuple[str, ...] = ()


def read_serial(text: str, *, this_year: int, make: str = "") -> tuple[SerialReading, ...]:
    """Every pattern that the text fits; with a make only that make's. Empty where nothing is known."""
    if len(text) > LONGEST_TYPED:
        return ()
    plain = " ".join(text.upper().split())
    found = [reading for read in _READERS for reading in read(plain, this_year)]
    wanted = key_of(make)
    if not wanted:
        return tuple(found)
    return tuple(reading for reading in found if wanted in {key_of(each) for each in reading.makes})


def _bsh(text: str, this_year: int) -> Iterator[SerialReading]:
    """E-Nr. (model/version) and FD: two digits for the year after 1920 (beginning anew in 2020), two for the month."""
    model = re.search(r"\b(?:E-?NR\.?\s*:?\s*)?([A-Z]{2,3}[A-Z0-9]{4,11}/\d{2})\b", text)
    dated = re.search(r"\bFD\s*[:.]?\s*(\d{2})(0[1-9]|1[0-2])\b", text)
    if model is None and dated is None:
        return
    made: tuple[Made, ...] = ()
    if dated is not None:
        year, month = int(dated[1]), int(dated[2])
        made = tuple(Made(each, month) for each in (2020 + year, 1920 + year) if 1979 <= each <= this_year)
    notes = () if made else ("The production date stands after FD on the same plate: type it too, as FD 9703.",)
    yield SerialReading(makes=BSH, kind="E-Nr.", model=model[1] if model else "", made=made, notes=notes)


def _lg(text: str, this_year: int) -> Iterator[SerialReading]:
    """The last digit of the year, two digits for the month, then the factory in letters."""
    found = re.fullmatch(r"(\d)(0[1-9]|1[0-2])[A-Z]{2}[A-Z0-9]{5,9}", text)
    if found:
        digit = int(found[1])
        years = [year for year in range(this_year, 1999, -1) if year % 10 == digit]
        notes = ("Only the last digit of the year is said, so it repeats every ten years.",)
        yield SerialReading(
            makes=("LG",), kind="serial number", made=tuple(Made(year, int(found[2])) for year in years), notes=notes
        )


_SAMSUNG_YEARS = {
    "Q": (2008,), "S": (2009,), "Z": (2010,), "B": (2011,), "C": (2012,), "D": (2013,), "F": (2014,), "G": (2015,),
    "H": (2016,), "J": (2017,), "K": (2018,), "M": (2019,), "N": (2020,), "R": (2021, 2001), "T": (2022, 2002),
    "W": (2023, 2003), "X": (2024,), "Y": (2025,),
}  # fmt: skip


def _samsung(text: str, this_year: int) -> Iterator[SerialReading]:
    """Fifteen characters; the eighth is the year, the ninth the month (A, B, C for October to December)."""
    found = re.fullmatch(r"[A-Z0-9]{7}([A-Z])([1-9ABC])\d{5}[A-Z0-9]", text)
    if found and found[1] in _SAMSUNG_YEARS:
        month = int(found[2], 16)
        made = tuple(Made(year, month) for year in _SAMSUNG_YEARS[found[1]] if year <= this_year)
        yield SerialReading(makes=("Samsung",), kind="serial number", made=made)


def _miele(text: str, _: int) -> Iterator[SerialReading]:
    if re.fullmatch(r"(?:NO\.?\s*|NR\.?\s*)?\d{2,3}/\d{8,9}", text):
        yield SerialReading(
            makes=("Miele",), kind="fabrication number", notes=("It does not say when the appliance was made.",)
        )


def _whirlpool(text: str, _: int) -> Iterator[SerialReading]:
    """A letter for the factory, one for the year (it repeats, so it is not read), two digits for the week."""
    found = re.fullmatch(r"[A-Z]{1,2}[A-Z0-9](0[1-9]|[1-4]\d|5[0-3])\d{5}", text)
    if found:
        note = f"Week {int(found[1])}; the letter before it stands for the year and repeats, so the year stays open."
        yield SerialReading(makes=("Whirlpool", "KitchenAid", "Maytag"), kind="serial number", notes=(note,))


def _dell(text: str, _: int) -> Iterator[SerialReading]:
    """Seven characters in base 36; the express service code is the same number in base 10."""
    if re.fullmatch(r"(?=.*\d)(?=.*[A-Z])[B-DF-HJ-NP-TV-Z0-9]{7}", text):
        note = f"The express service code of the same computer is {int(text, 36)}."
        yield SerialReading(makes=("Dell",), kind="service tag", notes=(note,))


def _lenovo(text: str, _: int) -> Iterator[SerialReading]:
    found = re.fullmatch(r"1S([A-Z0-9]{10})([A-Z0-9]{8})", text) or re.fullmatch(
        r"()((?:PF|PB|PC|PG|PK|PW|R9|R8|LR|MP|MJ|YX|YD|S4)-?[A-Z0-9]{5,6})", text
    )
    if found:
        yield SerialReading(makes=("Lenovo",), kind="serial number", model=found[1])


_APPLE_HALVES = "CDFGHJKLMNPQRSTVWXYZ"
_APPLE_WEEKS = "123456789CDFGHJKLMNPQRTVWXY"


def _apple(text: str, this_year: int) -> Iterator[SerialReading]:
    """Twelve characters (2010-2021): the fourth is the half year, the fifth its week. Eleven: the third is the year's

    last digit (2003-2010), then two digits for the week. Newer ones are random.
    """
    if re.fullmatch(r"[A-Z0-9]{3}[CDF-HJ-NP-TV-Z][1-9CDF-HJ-NP-RTV-Y][A-Z0-9]{3}[A-Z0-9]{4}", text):
        half = _APPLE_HALVES.index(text[3])
        week = _APPLE_WEEKS.index(text[4]) + 1 + 26 * (half % 2)
        years = [2010 + half // 2, *([2020] if half < 2 else [])]
        made = tuple(Made(year, week=min(week, 53)) for year in reversed(years) if year <= this_year)
        yield SerialReading(makes=("Apple",), kind="serial number", made=made)
    elif found := re.fullmatch(r"[A-Z][A-Z0-9](\d)(0[1-9]|[1-4]\d|5[0-3])[A-Z0-9]{6}", text):
        digit = int(found[1])
        year = 2010 if digit == 0 else 2000 + digit
        if year >= 2003:
            yield SerialReading(makes=("Apple",), kind="serial number", made=(Made(year, week=int(found[2])),))
    elif re.fullmatch(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{10}", text):
        note = "Serial numbers since 2021 are random and do not say when it was made."
        yield SerialReading(makes=("Apple",), kind="serial number", notes=(note,))


_READERS: tuple[Callable[[str, int], Iterator[SerialReading]], ...] = (
    _bsh, _lg, _samsung, _miele, _whirlpool, _dell, _lenovo, _apple,
)  # fmt: skip
