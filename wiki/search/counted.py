"""What may be counted of a search: stems and fault codes, and nothing that could name a person or a thing of theirs."""

from __future__ import annotations

import re

from wiki.search.query import Asked, read
from wiki.search.terms import NEGATIONS, denied

LONGEST = 80
MOST = 8
LONGEST_WORD = 20
"""Letters: a longer word is more likely a key or a name run together."""

_NAMES_SOMEBODY = re.compile(r"\S*@\S*|\S*://\S*|www\.\S*", re.IGNORECASE)
_MODEL = re.compile(r"[a-z]\d{1,2}")
_YEAR = re.compile(r"19[5-9]\d|20[0-4]\d")


def countable(text: str) -> str:
    """The words of a search that are counted, in their order; empty where none is left.

    Left out are mail and web addresses, numbers other than a year that stands alone, anything of letters and digits
    that is neither a fault code nor as short as E24, and short words beside such: they may be a plate.
    """
    asked = read(_NAMES_SOMEBODY.sub(" ", text))
    codes = {code.lower(): code for code in asked.codes}
    harmless = [_is_harmless(asked, place, codes) for place in range(len(asked.words))]
    denials = {term.removeprefix("not_") for term in denied(asked.words, asked.text)}
    kept: dict[str, None] = {}
    for place, word in enumerate(asked.words):
        if not word.stem or word.plain in NEGATIONS or not harmless[place]:
            continue
        beside = [other for other in (place - 1, place + 1) if 0 <= other < len(harmless)]
        if len(word.plain) <= 3 and word.plain not in codes and not all(harmless[other] for other in beside):
            continue
        said = codes.get(word.plain) or word.stem
        kept[f"not {said}" if word.stem in denials else said] = None
    found = ""
    for said in list(kept)[:MOST]:
        if len(found) + 1 + len(said) <= LONGEST:
            found = f"{found} {said}".strip()
    return found


def _is_harmless(asked: Asked, place: int, codes: dict[str, str]) -> bool:
    plain = asked.words[place].plain
    if plain in codes:
        return True
    if plain.isdigit():
        beside = [asked.words[other].plain for other in (place - 1, place + 1) if 0 <= other < len(asked.words)]
        numbers_beside = any(other not in codes and any(character.isdigit() for character in other) for other in beside)
        return bool(_YEAR.fullmatch(plain)) and not numbers_beside
    return (plain.isalpha() and len(plain) <= LONGEST_WORD) or bool(_MODEL.fullmatch(plain))
