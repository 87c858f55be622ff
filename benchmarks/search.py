"""Search: documents indexed a second, and what a question costs by number of documents.

python -m benchmarks.search [--json] [--size documents]

The index of invented problems is built in a temporary folder, without a database; questions have six words. Times are
milliseconds of CPU.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

SEED = 20261124
WORDS_PER_DOCUMENT = 90
VOCABULARY = 12_000
QUERIES = 60


def _documents(count: int, chance: random.Random, vocabulary: list[str], weights: list[float]) -> Iterator[Any]:
    from wiki.search.engine import Document, Kind

    for number in range(count):
        stems = tuple(chance.choices(vocabulary, cum_weights=weights, k=WORDS_PER_DOCUMENT))
        model = number % 400
        yield Document(
            kind=Kind.PROBLEM,
            object_id=number,
            stems=stems,
            codes=frozenset({f"P{number % 3000:04}"}),
            products=frozenset({1000 + model}),
            within=frozenset({1, 10 + model % 20, 1000 + model}),
            components=frozenset({number % 90}),
        )


def _milliseconds(ask: Any, times: int) -> dict[str, float]:
    spent = []
    for number in range(times):
        start = time.process_time()
        ask(number)
        spent.append((time.process_time() - start) * 1000)
    ordered = sorted(spent)
    return {"median": round(statistics.median(ordered), 2), "p95": round(ordered[int(len(ordered) * 0.95)], 2)}


def measure(documents: int) -> tuple[Figures, Figures]:
    """Build an index of that many documents and time the questions a person asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    from wiki.search import whoosh_engine
    from wiki.search.engine import Cursor, Kind, Scope, Wanted

    chance = random.Random(SEED)
    vocabulary = [f"w{number}" for number in range(VOCABULARY)]
    weights, total = [], 0.0
    for rank in range(1, VOCABULARY + 1):
        total += 1 / rank
        weights.append(total)
    with tempfile.TemporaryDirectory() as folder:
        settings.SEARCH_INDEX_DIR = Path(folder)
        start = time.process_time()
        with whoosh_engine.only_writer():
            whoosh_engine.build(documents=_documents(documents, chance, vocabulary, weights), position=Cursor())
        built = time.process_time() - start
        questions = [
            dict.fromkeys(chance.choices(vocabulary[20:], cum_weights=weights[20:], k=6), 1.0) for _ in range(QUERIES)
        ]

        def ask(number: int, **wanted: Any) -> None:
            whoosh_engine.find(Wanted(stems=questions[number], **wanted), Kind.PROBLEM, limit=100)

        def ask_code(number: int) -> None:
            whoosh_engine.find(Wanted(codes=(f"P{number * 37 % 3000:04}",)), Kind.PROBLEM, limit=100)

        figures = {
            "documents_per_cpu_second": round(documents / built),
            "any_word_ms": _milliseconds(ask, QUERIES),
            "within_a_make_ms": _milliseconds(
                lambda number: ask(number, scope=Scope(product=10 + number % 20)), QUERIES
            ),
            "fault_code_ms": _milliseconds(ask_code, QUERIES),
        }
        whoosh_engine.close()
    return {"documents": documents, "words_per_document": WORDS_PER_DOCUMENT, "questions": QUERIES}, figures


if __name__ == "__main__":
    run("search", measure, small=5_000, seed=SEED)
