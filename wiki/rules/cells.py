"""Cells of a table as people type them: amounts, days, counts and truths, in plain form. What could mean two is asked.

Each reader returns text as the pages' forms read it (`1234.50`, `2026-04-03`, `true`), or raises `Unreadable`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Literal

Order = Literal["", "day", "month"]
Mark = Literal["", "point", "comma"]

_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD"}
_MONEY = re.compile(
    r"(?P<before>[A-Z]{0,3}[$€£]|[A-Z]{3})?\s*(?P<digits>[0-9][0-9.,'’ \u00a0\u202f]*)\s*(?P<after>[$€£]|[A-Z]{3})?",
    re.I,
)
_THOUSANDS_BY_SPACE = re.compile(r"['’ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_DAY_OF_TWO_ORDERS = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})(?:[ T].*)?")
_DAY_YEAR_FIRST = re.compile(r"([0-9]{4})[/.\-]?([0-9]{2})[/.\-]?([0-9]{2})(?:[ T].*)?")
_DAY_IN_WORDS = re.compile(r"([0-9]{1,2})\.?[ \-]([A-Za-z]{3,9})\.?,?[ \-]([0-9]{4})|([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")  # fmt: skip  # noqa: E501
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_COUNT = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?:[.,'’ \u00a0\u202f][0-9]{3})+)(?:[.,]0)?\s*([A-Za-z]+)?\.?")
_UNITS = {
    "mi": ("mi", "mile", "miles", "mls"),
    "km": ("km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "cycles": ("cycle", "cycles"),
    "months": ("month", "months"),
}
_TRUE = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "ja", "oui", "si", "sí", "followed", "done"})
_FALSE = frozenset({"no", "n", "false", "f", "0", "-", "✗", "nein", "non", "not followed", "not done"})
_FORMULA = ("=", "+", "-", "@")
_LONGEST = 60
"""Characters of an amount, a day or a count: what is longer is none, and would cost a pattern its time."""


class Unreadable(ValueError):
    """A cell that can't be read; its text goes on from the quoted cell: “is not an amount of money”."""


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    text = text.strip()
    return pattern.fullmatch(text) if len(text) <= _LONGEST else None


def unquoted(text: str) -> str:
    """A cell without the apostrophe by which exports keep it from being a formula, so that none gathers."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1:].lstrip().startswith(_FORMULA) else text


def amount(text: str, mark: Mark = "") -> tuple[str, str]:
    """An amount as `1234.50`, and the currency that stands beside it, if any. `mark`: what parts the decimals."""
    match = _match(_MONEY, text)
    if match is None:
        raise Unreadable("is not an amount of money")
    said = [each.upper() for each in (match["before"], match["after"]) if each]
    currencies = {_SIGNS.get(each, each) for each in said}
    if len(currencies) > 1 or any(not each.isalpha() for each in currencies):
        raise Unreadable("names a currency that is not understood")
    return _plain(match["digits"].strip(), mark), "".join(currencies)


def _plain(digits: str, mark: Mark) -> str:
    digits = _THOUSANDS_BY_SPACE.sub("", digits)
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        found = digits[last]
        other = "," if found == "." else "."
        if other in digits:  # 1.234,56: the last one parts the decimals
            parts = digits[:last].split(other)
            whole, rest = "".join(parts), digits[last + 1 :]
            if digits.count(found) > 1 or any(len(part) != 3 for part in parts[1:]):
                raise Unreadable("is not an amount of money")
            digits = f"{whole}.{rest}"
        elif digits.count(found) > 1:  # 1.234.567
            parts = digits.split(found)
            if any(len(part) != 3 for part in parts[1:]):
                raise Unreadable("is not an amount of money")
            digits = "".join(parts)
        elif _is_ambiguous(digits):
            if not mark:
                raise Unreadable("could mean thousands or decimals: say above what parts the decimals")
            is_decimal = (found == ".") == (mark == "point")
            digits = digits.replace(found, "." if is_decimal else "")
        else:
            digits = digits.replace(found, ".")
    if not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", digits):
        raise Unreadable("is not an amount of money")
    return digits


def _is_ambiguous(digits: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", digits) is not None


def mark_is_needed(values: Iterable[str]) -> bool:
    """Whether an amount among these could be a thousand or one and decimals: `1,234`."""
    for value in values:
        match = _match(_MONEY, value)
        if match is not None and _is_ambiguous(match["digits"].strip()):
            return True
    return False


def day(text: str, order: Order = "") -> str:
    """A day as `2026-04-03`. `order`: what stands first in `03/04/2026`, where both could be a month."""
    words = _match(_DAY_IN_WORDS, text)
    if words is not None:
        number, month, year = (words[1], words[2], words[3]) if words[1] else (words[5], words[4], words[6])
        if month[:3].lower() not in _MONTHS:
            raise Unreadable("is not a day")
        return _day(int(year), _MONTHS.index(month[:3].lower()) + 1, int(number))
    first = _match(_DAY_YEAR_FIRST, text)
    if first is not None:
        return _day(int(first[1]), int(first[2]), int(first[3]))
    match = _match(_DAY_OF_TWO_ORDERS, text)
    if match is None:
        raise Unreadable("is not a day, as 2026-11-20")
    one, two, year_number = int(match[1]), int(match[2]), int(match[3])
    if not order:
        if one <= 12 and two <= 12 and one != two:
            raise Unreadable("could be two days: say above whether the day or the month stands first")
        order = "month" if two > 12 else "day"
    return _day(year_number, two, one) if order == "day" else _day(year_number, one, two)


def _day(year: int, month: int, number: int) -> str:
    try:
        return datetime.date(year, month, number).isoformat()
    except ValueError:
        raise Unreadable("is not a day of the calendar") from None


def order_of(values: Iterable[str]) -> tuple[bool, Order]:
    """Whether some day could be two, and the order that other days of the column give away (13/04/2026), if any."""
    doubtful, seen = False, set()
    for value in values:
        match = _match(_DAY_OF_TWO_ORDERS, value)
        if match is None:
            continue
        one, two = int(match[1]), int(match[2])
        if one > 12 >= two:
            seen.add("day")
        elif two > 12 >= one:
            seen.add("month")
        elif one != two:
            doubtful = True
    told: Order = "" if len(seen) != 1 else ("day" if "day" in seen else "month")
    return doubtful, told


def looks_like_a_day(text: str) -> bool:
    """Whether the text has the form of a day, in whatever order."""
    forms = (_DAY_OF_TWO_ORDERS, _DAY_YEAR_FIRST, _DAY_IN_WORDS)
    return not text.isdigit() and any(_match(form, text) for form in forms)


def count(text: str) -> tuple[str, str]:
    """A whole number, and the unit that stands beside it, if any: `121,000 mi`."""
    match = _match(_COUNT, text)
    if match is None:
        raise Unreadable("is not a whole number")
    return re.sub(r"[^0-9]", "", match[1]), unit(match[2]) if match[2] else ""


def unit(text: str) -> str:
    """The unit that a word means."""
    for name, words in _UNITS.items():
        if text.strip().lower() in words:
            return name
    raise Unreadable("has a unit that is not understood: mi, km, h, cycles or months")


def unit_in_heading(text: str) -> str:
    """The unit that a heading names, empty for none: `Mileage (km)`, `Odometer miles`."""
    for word in re.findall(r"[A-Za-z]+", text.lower()):
        for name, words in _UNITS.items():
            if word in words and name in ("mi", "km", "h"):
                return name
    return ""


def truth(text: str) -> str:
    """`true` or `false`."""
    word = text.strip().lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise Unreadable("is neither yes nor no")


def is_a_word_of_truth(text: str) -> bool:
    """Whether the text says yes or no in words; a bare 1 or 0 may be anything."""
    word = text.strip().lower()
    return word in (_TRUE | _FALSE) and not word.isdigit()
