"""Problems to search in, as many as asked for: complaints shuffled over products, or words by Zipf's law; one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.intake_files import SENTENCES
from benchmarks.texts import narratives

if TYPE_CHECKING:
    from wiki.search.engine import Document

SEED = 20261124
MAKES, MODELS = 20, 20
SYSTEMS = 30
CODES = 3_000
WORDS_PER_DOCUMENT = 90
WORDS_PER_QUESTION = 6
VOCABULARY = 50_000
"""Words of the language of Zipf; its twenty commonest are in no question, as stop words are in none."""


class Text(NamedTuple):
    """A problem: its words, and its product (of MAKES x MODELS), system and fault code by number."""

    title: str
    symptom: str
    model: int
    system: int
    code: str


def texts(count: int, shared: Path) -> Iterator[Text]:
    """Two complaints' sentences mixed for each, cut to 90 words; invented sentences where no complaints are beside."""
    chance = random.Random(SEED)
    known = shared / "nhtsa_complaints"
    told = [text.split(". ") for text in narratives(shared)] if known.is_dir() else [list(SENTENCES)]
    for _ in range(count):
        sentences = [*chance.choice(told), *chance.choice(told)]
        chance.shuffle(sentences)
        said = ". ".join(sentences).split()[:WORDS_PER_DOCUMENT]
        start = chance.randrange(max(1, len(said) - 8))
        yield Text(
            title=" ".join(said[start : start + 8])[:150] or "A noise",
            symptom=" ".join(said),
            model=chance.randrange(MAKES * MODELS),
            system=chance.randrange(SYSTEMS),
            code=f"P{chance.randrange(CODES):04}" if chance.random() < 0.3 else "",
        )


def questions(count: int, shared: Path) -> list[str]:
    """Six words that say something, from anywhere in one problem of another draw."""
    from wiki.search.words import words

    chance = random.Random(SEED + 1)
    asked = []
    for one in texts(count * 2, shared):
        said = list(dict.fromkeys(word.plain for word in words(one.symptom) if word.stem and len(word.plain) > 2))
        if len(said) >= WORDS_PER_QUESTION and len(asked) < count and chance.random() < 0.9:
            asked.append(" ".join(chance.sample(said, WORDS_PER_QUESTION)))
    return asked


class Zipf:
    """A language of numbered words, the commonest first, and documents and questions in it."""

    def __init__(self) -> None:
        self._words = [f"w{number}" for number in range(VOCABULARY)]
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def documents(self, count: int) -> Iterator[Document]:
        """Problems as the engine takes them."""
        from wiki.search.engine import Document, Fact, Kind

        chance = random.Random(SEED)
        for number in range(count):
            model = chance.randrange(MAKES * MODELS)
            yield Document(
                kind=Kind.PROBLEM,
                object_id=number,
                stems=tuple(chance.choices(self._words, cum_weights=self._weights, k=WORDS_PER_DOCUMENT)),
                codes=frozenset({f"P{number % CODES:04}"}) if number % 3 == 0 else frozenset(),
                products=frozenset({1000 + model}),
                within=frozenset({1, 10 + model // MODELS, 1000 + model}),
                components=frozenset({chance.randrange(SYSTEMS)}),
                facts=frozenset({Fact.ANSWERED if number % 4 else Fact.UNANSWERED}),
                quality=chance.randrange(1000),
            )

    def questions(self, count: int) -> list[Sequence[str]]:
        """Six words each, as often as they are common but without the commonest twenty."""
        chance = random.Random(SEED + 1)
        skipped = 20
        weights = [weight - self._weights[skipped - 1] for weight in self._weights[skipped:]]
        words = self._words[skipped:]
        return [chance.choices(words, cum_weights=weights, k=WORDS_PER_QUESTION) for _ in range(count)]
