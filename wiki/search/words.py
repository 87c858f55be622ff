"""How text becomes comparable words: one analysis for the index, the query, the snippet and the overlay.

Indexes are fed with the stems this module makes, so that every engine behind the seam sees the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from whoosh.lang.porter2 import stem as porter2

LONGEST_WORD = 40
"""Characters: longer runs are no words (base64, keyboards held down) and would only bloat the lexicon."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="ascii").split())
"""Words that say nothing about a symptom. "on", "off", "no", "stop" and "won't" do: brake light stays on, no crank."""


@dataclass(frozen=True)
class Word:
    """One word of a text: where it stands and its stem, empty for a stop word."""

    start: int
    end: int
    plain: str
    stem: str


def fold(text: str) -> str:
    """The text in lower case without accents and apostrophes, compatibility characters made ordinary."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(
        character for character in decomposed if not unicodedata.combining(character) and character not in "'’"
    ).casefold()


@lru_cache(maxsize=50_000)
def stem(plain: str) -> str:
    """The Porter2 stem of a folded word; words with a digit (part numbers, codes) stay as they are."""
    return porter2(plain) if plain.isascii() and plain.isalpha() else plain


def words(text: str) -> Iterator[Word]:
    """The words of a text in order, stop words included."""
    for match in _WORD.finditer(text):
        if match.end() - match.start() > LONGEST_WORD:
            continue
        # Folding can open a word up ("½" becomes "1⁄2"), so it is split once more.
        for plain in _WORD.findall(fold(match.group())):
            yield Word(match.start(), match.end(), plain, "" if plain in STOP_WORDS else stem(plain))


def stems(text: str) -> list[str]:
    """The stems of a text in order, without stop words."""
    return [word.stem for word in words(text) if word.stem]
