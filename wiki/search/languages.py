"""Words in the languages that content is written in: a stemmer and stop words of each.

What is written is stemmed in its own language; what is asked, in every language that the index holds, since nobody says
in which they ask.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from whoosh.lang.porter2 import stem as porter2
from whoosh.lang.snowball import GermanStemmer

LANGUAGES = ("en", "de")

_HERE = Path(__file__)
STOP_WORDS = {
    "en": frozenset(_HERE.with_name("stop_words.txt").read_text(encoding="ascii").split()),
    "de": frozenset(_HERE.with_name("stop_words_de.txt").read_text(encoding="ascii").split()),
}
"""Words that say nothing about a symptom. "on", "off", "no", "nicht", "an" and "aus" do: the light stays on."""

_german = GermanStemmer()


@lru_cache(maxsize=50_000)
def stem(plain: str, language: str = "en") -> str:
    """The stem of a folded word; words with a digit (part numbers, codes) stay as they are."""
    if not plain.isascii() or not plain.isalpha():
        return plain
    if language == "de":
        return str(_german.stem(_without_umlauts(plain)))
    return str(porter2(plain))


def _without_umlauts(plain: str) -> str:
    """The word as folding leaves it where somebody wrote "ae" for "ä": geraeusch is gerausch."""
    plain = plain.replace("ae", "a").replace("oe", "o")
    return plain if "qu" in plain else plain.replace("ue", "u")


def is_stop_word(plain: str, language: str = "en") -> bool:
    """Whether a folded word says nothing in a language."""
    return plain in STOP_WORDS.get(language, frozenset())


def readings(plain: str, languages: Collection[str]) -> tuple[str, ...]:
    """The different stems of a folded word in some languages; none where it is a stop word in each of them."""
    found = [stem(plain, language) for language in languages if not is_stop_word(plain, language)]
    return tuple(dict.fromkeys(found))
