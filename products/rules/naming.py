"""Names of products and components: their key, their slug, and the full name as a person says it."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_SPACES = re.compile(r"\s+")

_RANKS = {"category": 0, "make": 1, "model": 2, "generation": 3, "year": 4, "variant": 5}


def tidy(text: str) -> str:
    """The text on one line, without spaces at its ends or doubled inside."""
    return _SPACES.sub(" ", text).strip()


def _plain(text: str) -> str:
    """The text in lower case with accents taken off; letters of other scripts stay."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFKC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@lru_cache(maxsize=32_768)
def key_of(name: str) -> str:
    """The letters and digits of a name in lower case: `F-150`, `F150` and `f 150` share the key `f150`."""
    return "".join(filter(str.isalnum, _plain(name)))


def slug_of(name: str, *, longest: int = 80) -> str:
    """The part of an address that stands for a name: `Range Rover` gives `range-rover`.

    Letters outside a-z stay out; a name with none inside gives its code points in hexadecimal, so that every name has a
    slug of its own.
    """
    slug = _SEPARATORS.sub("-", _plain(name)).strip("-")[:longest].strip("-")
    if slug:
        return slug
    return "-".join(f"{ord(c):x}" for c in _plain(name) if c.isalnum())[:longest].strip("-")


def full_name_of(chain: Sequence[tuple[str, str]]) -> str:
    """The name as a person says it, from the (level, name) pairs of a product and its ancestors, root first.

    The year comes first, then make, model, generation and variant: `2004 Land Rover Range Rover 4.4 V8`. A category is
    not said, unless it stands alone. A make is not said twice (`MINI Cooper`, not `MINI MINI Cooper`).
    """
    year = [name for level, name in chain if level == "year"]
    said = [name for level, name in chain if level not in ("category", "year")]
    if not said and not year:
        return chain[-1][1]
    for index in range(len(said) - 1, 0, -1):
        if said[index].casefold().startswith(said[index - 1].casefold() + " "):
            del said[index - 1]
    return " ".join(year + said)


def may_stand_under(level: str, parent_level: str | None) -> bool:
    """Whether a product of one level may stand directly under another; levels between them may be missing.

    Only a category may stand at the root, and only categories nest in their own kind.
    """
    if parent_level is None:
        return level == "category"
    if level == parent_level:
        return level == "category"
    return _RANKS[level] > _RANKS[parent_level]


def words_and_year(text: str) -> tuple[str, int | None]:
    """Split typed text into its words and a model year, wherever the year stands: `range rover 2004`."""
    year: int | None = None
    words = []
    for word in tidy(text).split(" "):
        if year is None and re.fullmatch(r"(19|20)\d\d(\.0)?", word):
            year = int(word[:4])
        else:
            words.append(word)
    return " ".join(words), year
