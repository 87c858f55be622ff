"""How text becomes comparable words: one analysis for the index, the query, the snippet and the overlay.

Indexes are fed with the stems this module makes, so that every engine behind the seam sees the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from wiki.search.languages import is_stop_word, stem

LONGEST_WORD = 40
"""Characters: longer runs are no words (base64, keyboards held down) and would only bloat the lexicon."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Word(NamedTuple):
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
def _folded(word: str) -> tuple[str, ...]:
    """Folding can open a word up ("½" becomes "1⁄2"), so it is split once more."""
    return tuple(_WORD.findall(fold(word)))


def words(text: str, language: str = "") -> Iterator[Word]:
    """The words of a text in order, stop words included; in the site's language where none is given."""
    language = language or settings.CONTENT_LANGUAGE
    for match in _WORD.finditer(text):
        if match.end() - match.start() > LONGEST_WORD:
            continue
        for plain in _folded(match.group()):
            stemmed = "" if is_stop_word(plain, language) else stem(plain, language)
            yield Word(match.start(), match.end(), plain, stemmed)


def stems(text: str, language: str = "") -> list[str]:
    """The stems of a text in order, without stop words."""
    return [word.stem for word in words(text, language) if word.stem]
