"""Recall campaigns: their numbers, the titles that only name what is recalled, and official warnings to owners."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBER = re.compile(r"\d\d[A-Z][0-9A-Z]{3}(?:\d{3})?")
_WHOLE = "000"
_PLACEHOLDER_TITLE = re.compile(r"Recall (?:of \S.*|\d\d[A-Z][0-9A-Z]{3,6})")
_PARK_OUTSIDE = re.compile(r"\bpark(?:ed|ing)?\b[^.;]{0,40}\boutside\b", re.IGNORECASE)
# "Owners are advised not to drive their vehicles until the repair", but not "not to drive above 60 mph".
_PARK_IT = re.compile(
    r"\b(?:not (?:to )?(?:drive|operate)|stop (?:driving|operating|using))\s+"
    r"(?:(?:their|the|your|these|this|any|affected|recalled)\s+)*vehicles?\s*(?:until\b|immediately\b|before\b|and\b|[.,;]|$)",
    re.IGNORECASE,
)
_OVER_THE_AIR = re.compile(r"\bover[- ]the[- ]air\b|\bOTA\b")


class Warnings(NamedTuple):
    """What an official text tells owners to do until the recall is done, and whether the remedy comes by radio."""

    park_it: bool = False
    park_outside: bool = False
    over_the_air: bool = False


NO_WARNINGS = Warnings()


def campaign_number(text: str) -> str | None:
    """The campaign's number in one spelling, None for what is no such number: `23v-790` and `23V790000` are 23V790.

    Nine characters that do not end in 000 are a part of an old campaign with a make of its own: they stay nine.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    if _NUMBER.fullmatch(number) is None:
        return None
    return number[:6] if number[6:] in ("", _WHOLE) else number


def campaign_address(number: str) -> str:
    """The agency's page of a campaign, after its scheme."""
    return f"https://www.nhtsa.gov/recalls?nhtsaId={number if len(number) == 9 else number + _WHOLE}"


def placeholder_title(names: list[str], number: str) -> str:
    """A title from what is recalled, for a campaign of which nothing else is known yet."""
    if not names:
        return f"Recall {number}"
    first, *others = names
    if not others:
        return f"Recall of {first}"
    return f"Recall of {first} and {len(others)} other model{'s' if len(others) > 1 else ''}"


def is_placeholder_title(title: str) -> bool:
    """Whether a title says only what is recalled."""
    return _PLACEHOLDER_TITLE.fullmatch(title) is not None


def placeholder_remedy(number: str) -> str:
    """What is done, for a campaign whose remedy is not known yet."""
    return f"Have the work of recall {number} done by a dealer"


def warnings_in(text: str) -> Warnings:
    """The warnings in the words of a recall."""
    return Warnings(
        park_it=_PARK_IT.search(text) is not None,
        park_outside=_PARK_OUTSIDE.search(text) is not None,
        over_the_air=_OVER_THE_AIR.search(text) is not None,
    )
