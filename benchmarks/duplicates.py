"""How well a problem that somebody had already is found, by words alone and with meaning, in the same run.

python -m benchmarks.duplicates [--json]

Three tasks on texts that lie beside the project. `questions`: the title of a workshop question against all bodies with
their answers. `components`: a complaint against all others; those with the same official component count as right.
`halves`: the first half of a complaint against the second halves of all. Settings are chosen on one half of the
questions of each task and every figure is of the other; the model of meaning learns from the documents alone.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django

from benchmarks.report import Figures, machine

TARGET = {"mrr10": 0.80, "hit5": 0.88}
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
WANTED_PRECISION = 0.8
SHORTEST = 40


@dataclass(frozen=True)
class Case:
    """A question: what is right for it, and the two rankings, documents by number."""

    right: frozenset[int]
    by_words: list[tuple[int, float]]
    by_meaning: list[tuple[int, float]]


@dataclass(frozen=True)
class Task:
    """Documents and the questions put to them: text, and the numbers of what is right. `own` is left out."""

    documents: list[str]
    queries: list[tuple[str, frozenset[int], int | None]]


def rankings(task: Task) -> list[Case]:
    """The site's own two rankings for every question, over an index and a model of the task's documents."""
    from django.conf import settings

    from wiki.search import whoosh_engine
    from wiki.search.engine import Cursor, Document, Kind, Wanted
    from wiki.search.semantics import train
    from wiki.search.similar import DEPTH
    from wiki.search.words import stems

    texts = [tuple(stems(text)) for text in task.documents]
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        settings.SEARCH_INDEX_DIR = Path(folder)
        documents = (
            Document(kind=Kind.PROBLEM, object_id=number, stems=stemmed) for number, stemmed in enumerate(texts)
        )
        with whoosh_engine.only_writer():
            whoosh_engine.build(documents=documents, position=Cursor())
        model = train(enumerate(texts))
        for text, right, own in task.queries:
            said = stems(text)
            found = whoosh_engine.find(Wanted(stems=dict.fromkeys(said, 1.0)), Kind.PROBLEM, limit=DEPTH + 1)
            words = [(hit.object_id, hit.score) for hit in found.hits if hit.object_id != own]
            near = [pair for pair in model.nearest(said, limit=DEPTH + 1) if pair[0] != own]
            cases.append(Case(right, words[:DEPTH], near[:DEPTH]))
        whoosh_engine.close()
    return cases


def _first_half(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def _judged(cases: Sequence[Case], rank: Callable[[Case], Sequence[int]]) -> Figures:
    """Mean reciprocal rank within ten, and how often one of the first five is right."""
    reciprocal, hits = 0.0, 0
    for case in cases:
        place = next((place for place, number in enumerate(rank(case)[:10], 1) if number in case.right), None)
        reciprocal += 1 / place if place else 0.0
        hits += bool(place and place <= 5)
    return {"mrr10": round(reciprocal / len(cases), 4), "hit5": round(hits / len(cases), 4)}


def _fused(weight: float) -> Callable[[Case], Sequence[int]]:
    from wiki.search.similar import fused

    def rank(case: Case) -> Sequence[int]:
        scores = fused(
            [number for number, _ in case.by_words], [number for number, _ in case.by_meaning], weight=weight
        )
        return sorted(scores, key=lambda number: (-scores[number], number))

    return rank


def _told(cases: Sequence[Case], lead: float) -> Figures:
    """How often "likely a duplicate" is said and right, when every other question has no duplicate at all."""
    from wiki.search.similar import agreed

    said = right = 0
    for place, case in enumerate(cases):
        gone = case.right if place % 2 else frozenset()
        words = [pair for pair in case.by_words if pair[0] not in gone]
        near = [pair for pair in case.by_meaning if pair[0] not in gone]
        told = agreed(words, near, lead=lead)
        said += told is not None
        right += told is not None and told in case.right
    known = sum(1 for place in range(len(cases)) if place % 2 == 0)
    return {"said": said, "precision": round(right / said, 3) if said else None, "recall": round(right / known, 3)}


def measure(shared: Path) -> Figures:
    """All tasks: settings from the first halves, figures of the second."""
    from wiki.search.similar import LEAD, MEANING_WEIGHT

    tasks = {"questions": _questions(shared), "components": _components(shared), "halves": _halves(shared)}
    choosing, reported = {}, {}
    for name, task in tasks.items():
        cases = rankings(task)
        first = [_first_half(text) for text, _, _ in task.queries]
        choosing[name] = [case for case, is_first in zip(cases, first, strict=True) if is_first]
        reported[name] = [case for case, is_first in zip(cases, first, strict=True) if not is_first]

    def total(weight: float) -> float:
        return sum(_judged(choosing[name], _fused(weight))["mrr10"] for name in ("questions", "components"))

    best = max(WEIGHTS, key=lambda weight: (round(total(weight), 3), -weight))
    leads = [1 + step / 20 for step in range(40)]
    sure = [lead for lead in leads if (_told(choosing["questions"], lead)["precision"] or 0) >= WANTED_PRECISION]
    figures: Figures = {
        "chosen": {"meaning_weight": best, "lead": min(sure, default=None)},
        "of_the_site": {"meaning_weight": MEANING_WEIGHT, "lead": LEAD},
        "target": TARGET,
    }
    for name, cases in reported.items():
        ours = _judged(cases, _fused(MEANING_WEIGHT))
        figures[name] = {
            "queries": len(cases),
            "documents": len(tasks[name].documents),
            "bm25": _judged(cases, lambda case: [number for number, _ in case.by_words]),
            "meaning": _judged(cases, lambda case: [number for number, _ in case.by_meaning]),
            "fused": ours,
            "reaches_target": all(ours[key] >= wanted for key, wanted in TARGET.items()),
        }
        if name != "components":
            figures[name]["likely"] = _told(cases, LEAD)
    return figures


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _questions(shared: Path) -> Task:
    rows = _rows(shared / "mechanics_qa" / "mechanics_se_706.csv.gz")
    return Task(
        [f"{row['context']} {row['answer']}" for row in rows],
        [(row["question"], frozenset({number}), None) for number, row in enumerate(rows)],
    )


def _narratives(shared: Path) -> dict[str, set[str]]:
    """The texts of the complaints, each once, with the components officially named for it."""
    found: dict[str, set[str]] = {}
    for row in _rows(shared / "nhtsa_complaints" / "all_makes_feb_2024.csv.gz"):
        text = row["CDESCR"].strip()
        if len(text) >= SHORTEST:
            named = row["COMPDESC"].partition(":")[0].strip()
            found.setdefault(text, set()).update({named} if named and "UNKNOWN" not in named else ())
    return found


def _components(shared: Path) -> Task:
    known = [(text, named) for text, named in _narratives(shared).items() if named]
    queries = []
    for number, (text, named) in enumerate(known):
        right = frozenset(other for other, (_, theirs) in enumerate(known) if other != number and named & theirs)
        queries.append((text, right, number))
    return Task([text for text, _ in known], queries)


def _halves(shared: Path) -> Task:
    texts = [text.split() for text in _narratives(shared)]
    return Task(
        [" ".join(words[len(words) // 2 :]) for words in texts],
        [(" ".join(words[: len(words) // 2]), frozenset({number}), None) for number, words in enumerate(texts)],
    )


def main() -> None:
    """Read the command line, measure, and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    shared = Path(os.environ.get("FIXLORE_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    if not (shared / "mechanics_qa").is_dir():
        print("No texts lie beside the project: FIXLORE_SHARED_DATA names their folder.", file=sys.stderr)
        raise SystemExit(2)
    figures = measure(shared)
    if options.json:
        print(json.dumps({"benchmark": "duplicates", "machine": machine(), "figures": figures}))
        return
    for name, values in figures.items():
        print(name, "  ".join(f"{key} {value}" for key, value in values.items()))


if __name__ == "__main__":
    main()
