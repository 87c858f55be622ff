"""The best answer there is: the index, with what it has not followed yet laid over it; the database without one."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings

from products.models import Change
from wiki.search import database
from wiki.search.documents import documents_of, touched
from wiki.search.engine import (
    CODE_SCORE,
    LANGUAGE,
    Document,
    EngineUnavailable,
    Found,
    Key,
    Kind,
    Scored,
    Tally,
    Wanted,
    blended,
)
from wiki.search.engines import chosen
from wiki.search.languages import LANGUAGES
from wiki.search.query import strongest

logger = logging.getLogger(__name__)

MOST_ASKED = 200
"""Stems, synonyms and readings in other languages included, that are looked up; the rarest MOST_TERMS of them count."""

MOST_SLIPS = 8
"""Unknown words that are compared with every word of the index; a text with more is no question with slips."""

MOST_PENDING = 50
"""Problems newer than the index that are read from the database: the author sees an own change at once."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Ids of objects in order of match, each with the stems that it `held`; `more` beyond the limit.

    `quality` are the objects whose quality moved them up, each with what it is (1 to 1000). `by_database`: no index
    could answer, and then nobody knows which words matched.
    """

    ids: tuple[int, ...]
    held: Mapping[int, frozenset[str]]
    quality: Mapping[int, int]
    more: bool
    by_database: bool


def find(wanted: Wanted, kind: Kind, *, limit: int) -> Answer:
    """The best `limit` objects of a kind. Never fails for want of an index."""
    wanted = _bounded(wanted)
    try:
        pending = _pending() if kind is Kind.PROBLEM else frozenset()
        found = chosen().find(wanted, kind, limit=limit + len(pending))
    except EngineUnavailable as refusal:
        logger.warning("search: the database answers, %s", str(refusal))
        found, by_database = database.find(wanted, kind, limit=limit), True
    else:
        by_database = False
        if pending:
            found = _overlaid(found, pending, wanted)
    hits = found.hits[:limit]
    return Answer(
        ids=tuple(hit.object_id for hit in hits),
        held={hit.object_id: hit.stems for hit in hits if hit.stems},
        quality={hit.object_id: hit.quality for hit in hits if hit.quality},
        more=found.more or len(found.hits) > limit,
        by_database=by_database,
    )


def tally(wanted: Wanted, kind: Kind, keys: Sequence[Key]) -> Tally | None:
    """How many of a kind match in all, and how many of these have each key; None without an index."""
    try:
        return chosen().tally(_bounded(wanted), kind, keys)
    except EngineUnavailable:
        return None


def languages() -> tuple[str, ...]:
    """The languages that the index holds beside the site's own; all of them without an index."""
    others = [language for language in LANGUAGES if language != settings.CONTENT_LANGUAGE]
    try:
        return tuple(language for language in others if chosen().holds(("facts", f"{LANGUAGE}{language}")))
    except EngineUnavailable:
        return tuple(others)


def corrections(readings: Mapping[str, Collection[str]], *, last: str = "") -> dict[str, str]:
    """The stems that no document holds, each with the one that it is spelled most like; none without an index.

    `readings` are the stems as typed, each with what it would be in other languages: known in one, it is no slip. The
    `last` may not be typed out yet: where it begins a word, it is read as that.
    """
    try:
        lexicon = chosen().lexicon()
        slips = [stem for stem, others in readings.items() if lexicon.frequencies.keys().isdisjoint(others)]
        unknown = [stem for stem in slips if stem not in lexicon.frequencies]
        found = lexicon.corrections(unknown[:MOST_SLIPS])
        whole = lexicon.completed(last) if last in unknown else None
        return found | ({last: whole} if whole is not None else {})
    except EngineUnavailable:
        return {}


def unknown(readings: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The stems that no document holds in any reading; none without an index, where nobody knows."""
    try:
        known = chosen().lexicon().frequencies.keys()
    except EngineUnavailable:
        return frozenset()
    return frozenset(stem for stem, others in readings.items() if stem not in known and known.isdisjoint(others))


def _bounded(wanted: Wanted) -> Wanted:
    """The question with as many stems as are looked up, so that no text costs more than another."""
    if len(wanted.stems) <= MOST_ASKED:
        return wanted
    return replace(wanted, stems={stem: wanted.stems[stem] for stem in strongest(wanted.stems, MOST_ASKED)})


def _pending() -> frozenset[int]:
    """Problems that changed, themselves or by a fix, since the index's cursor; the newest of them."""
    changes = (
        Change.objects.filter(id__gt=chosen().cursor().seen, kind__in=[Change.Kind.PROBLEM, Change.Kind.FIX])
        .order_by("-id")
        .values_list("kind", "object_id")[:MOST_PENDING]
    )
    rows = list(changes)
    return frozenset(touched(rows)[Kind.PROBLEM]) if rows else frozenset()


def _overlaid(found: Found, pending: frozenset[int], wanted: Wanted) -> Found:
    """The hits with every pending problem as the database has it, placed by the share of the words it matches."""
    standing = [hit for hit in found.hits if hit.object_id not in pending]
    best = max((hit.score_of_words for hit in standing if hit.score < CODE_SCORE), default=1.0)
    new = [
        Scored(document.object_id, score, frozenset(wanted.stems).intersection(document.stems), document.quality)
        for document in documents_of(Kind.PROBLEM, sorted(pending))
        if (score := _score(document, wanted, found, best)) > 0
    ]
    hits = sorted([*standing, *new], key=lambda hit: -hit.score)
    return Found(hits=tuple(hits), more=found.more, rarity=found.rarity)


def _score(document: Document, wanted: Wanted, found: Found, best: float) -> float:
    scope = wanted.scope
    if scope is not None and scope.product not in document.within and document.products.isdisjoint(scope.ancestors):
        return 0.0
    if wanted.component is not None and wanted.component not in document.components:
        return 0.0
    if not document.facts.issuperset(wanted.facts):
        return 0.0
    rarest = max(found.rarity.values(), default=1.0)
    weights = {stem: weight * found.rarity.get(stem, rarest) for stem, weight in wanted.stems.items()}
    has = set(document.stems)
    # A stem that no document holds, as a reading in another language mostly is, counts for nobody.
    total = sum(weight for stem, weight in weights.items() if stem in found.rarity or stem in has) or 1.0
    words = best * sum(weight for stem, weight in weights.items() if stem in has) / total
    return blended(words, len(document.codes.intersection(wanted.codes)), document.quality)
