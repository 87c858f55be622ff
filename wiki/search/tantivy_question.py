"""A question in tantivy's own words: what matches, within which conditions, and which stems a hit holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import tantivy
from tantivy import Occur, Query

from wiki.search.engine import CODE_SCORE, MOST_TERMS, Kind, Wanted

BITS = 20
"""Questions answered by one score: a sum of powers of two that a float of 32 bits holds exactly."""


class Question:
    """A question to one searcher: the stems that count with their rarity, and the conditions."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, wanted: Wanted, kind: Kind) -> None:
        self.searcher, self.schema = searcher, schema
        self.words = f"{kind}_words"
        self.kind = kind
        frequencies = {stem: searcher.doc_freq(self.words, stem) for stem in wanted.stems}
        there = sorted((stem for stem in wanted.stems if frequencies[stem]), key=lambda stem: frequencies[stem])
        self.stems = there[:MOST_TERMS]
        everything = max(1, searcher.num_docs)
        # The same measure as Whoosh's, for those who weigh a document outside of the index.
        self.rarity = {stem: math.log(everything / (frequencies[stem] + 1)) + 1 for stem in self.stems}
        self.codes = [f"{kind}:{code}" for code in wanted.codes]
        self._weights = wanted.stems
        self._conditions = list(self._conditions_of(wanted))

    def term(self, field: str, text: str) -> Query:
        """Whatever has a word or key in a field."""
        return Query.term_query(self.schema, field, text, index_option="freq" if field == self.words else "basic")

    def _conditions_of(self, wanted: Wanted) -> Iterator[Query]:
        if wanted.scope is not None:
            yield Query.boolean_query(
                [
                    (Occur.Should, self.term("within", str(wanted.scope.product))),
                    *((Occur.Should, self.term("products", str(above))) for above in wanted.scope.ancestors),
                ]
            )
        if wanted.component is not None:
            yield self.term("components", str(wanted.component))
        for fact in wanted.facts:
            yield self.term("facts", fact)

    def matching(self) -> Query:
        """Any of the stems, weighted, and any of the codes, within the conditions."""
        any_of = [
            (Occur.Should, Query.boost_query(self.term(self.words, stem), self._weights[stem])) for stem in self.stems
        ]
        any_of += [(Occur.Should, Query.const_score_query(self.term("codes", code), CODE_SCORE)) for code in self.codes]
        kept = [(Occur.Must, Query.const_score_query(condition, 0.0)) for condition in self._conditions]
        return Query.boolean_query([(Occur.Must, Query.boolean_query(any_of)), *kept])

    def best(self, query: Query, limit: int) -> list[tuple[float, tantivy.DocAddress]]:
        """The best matches with their scores; what cannot be among them is not looked at."""
        return list(self.searcher.search(query, limit, count=False).hits)

    def objects(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        """The ids of the objects at those places."""
        return [int(number or 0) for number in self.searcher.fast_field_values("object_id", addresses)]

    def held(self, objects: Sequence[int]) -> dict[int, set[str]]:
        """Which of the stems each object holds."""
        return {number: set(found) for number, found in self._bits(objects, self.words, self.stems).items()}

    def codes_of(self, objects: Sequence[int]) -> dict[int, int]:
        """How many of the codes each object has."""
        return {number: len(found) for number, found in self._bits(objects, "codes", self.codes).items()}

    def _bits(self, objects: Sequence[int], field: str, texts: Sequence[str]) -> dict[int, list[str]]:
        """Which of the texts each object has: every text is a bit of the score, so that few questions tell."""
        found: dict[int, list[str]] = {number: [] for number in objects}
        uids = Query.term_set_query(self.schema, "uid", [f"{self.kind}:{number}" for number in objects])
        for start in range(0, len(texts), BITS):
            asked = texts[start : start + BITS]
            bits = [
                (Occur.Should, Query.const_score_query(self.term(field, text), float(1 << place)))
                for place, text in enumerate(asked)
            ]
            any_of = Query.boolean_query([(Occur.Should, query) for _, query in bits])
            query = Query.boolean_query([(Occur.Must, Query.const_score_query(uids, 0.0)), (Occur.Must, any_of)])
            hits = self.best(query, max(1, len(objects)))
            for (score, _), number in zip(hits, self.objects([address for _, address in hits]), strict=True):
                found[number] += [text for place, text in enumerate(asked) if int(score) >> place & 1]
        return found
