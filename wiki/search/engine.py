"""The seam: what is asked of an engine and what it answers, without any engine's own types.

An engine is a module with the functions of `Engine`; `engines.chosen` gives the one that the site has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from wiki.rules.quality import MOST
from wiki.search.spelling import Lexicon

MOST_TERMS = 40
"""Distinct words that a query may cost; the rarest are kept."""

CODE_SCORE = 1000.0
"""A fault code or campaign number that matches outweighs every word."""

MOST_BY_QUALITY = 0.2
"""What the best quality adds to the score of the words: less than the fifth word of five, so that near equals change
places and clearly better words never lose."""

CODE_BY_QUALITY = 1.0
"""What the best quality adds where a code matched: it orders those that have nothing but the code in common."""

SCHEMA_VERSION = 5
"""Raised whenever what is indexed changes: an index of another version is rebuilt, not read."""


class Fact(StrEnum):
    """What is true of a problem, beside its words."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    HARMFUL = "harmful"


LANGUAGE = "language:"
"""Before the code of a language that a problem or a fix of it is written in, among its facts."""


class Kind(StrEnum):
    """What a hit can be. A fix is found through its problem."""

    PROBLEM = "problem"
    OFFICIAL = "official"
    PRODUCT = "product"


class EngineUnavailable(Exception):
    """The search index cannot answer at the moment; the database has to."""


class IndexerBusy(Exception):
    """Another indexer is writing the search index; only one may."""


def factor_of(quality: int) -> float:
    """By how much a quality multiplies the score of the words, 1 to 1.2."""
    return 1 + MOST_BY_QUALITY * quality / MOST


def blended(words: float, codes: int, quality: int) -> float:
    """The score of a document from the score of its words, the number of codes that matched, and its quality."""
    by_code = codes * CODE_SCORE + CODE_BY_QUALITY * quality / MOST if codes else 0.0
    return words * factor_of(quality) + by_code


@dataclass(frozen=True, kw_only=True)
class Document:
    """One thing as it is indexed: words already stemmed, the rest as keys; `quality` from 0 to 1000."""

    kind: Kind
    object_id: int
    stems: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    products: frozenset[int] = frozenset()
    within: frozenset[int] = frozenset()
    components: frozenset[int] = frozenset()
    facts: frozenset[str] = frozenset()
    quality: int = 0

    @property
    def uid(self) -> str:
        """The key under which the document stands in the index."""
        return f"{self.kind}:{self.object_id}"

    @property
    def digest(self) -> str:
        """Stands for the content, so that an index can be compared with the database."""
        keys: list[list[int] | list[str]] = [sorted(keys) for keys in (self.products, self.within, self.components)]
        keys += [sorted(self.codes), sorted(self.facts), [self.quality]]
        return hashlib.blake2b(repr((self.stems, keys)).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A product whose own, inherited (`ancestors`) and lower documents are wanted."""

    product: int
    ancestors: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to match: any of the weighted stems, or any of the codes, which outweigh all words; every one of `facts`."""

    stems: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    codes: tuple[str, ...] = ()
    scope: Scope | None = None
    component: int | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scored:
    """An object that matched, with the engine's score (only its order has a meaning) and the stems that it holds.

    The score is `blended` with the quality.
    """

    object_id: int
    score: float
    stems: frozenset[str] = frozenset()
    quality: int = 0

    @property
    def score_of_words(self) -> float:
        """The score as it would be without the quality, of a hit without a code."""
        return self.score / factor_of(self.quality)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best matches in order; `more` says that the limit cut some off. `rarity` weighs the stems that counted."""

    hits: tuple[Scored, ...] = ()
    more: bool = False
    rarity: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


Key = tuple[str, str]
"""A field of keys (`components`, `codes`, `facts`) and one of its values, as the engine counts them."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many documents match, and how many of these have each key."""

    total: int
    having: Mapping[Key, int]


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """How far the index has followed the change feed.

    `seen` is the highest id drained. `gaps` are ranges of ids below it that were not there yet, each with the time it
    was noticed: a transaction that took its id early may still commit. `rules` stands for the community rules
    with which qualities were reckoned.
    """

    seen: int = 0
    drained_at: float = 0.0
    gaps: tuple[tuple[int, int, float], ...] = ()
    rules: str = ""

    def as_text(self) -> str:
        """The cursor as one line, to be stored in the index's own commit."""
        return json.dumps([self.seen, self.drained_at, self.gaps, self.rules])

    @classmethod
    def from_text(cls, text: str) -> Cursor:
        """The cursor that `as_text` wrote; ValueError if it is none."""
        try:
            seen, drained_at, gaps, rules = json.loads(text)
            return cls(
                seen=int(seen),
                drained_at=float(drained_at),
                gaps=tuple((int(low), int(high), float(noticed)) for low, high, noticed in gaps),
                rules=str(rules),
            )
        except TypeError as error:
            raise ValueError("the index's cursor is not readable") from error


class Engine(Protocol):
    """What an index engine can do. Reading raises EngineUnavailable, writing happens under `only_writer`."""

    def find(self, wanted: Wanted, kind: Kind, *, limit: int) -> Found:
        """The best `limit` objects of a kind that match any stem or code and satisfy every condition."""

    def tally(self, wanted: Wanted, kind: Kind, keys: Sequence[Key]) -> Tally:
        """How many of a kind match in all, and how many of these have each of the keys."""

    def lexicon(self) -> Lexicon:
        """All stems with the number of documents that hold each; read again after a while."""

    def holds(self, key: Key) -> bool:
        """Whether any document has a key."""

    def cursor(self) -> Cursor:
        """How far the serving index has followed the change feed."""

    def stored(self) -> dict[str, str]:
        """The keys of all documents in the serving index, as `problem:12`, each with its digest."""

    def needs_rebuild(self) -> bool:
        """Whether the index is missing, of another version or engine, or reported as damaged."""

    def report_damage(self) -> None:
        """Leave word for the indexer that the index must be rebuilt."""

    def only_writer(self, *, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold the right to write the index; IndexerBusy when another has it after `wait` seconds."""

    def write(self, *, documents: Iterable[Document], outdated: Iterable[str], position: Cursor) -> None:
        """Replace what is outdated by the documents and move the cursor, in one commit."""

    def build(self, *, documents: Iterable[Document], position: Cursor) -> int:
        """Build a new index beside the serving one and swap; the number of documents."""

    def close(self) -> None:
        """Give up what this process holds open; the next question opens it again."""
