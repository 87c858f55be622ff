"""Names found by what is typed of them: a sorted lexicon in memory, answered in well under a millisecond."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from products.rules.naming import key_of

MOST_WORDS = 8
LONGEST_WORD = 40
SHORTEST_MISSPELT = 4
"""Letters: shorter words are one slip away from too many others."""

MOST_KEPT = 2000
"""Misspelt words whose near ones are kept."""

_PARTS = re.compile(r"[^\W_]+")
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with names. It is found by the beginning of a name and by words of `names` and `words`, in any order.

    `rank` orders what is found, the smallest first; all entries of a lexicon have ranks that compare.
    """

    pk: int
    rank: tuple[int | str, ...]
    names: tuple[str, ...]
    words: tuple[str, ...] = ()


class Lexicon:
    """Entries, found by what a person has typed so far."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        ordered = sorted(entries, key=lambda entry: entry.rank)
        self._pks = np.array([entry.pk for entry in ordered], dtype=np.int64)
        keys = sorted({(key_of(name), place) for place, entry in enumerate(ordered) for name in entry.names})
        self._keys = [key for key, _ in keys]
        self._key_places = np.array([place for _, place in keys], dtype=np.int32)
        having: dict[str, dict[int, None]] = defaultdict(dict)
        for place, entry in enumerate(ordered):
            for text in (*entry.names, *entry.words):
                for token in _tokens(text):
                    having[token][place] = None
        self._tokens = sorted(having)
        self._starts = np.cumsum([0, *(len(having[token]) for token in self._tokens)])
        self._places = np.array([place for token in self._tokens for place in having[token]], dtype=np.int32)
        self._beginnings: dict[int, list[str]] = {}
        # A person types on: the words before the last are looked for again with every letter.
        self._near = lru_cache(maxsize=MOST_KEPT)(self._slips)

    def __len__(self) -> int:
        return len(self._pks)

    def find(self, typed: str, limit: int, *, forgiving: bool = False) -> list[int]:
        """The best `limit` entries' keys for what was typed.

        Names that it begins come first, a whole name before all; then entries that have every word, each at least as a
        beginning and with one slip forgiven. `forgiving` leaves words out that nothing has, while more than half fit.
        """
        words = [word for part in typed.split()[:MOST_WORDS] if (word := key_of(part)[:LONGEST_WORD])]
        if not words or not len(self):
            return []
        key = "".join(words)
        low, whole = bisect_left(self._keys, key), bisect_right(self._keys, key)
        high = bisect_left(self._keys, key + _LAST, lo=whole)
        found = dict.fromkeys([*self._sorted(low, whole, limit), *self._sorted(whole, high, limit)])
        if len(found) < limit:
            found.update(dict.fromkeys(self._with_words(words, limit, forgiving=forgiving)))
        return [int(self._pks[place]) for place in list(found)[:limit]]

    def _sorted(self, low: int, high: int, limit: int) -> list[int]:
        return [int(place) for place in np.unique(self._key_places[low:high])[:limit]]

    def _with_words(self, words: Sequence[str], limit: int, *, forgiving: bool) -> list[int]:
        masks = [mask for word in words if (mask := self._having(word)) is not None]
        if len(masks) < len(words) and not (forgiving and 2 * len(masks) > len(words)):
            return []
        return [int(place) for place in np.flatnonzero(np.logical_and.reduce(masks))[:limit]]

    def _having(self, word: str) -> NDArray[np.bool_] | None:
        """Which entries have a word that begins so; with one slip where none does; None where none does even then."""
        # "lights" is meant by "light" as well: the plural is typed as the beginning that both share.
        singular = word[:-1] if len(word) > SHORTEST_MISSPELT and word.endswith("s") else word
        spans = [self._span(singular)]
        if spans[0][0] == spans[0][1]:
            spans = [self._span(beginning) for beginning in self._near(word)]
        if not spans:
            return None
        mask = np.zeros(len(self), dtype=np.bool_)
        for low, high in spans:
            mask[self._places[self._starts[low] : self._starts[high]]] = True
        return mask

    def _span(self, beginning: str) -> tuple[int, int]:
        low = bisect_left(self._tokens, beginning)
        return low, bisect_left(self._tokens, beginning + _LAST, lo=low)

    def _slips(self, word: str) -> list[str]:
        """Beginnings of words that are one slip away: a letter more, less or other, or two swapped."""
        if len(word) < SHORTEST_MISSPELT or not word.isalpha():
            return []
        return [
            beginning
            for length in (len(word) - 1, len(word), len(word) + 1)
            for beginning, _, _ in process.extract(
                word, self._beginnings_of(length), scorer=OSA.distance, score_cutoff=1, limit=None
            )
        ]

    def _beginnings_of(self, length: int) -> list[str]:
        if length not in self._beginnings:
            self._beginnings[length] = sorted({token[:length] for token in self._tokens if len(token) >= length})
        return self._beginnings[length]


def _tokens(text: str) -> Iterable[str]:
    """The words of a name as keys: `F-150` is found as f150, as f and as 150."""
    for part in text.split():
        whole = key_of(part)
        if whole:
            yield whole[:LONGEST_WORD]
        pieces = _PARTS.findall(part)
        if len(pieces) > 1:
            for piece in pieces:
                if key := key_of(piece):
                    yield key[:LONGEST_WORD]
