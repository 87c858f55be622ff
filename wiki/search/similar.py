"""Problems that somebody had already: shared fault codes first, then two rankings made one.

BM25 knows the words, latent semantic analysis what is said in other words. Their orders are added by reciprocal rank
fusion (Cormack, Clarke and Büttcher 2009); `python -m benchmarks.duplicates` chose the weights and measures them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wiki.search.engine import EngineUnavailable, Kind, Wanted
from wiki.search.engines import chosen
from wiki.search.finding import languages
from wiki.search.semantics import Semantics, site_model
from wiki.search.words import stems

DEPTH = 50
"""Places of each ranking that count."""

SMOOTHING = 60
"""k of the fusion: how little the very first places outweigh the next."""

MEANING_WEIGHT = 0.1
"""What a place by meaning counts beside one by words; chosen on the first half of both collections."""

SAME_MODEL = 0.3 / SMOOTHING
"""Added for the same model: three tenths of standing first by words. Nothing measured it: no collection names both."""

LEAD = 1.4
"""How many times the second's score by words the first must have to be likely the same; for a precision of .8."""

LONGEST_TEXT = 2_000
"""Characters of a text that are compared."""


Ranked = tuple[int, float]
"""An object with its score in one ranking."""


@dataclass(frozen=True)
class Similar:
    """A problem like the one asked about: its fused score, and whether it shares a code or is likely the same."""

    object_id: int
    score: float
    shares_code: bool = False
    likely_same: bool = False


def fused(by_words: Sequence[int], by_meaning: Sequence[int], *, weight: float = MEANING_WEIGHT) -> dict[int, float]:
    """The fused score of everything in either order."""
    scores: Counter[int] = Counter()
    for ranking, counts in ((by_words, 1.0), (by_meaning, weight)):
        for place, object_id in enumerate(ranking, 1):
            scores[object_id] += counts / (SMOOTHING + place)  # type: ignore[assignment]
    return {object_id: float(score) for object_id, score in scores.items()}


def agreed(by_words: Sequence[Ranked], by_meaning: Sequence[Ranked], *, lead: float = LEAD) -> int | None:
    """The one that both rankings put first, with the wanted lead in words; None otherwise."""
    if not by_words or not by_meaning or by_words[0][0] != by_meaning[0][0]:
        return None
    first, second = by_words[0][1], by_words[1][1] if len(by_words) > 1 else 0.0
    return by_words[0][0] if first >= lead * second else None


def similar(
    *,
    title: str,
    text: str,
    codes: Sequence[str] = (),
    without: int | None = None,
    model: Semantics | None = None,
) -> list[Similar]:
    """Problems like a title and text, those that share a fault code first, then best first. None without an index.

    `without` is a problem that is not meant. `model` is the site's where none is given; without one, words alone rank.
    """
    texts = (title[:LONGEST_TEXT], text[:LONGEST_TEXT])
    said = [stem for language in ("", *languages()) for one in texts for stem in stems(one, language)]
    try:
        by_words = _found(Wanted(stems=dict.fromkeys(said, 1.0)), without)
        coded = {number for number, _ in _found(Wanted(codes=tuple(codes)), without)} if codes else set()
    except EngineUnavailable:
        return []
    model = model or site_model()
    near = [pair for pair in model.nearest(said, limit=DEPTH + 1) if pair[0] != without] if model is not None else []
    scores: Mapping[int, float] = fused([number for number, _ in by_words], [number for number, _ in near])
    same = agreed(by_words, near)
    found = [
        Similar(object_id, scores.get(object_id, 0.0), object_id in coded, object_id == same)
        for object_id in scores.keys() | coded
    ]
    return sorted(found, key=lambda one: (not one.shares_code, -one.score, one.object_id))


def _found(wanted: Wanted, without: int | None) -> list[Ranked]:
    found = chosen().find(wanted, Kind.PROBLEM, limit=DEPTH + 1)
    # What is known of remedies says nothing about being the same problem.
    by_words = [(hit.object_id, hit.score_of_words) for hit in found.hits if hit.object_id != without]
    return sorted(by_words, key=lambda pair: -pair[1])[:DEPTH]
