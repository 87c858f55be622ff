"""Vehicle identification numbers: structure, maker, model year and check digit, where the market has them.

Source: ISO 3779 (structure) and 49 CFR 565 (North America: check digit in position 9, model year in position 10).
A VIN tells what a maker wrote; it is no proof of possession.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from products.rules.codes import base_codes

LENGTH = 17
LEAST_DIGITS = 4
"""The last four characters of a VIN are digits in every market."""
_WORD = re.compile(r"[A-Za-z0-9]+")
_ALPHABET = re.compile(r"[A-HJ-NPR-Z0-9]+\Z")
_VALUES = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR = 1980
_CYCLE = 30

REGIONS = {"A": "Africa", "J": "Asia", "S": "Europe", "1": "North America", "6": "Oceania", "8": "South America"}
# 7 was Oceania's once; the United States number with it since 1, 4 and 5 run out (7SA, 7FC, 7MU).
NORTH_AMERICA = "123457"


@dataclass(frozen=True, slots=True)
class Maker:
    """Who a world manufacturer identifier (the first three characters) belongs to.

    `makes`: the makes that use it. `year_in_position_10`: whether the maker writes the model year there although its
    market does not ask for it. `is_car`: cars and light trucks, on which position 7 tells the cycles of years apart.
    """

    makes: tuple[str, ...]
    country: str
    year_in_position_10: bool = False
    is_car: bool = True


@dataclass(frozen=True, slots=True)
class Vin:
    """What a VIN says. `years` are the model years it can mean, newest first; empty where it does not say one.

    `warnings` are sentences; none of them refuses the number. The number itself is personal: it stays out of the
    representation, which ends up in logs.
    """

    number: str = field(repr=False)
    region: str
    maker: Maker | None
    years: tuple[int, ...]
    plant: str
    serial: str = field(repr=False)
    warnings: tuple[str, ...]


class NotAVin(ValueError):
    """Text that is no VIN, with the reason as a sentence."""


def normal_vin(text: str) -> str:
    """A typed VIN without spaces, hyphens and dots, in upper case."""
    return re.sub(r"[\s.\-*]", "", text).upper()


def looks_like_vin(text: str) -> bool:
    """Whether a text holds what is most likely a VIN, for boxes that take none.

    17 letters and digits in a row with at least four digits, or nothing but a VIN with spaces and hyphens in it, which
    a few fault codes are not. I, O and Q count too: they are what people read for 1 and 0.
    """
    return bool(vins_in(text)) or (_is_like_vin(normal_vin(text)) and not base_codes(text))


def vins_in(text: str) -> list[str]:
    """What is most likely a VIN within a text, as a scanner's report heads itself with one."""
    return [word for word in _WORD.findall(text) if _is_like_vin(word)]


def without_vins(text: str) -> str:
    """The text without them: a VIN is personal, and words are searched for, linked to and shown."""
    return _WORD.sub(lambda match: " " if _is_like_vin(match.group()) else match.group(), text)


def _is_like_vin(word: str) -> bool:
    return len(word) == LENGTH and word.isascii() and word.isalnum() and sum(map(str.isdigit, word)) >= LEAST_DIGITS


def check_digit(number: str) -> str:
    """The check digit that a 17-character VIN would have in position 9: the weighted sum modulo 11, X for 10."""
    rest = sum(_VALUES[character] * weight for character, weight in zip(number, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def has_check_digit(number: str) -> bool:
    """Whether the maker's market demands a check digit: North America and China.

    Elsewhere position 9 is the maker's own; Land Rover uses it for the gearbox outside North America.
    """
    return number[0] in NORTH_AMERICA + "L"


def _region(number: str) -> str:
    if number[0] in NORTH_AMERICA:
        return "North America"
    begun = [(_rank(first), name) for first, name in REGIONS.items() if _rank(first) <= _rank(number[0])]
    return max(begun)[1]


def _rank(character: str) -> int:
    """ISO 3779 gives the letters before the digits."""
    return int(character) + 26 if character.isdigit() else ord(character) - ord("A")


def model_years(number: str, *, maker: Maker | None, this_year: int) -> tuple[int, ...]:
    """The model years that position 10 can mean, newest first and not beyond next year; empty where it means none.

    The code repeats every 30 years. For cars of North America position 7 tells the cycles apart: a letter since 2010.
    A right check digit says that a car built elsewhere was built for North America, by chance for one in eleven: then
    position 10 is read, and position 7 decides nothing.
    """
    american = number[0] in NORTH_AMERICA
    for_america = american or check_digit(number) == number[8]
    written = for_america or number[0] == "L" or (maker is not None and maker.year_in_position_10)
    if not written or number[9] not in _YEARS:
        return ()
    first = _FIRST_YEAR + _YEARS.index(number[9])
    years = list(range(first, this_year + 2, _CYCLE))
    if american and len(years) > 1 and (maker is None or maker.is_car):
        since_2010 = number[6].isalpha()
        years = [year for year in years if (year >= 2010) == since_2010]
    return tuple(reversed(years))


def decode_vin(text: str, *, makers: Mapping[str, Maker], this_year: int) -> Vin:
    """Decode a typed VIN. Raises NotAVin for what can't be one; a failing check digit is a warning.

    `makers` maps the first three characters (or, for makers of less than 500 vehicles a year, three and 12 to 14).
    """
    number = normal_vin(text)
    if not number:
        raise NotAVin("Nothing was typed.")
    warnings: list[str] = []
    if re.search("[IOQ]", number):
        number = number.translate(str.maketrans("IOQ", "100"))
        warnings.append("A VIN has no I, O or Q: they were read as 1 and 0. Compare it with the plate.")
    if not _ALPHABET.match(number):
        raise NotAVin("A VIN has letters and digits only.")
    if len(number) != LENGTH:
        raise NotAVin(
            f"A VIN has 17 characters; this has {len(number)}. Cars made before 1981 have shorter numbers of their own."
        )
    maker = makers.get(number[:3])
    if maker is None and number[2] == "9":
        maker = makers.get(number[:3] + number[11:14])
    if maker is None:
        warnings.append(f"We do not know the maker {number[:3]}.")
    if has_check_digit(number) and check_digit(number) != number[8]:
        warnings.append("The check digit does not fit: one character may be mistyped.")
    years = model_years(number, maker=maker, this_year=this_year)
    if not years:
        warnings.append("This VIN does not say a model year.")
    elif len(years) > 1:
        warnings.append(f"The year code means {' or '.join(map(str, years))}.")
    return Vin(number, _region(number), maker, years, number[10], number[11:], tuple(warnings))
