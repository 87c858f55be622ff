"""BM25 over posting arrays: the scores that Whoosh's own BM25F gives, for all documents of a kind at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiki.rules.quality import MOST
from wiki.search.engine import (
    CODE_BY_QUALITY,
    CODE_SCORE,
    MOST_BY_QUALITY,
    MOST_TERMS,
    Found,
    Key,
    Kind,
    Scope,
    Scored,
    Tally,
    Wanted,
)
from wiki.search.postings import Segment

SATURATION = 2.0
"""K1 of BM25: how much a word's repetition adds."""
LENGTH_SHARE = 0.75
"""B of BM25: how much a long document is held against it."""


@dataclass(frozen=True)
class _Term:
    """A word that is looked for: its weight (rarity times what the person's word counts)."""

    stem: str
    weight: float


def best(searcher: Any, wanted: Wanted, kind: Kind, *, limit: int) -> Found:
    """The best `limit` documents of a kind that match any stem or code, within the scope and component asked for.

    Scores: Robertson & Zaragoza 2009, with rarity log(N / (n + 1)) + 1 over all documents, deleted ones included, as
    Whoosh reckons it, blended with the quality as `engine.blended` says. Documents of one score stand in the order in
    which they were indexed.
    """
    reader = searcher.reader()
    field = f"{kind}_words"
    everything = max(1, searcher.doc_count_all())
    kept = _kept(reader, field, wanted)
    rarity = {stem: math.log(everything / (frequency + 1)) + 1 for stem, frequency in kept.items()}
    terms = [_Term(stem, wanted.stems[stem] * rarity[stem]) for stem in kept]
    codes = [f"{kind}:{code}" for code in wanted.codes]
    if not terms and not codes:
        return Found()
    usual = searcher.avg_field_length(field) or 1.0
    hits: list[Scored] = []
    count = 0
    for leaf, _ in searcher.leaf_searchers():
        segment = Segment(leaf.reader())
        scores = _scores(segment, field, terms, codes, usual)
        scores[~_allowed(segment, wanted)] = 0.0
        count += int(np.count_nonzero(scores))
        hits += _hits(segment, scores, _top(scores, limit), field, terms)
    hits.sort(key=lambda hit: -hit.score)
    return Found(hits=tuple(hits[:limit]), more=count > limit, rarity=rarity)


def counted(searcher: Any, wanted: Wanted, kind: Kind, keys: Sequence[Key]) -> Tally:
    """How many documents of a kind match, as `best` understands it, and how many of these have each key."""
    field = f"{kind}_words"
    matching = [(field, stem) for stem in _kept(searcher.reader(), field, wanted)]
    matching += [("codes", f"{kind}:{code}") for code in wanted.codes]
    total, having = 0, Counter(dict.fromkeys(keys, 0))
    for leaf, _ in searcher.leaf_searchers():
        segment = Segment(leaf.reader())
        matched = np.zeros(segment.size, np.bool_)
        for place, text in matching:
            matched[segment.postings(place, text).documents] = True
        matched &= _allowed(segment, wanted)
        total += int(np.count_nonzero(matched))
        for place, text in keys:
            there = segment.postings(place, f"{kind}:{text}" if place == "codes" else text)
            having[place, text] += int(np.count_nonzero(matched[there.documents]))
    return Tally(total=total, having=having)


def _kept(reader: Any, field: str, wanted: Wanted) -> dict[str, int]:
    """The stems that count, the rarest first, each with the number of documents that hold it."""
    frequencies = {stem: reader.doc_frequency(field, stem) for stem in wanted.stems}
    there = sorted((stem for stem in wanted.stems if frequencies[stem]), key=lambda stem: frequencies[stem])
    return {stem: frequencies[stem] for stem in there[:MOST_TERMS]}


def _scores(
    segment: Segment, field: str, terms: Iterable[_Term], codes: Iterable[str], usual: float
) -> NDArray[np.float32]:
    scores = np.zeros(segment.size, np.float32)
    lengths = segment.lengths(field)
    for term in terms:
        there = segment.postings(field, term.stem)
        often = there.weights
        held = (1 - LENGTH_SHARE) + LENGTH_SHARE * lengths[there.documents] / usual
        scores[there.documents] += term.weight * often * (SATURATION + 1) / (often + SATURATION * held)
    quality = segment.numbers("quality").astype(np.float32) / MOST
    scores *= 1 + MOST_BY_QUALITY * quality
    coded = np.zeros(segment.size, np.bool_)
    for code in codes:
        having = segment.postings("codes", code).documents
        scores[having] += CODE_SCORE
        coded[having] = True
    scores[coded] += CODE_BY_QUALITY * quality[coded]
    return scores


def _allowed(segment: Segment, wanted: Wanted) -> NDArray[np.bool_]:
    """Which documents live and satisfy the conditions."""
    allowed = segment.living()
    if wanted.scope is not None:
        allowed &= _in_scope(segment, wanted.scope)
    if wanted.component is not None:
        allowed &= _having(segment, {"components": [wanted.component]})
    for fact in wanted.facts:
        allowed &= _having(segment, {"facts": [fact]})
    return allowed


def _in_scope(segment: Segment, scope: Scope) -> NDArray[np.bool_]:
    return _having(segment, {"within": [scope.product], "products": list(scope.ancestors)})


def _having(segment: Segment, keys: Mapping[str, Iterable[int | str]]) -> NDArray[np.bool_]:
    """Which documents have any of the keys in any of the fields."""
    having = np.zeros(segment.size, np.bool_)
    for field, numbers in keys.items():
        for number in numbers:
            having[segment.postings(field, str(number)).documents] = True
    return having


def _top(scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """The best documents of one segment, best first, and the earlier before the later of one score."""
    found = np.flatnonzero(scores)
    if len(found) > limit:
        # All that tie with the last one stay in for now: a cut among equals would be a cut by chance.
        least = np.partition(scores[found], len(found) - limit)[len(found) - limit]
        found = found[scores[found] >= least]
    return found[np.lexsort((found, -scores[found]))][:limit]


def _hits(
    segment: Segment, scores: NDArray[np.float32], top: NDArray[np.int64], field: str, terms: Iterable[_Term]
) -> list[Scored]:
    """The documents as hits, each with the stems that it holds."""
    held: list[set[str]] = [set() for _ in top]
    for term in terms:
        for place in np.flatnonzero(np.isin(top, segment.postings(field, term.stem).documents)):
            held[place].add(term.stem)
    objects, quality = segment.numbers("object_id"), segment.numbers("quality")
    return [
        Scored(int(objects[number]), float(scores[number]), frozenset(stems), int(quality[number]))
        for number, stems in zip(top, held, strict=True)
    ]
