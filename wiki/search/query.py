"""What a person meant: the words, fault codes and campaign numbers in what they typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from products.rules.codes import base_codes
from products.rules.naming import tidy
from wiki.search.documents import number_keys
from wiki.search.languages import readings
from wiki.search.spelling import SPELLED_WEIGHT
from wiki.search.synonyms import alternatives, alternatives_of_denied
from wiki.search.terms import denied, measures
from wiki.search.words import Word, words

LONGEST_QUERY = 200
"""Characters whose words are read; of longer text the fault codes are read as well, up to four times as far."""

MOST_WORDS = 40

_AS_TYPED: Mapping[str, str] = MappingProxyType({})

SYNONYM_WEIGHT = 0.5
"""What a synonym counts beside the person's own word."""

# "p 0571" is one word to a person; joined, it is one in the text too.
_SPACED_CODE = re.compile(r"(?<![A-Za-z0-9])([PCBUpcbu])[ ._-]{1,2}([0-3][0-9A-Fa-f]{3})(?![A-Za-z0-9])")
_ONE_NUMBER = re.compile(r"[A-Za-z0-9]+(?:[/-][A-Za-z0-9]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query as read: its text tidied and cut to length, its words in order, base codes, and numbers as keys.

    `languages` are those that are searched beside the site's own, since nobody says in which they ask.
    """

    text: str
    words: tuple[Word, ...]
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    cut: bool = False
    languages: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.text

    def readings(self, word: Word) -> tuple[str, ...]:
        """The stems of a word in the languages that are searched beside the site's own."""
        return readings(word.plain, self.languages)

    def stems(
        self,
        *,
        without: Collection[int] = (),
        spelled: Mapping[str, str] = _AS_TYPED,
    ) -> dict[str, float]:
        """Each stem with its weight, synonyms below the person's own words; `without` leaves out words by position.

        `spelled` are stems that are read as another: a word that nobody else writes so. Each word
        counts as read in other languages too.
        """
        typed = [word.stem for place, word in enumerate(self.words) if word.stem and place not in without]
        own = [spelled.get(stem, stem) for stem in typed]
        weights = {read: SPELLED_WEIGHT if read != stem else 1.0 for stem, read in zip(typed, own, strict=True)}
        for place, word in enumerate(self.words):
            if place not in without:
                weights = dict.fromkeys(self.readings(word), 1.0) | weights
        for stem in alternatives(own):
            weights.setdefault(stem, SYNONYM_WEIGHT)
        return weights | self._extra(without)

    def _extra(self, without: Collection[int]) -> dict[str, float]:
        """What is denied, in other words for it too, and measures: each as telling as a word."""
        found = dict.fromkeys(measures(self.text), 1.0)
        kept = [word for place, word in enumerate(self.words) if place not in without]
        for term in denied(kept, self.text):
            found[term] = 1.0
            for other in alternatives_of_denied(term):
                found.setdefault(other, SYNONYM_WEIGHT)
        return found


def printable(text: str) -> str:
    """The text on one line without control, direction and invisible characters."""
    return tidy(_CONTROL.sub(" ", text[: LONGEST_QUERY * 4]))


def read(text: str, *, code: str = "", languages: tuple[str, ...] = ()) -> Asked:
    """Read what was typed; any text is a query, operators are words like others. `code` adds a chosen fault code."""
    whole = printable(text)
    tidied = whole[:LONGEST_QUERY].rstrip()
    spelled = _SPACED_CODE.sub(r"\1\2", tidied)
    # What a scanner printed is longer than a question, and its codes are what it is pasted for.
    pasted = _SPACED_CODE.sub(r"\1\2", whole) if len(whole) > LONGEST_QUERY else spelled
    codes = dict.fromkeys([*base_codes(code[:40]), *base_codes(pasted)])
    return Asked(
        text=tidied,
        words=tuple(words(spelled))[:MOST_WORDS],
        codes=tuple(codes)[:5],
        numbers=_numbers(spelled),
        cut=len(whole) > LONGEST_QUERY or len(text) > LONGEST_QUERY * 4,
        languages=languages,
    )


def _numbers(text: str) -> tuple[str, ...]:
    """Keys under which a campaign or bulletin number may stand: `24V-123`, `24v 123`, `2004-307`."""
    found: dict[str, None] = {}
    single = [match.group() for match in _ONE_NUMBER.finditer(text)]
    pairs = [first + second for first, second in pairwise(single)]
    for candidate in (*single, *pairs):
        if any(character.isdigit() for character in candidate) and 5 <= len(candidate) <= 20:
            found.update(dict.fromkeys(sorted(number_keys(candidate))))
    return tuple(found)[:20]


def strongest(weights: Mapping[str, float], most: int) -> list[str]:
    """The stems to keep when rarity is unknown: own words before synonyms, longer before shorter."""
    return sorted(weights, key=lambda stem: (-weights[stem], -len(stem), stem))[:most]
