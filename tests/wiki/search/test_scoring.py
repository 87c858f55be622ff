"""Scores added from posting arrays are Whoosh's own scores, whatever the segments, deletions and conditions."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from whoosh import index, query, scoring

from wiki.search import whoosh_engine
from wiki.search.engine import CODE_SCORE, Cursor, Document, Kind, Scope, Wanted
from wiki.search.postings import _Kept

WORDS = [f"w{number}" for number in range(300)]


def documents(numbers: range, chance: random.Random) -> Iterator[Document]:
    for number in numbers:
        yield Document(
            kind=chance.choice([Kind.PROBLEM, Kind.PROBLEM, Kind.OFFICIAL]),
            object_id=number,
            stems=tuple(WORDS[int(299 * chance.random() ** 3)] for _ in range(chance.randint(1, 120))),
            codes=frozenset({f"P{number % 40:04}"}),
            products=frozenset({1000 + number % 20}),
            within=frozenset({1, 10 + number % 5, 1000 + number % 20}),
            components=frozenset({number % 9}),
            facts=frozenset({"answered" if number % 3 else "unanswered"}),
        )


@pytest.fixture
def searched(index_folder: Any) -> Any:
    """An index of four segments in which documents were deleted and replaced, and Whoosh's own searcher over it."""
    chance = random.Random(5)
    with whoosh_engine.only_writer():
        whoosh_engine.build(documents=documents(range(600), chance), position=Cursor())
        for start in (600, 640, 680):
            gone = [f"{kind}:{number}" for kind in Kind for number in range(start - 500, start - 450)]
            whoosh_engine.write(
                documents=documents(range(start, start + 40), chance), outdated=gone, position=Cursor(seen=start)
            )
    folder = (index_folder / "current").read_text()
    with index.open_dir(str(index_folder / folder)).searcher(weighting=scoring.BM25F(B=0.75, K1=2.0)) as searcher:
        assert len(searcher.leaf_searchers()) > 1
        assert searcher.reader().has_deletions()
        yield searcher


def by_whoosh(searcher: Any, wanted: Wanted, kind: Kind) -> dict[int, float]:
    any_of = [query.Term(f"{kind}_words", stem, boost=weight) for stem, weight in wanted.stems.items()]
    any_of += [query.ConstantScoreQuery(query.Term("codes", f"{kind}:{code}"), CODE_SCORE) for code in wanted.codes]
    conditions = []
    if wanted.scope is not None:
        places = [query.Term("within", str(wanted.scope.product))]
        places += [query.Term("products", str(above)) for above in wanted.scope.ancestors]
        conditions.append(query.Or(places))
    if wanted.component is not None:
        conditions.append(query.Term("components", str(wanted.component)))
    conditions += [query.Term("facts", fact) for fact in wanted.facts]
    results = searcher.search(query.Or(any_of), limit=None, filter=query.And(conditions) if conditions else None)
    return {
        int(results[place]["uid"].partition(":")[2]): results.score(place) for place in range(results.scored_length())
    }


ASKED = [
    Wanted(stems={"w3": 1.0}),
    Wanted(stems={"w0": 1.0, "w17": 0.5, "w250": 1.0, "nowhere": 1.0}),
    Wanted(stems={"w1": 1.0, "w90": 1.0}, scope=Scope(product=12)),
    Wanted(stems={"w1": 1.0, "w2": 1.0}, scope=Scope(product=1004, ancestors=(1, 1011))),
    Wanted(stems={"w5": 1.0}, component=4),
    Wanted(stems={"w5": 1.0, "w9": 1.0}, facts=("answered",)),
    Wanted(stems={"w5": 1.0}, codes=("P0007", "P9999"), component=4),
    Wanted(codes=("P0007",)),
]


def test_every_document_has_the_score_that_whoosh_gives_it(searched: Any) -> None:
    for wanted, kind in product(ASKED, [Kind.PROBLEM, Kind.OFFICIAL]):
        expected = by_whoosh(searched, wanted, kind)

        found = whoosh_engine.find(wanted, kind, limit=5000)

        assert expected
        assert {hit.object_id: hit.score for hit in found.hits} == pytest.approx(expected, rel=1e-4)
        assert not found.more


def test_counts_are_over_everything_that_matches(searched: Any) -> None:
    for wanted, kind in product(ASKED, [Kind.PROBLEM, Kind.OFFICIAL]):
        expected = by_whoosh(searched, wanted, kind)
        keys = [("components", "4"), ("components", "77"), ("codes", "P0007"), ("facts", "answered")]

        tally = whoosh_engine.tally(wanted, kind, keys)

        assert tally.total == len(expected)
        assert tally.having["components", "4"] == sum(number % 9 == 4 for number in expected)
        assert tally.having["components", "77"] == 0
        assert tally.having["codes", "P0007"] == sum(number % 40 == 7 for number in expected)
        assert tally.having["facts", "answered"] == sum(number % 3 != 0 for number in expected)


def test_the_best_ten_are_the_first_ten_of_all(searched: Any) -> None:
    wanted = Wanted(stems={"w0": 1.0, "w40": 1.0})
    everything = whoosh_engine.find(wanted, Kind.PROBLEM, limit=5000)

    ten = whoosh_engine.find(wanted, Kind.PROBLEM, limit=10)

    assert ten.hits == everything.hits[:10]
    assert ten.more
    assert [hit.score for hit in everything.hits] == sorted((hit.score for hit in everything.hits), reverse=True)


def test_nothing_is_found_where_no_word_occurs(searched: Any) -> None:
    assert whoosh_engine.find(Wanted(stems={"nowhere": 1.0}), Kind.PROBLEM, limit=10).hits == ()
    assert whoosh_engine.find(Wanted(), Kind.PROBLEM, limit=10).hits == ()


def test_kept_arrays_stay_within_their_memory_and_the_oldest_goes_first() -> None:
    kept = _Kept(budget=1000)
    for name in ("first", "second"):
        kept.keep(name, np.zeros(400, np.uint8))
    assert kept.get("first") is not None
    kept.keep("third", np.zeros(400, np.uint8))

    assert kept.get("second") is None
    assert kept.get("first") is not None
    assert kept.get("third") is not None
