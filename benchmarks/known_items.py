"""Whether a question finds the one text that it was taken from, as typed and with a slip of the finger.

python -m benchmarks.known_items [--json]

`questions`: the title of a workshop question against 706 bodies with their answers. `complaints`: the first sentence of
a complaint against the rest of all of them. Every question is asked as it stands and once with one slip in one of its
words (a letter left out, doubled, wrong, or two swapped; always the same, by its seed), and goes the way of the search
page: what it says is read, words that are in no text are corrected, synonyms are added. Whatever was chosen by these
texts was chosen on one half of the questions; the figures are of the other.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import string
import sys
from collections.abc import Sequence
from pathlib import Path

import django

from benchmarks.report import Figures, machine
from benchmarks.texts import first_half, index_of, narratives, shared_data, workshop_questions

SEED = 20261124
DEPTH = 10
FEWEST_WORDS = 4
"""Words that a first sentence must have to be a question, and the rest to be a text."""
LEAST_TYPED = 3
"""Letters of the shortest word in which a slip is made."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_LETTERS = re.compile(r"[A-Za-z]+")

Pair = tuple[str, str]
"""A question and the text that it was taken from."""


def questions(shared: Path) -> list[Pair]:
    """Titles with their bodies and answers."""
    return [(row["question"], f"{row['context']} {row['answer']}") for row in workshop_questions(shared)]


def complaints(shared: Path) -> list[Pair]:
    """First sentences with the rest."""
    found = []
    for text in narratives(shared):
        first, *rest = _SENTENCE.split(text, maxsplit=1)
        if rest and min(len(first.split()), len(rest[0].split())) >= FEWEST_WORDS:
            found.append((first, rest[0]))
    return found


def with_a_slip(text: str, seed: int = SEED) -> str:
    """The text with one slip in one word that says something, the same for the same text."""
    from wiki.search.words import words

    chance = random.Random(f"{seed} {text}")
    said = [word for word in words(text[:200]) if word.stem and word.end - word.start >= LEAST_TYPED]
    said = [word for word in said if _LETTERS.fullmatch(text[word.start : word.end])]
    if not said:
        return text
    chosen = chance.choice(said)
    word = text[chosen.start : chosen.end]
    place = chance.randrange(len(word) - 1)
    slipped = chance.choice(
        (
            word[:place] + word[place + 1 :],
            word[: place + 1] + word[place:],
            word[:place] + chance.choice(string.ascii_lowercase) + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )
    return text[: chosen.start] + slipped + text[chosen.end :]


def measure(pairs: Sequence[Pair], *, chosen: bool = False) -> Figures:
    """Mean reciprocal rank and share within ten, as typed and with a slip; `chosen` takes the half for choosing."""
    from wiki.search.documents import words_of
    from wiki.search.engine import Kind, Wanted
    from wiki.search.finding import corrections
    from wiki.search.query import read

    asked = [(place, question) for place, (question, _) in enumerate(pairs) if first_half(question) == chosen]
    with index_of(words_of(title="", body=[text]) for _, text in pairs) as engine:

        def place_of(wanted: int, question: str, *, corrected: bool = True) -> int | None:
            said = read(question)
            typed = {word.stem: said.readings(word) for word in said.words if word.stem}
            spelled = corrections(typed) if corrected else {}
            found = engine.find(Wanted(stems=said.stems(spelled=spelled)), Kind.PROBLEM, limit=DEPTH)
            return next((place for place, hit in enumerate(found.hits, 1) if hit.object_id == wanted), None)

        typed = _figures([place_of(wanted, question) for wanted, question in asked])
        slipped = _figures([place_of(wanted, with_a_slip(question)) for wanted, question in asked])
        uncorrected = _figures([place_of(wanted, with_a_slip(question), corrected=False) for wanted, question in asked])
    return {
        "questions": len(asked),
        "texts": len(pairs),
        "as_typed": typed,
        "with_a_slip": slipped,
        "with_a_slip_not_corrected": uncorrected,
        "loss": {key: round(1 - slipped[key] / typed[key], 4) if typed[key] else 0.0 for key in typed},
    }


def _figures(places: Sequence[int | None]) -> dict[str, float]:
    many = max(1, len(places))
    return {
        "mrr": round(sum(1 / place for place in places if place) / many, 4),
        "hit10": round(sum(1 for place in places if place) / many, 4),
    }


def main() -> None:
    """Read the command line, measure, and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.known_items", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--choosing", action="store_true", help="the half on which settings are chosen, not the other")
    options = parser.parse_args()
    shared = shared_data()
    if not (shared / "mechanics_qa").is_dir():
        print("No texts lie beside the project: FIXLORE_SHARED_DATA names their folder.", file=sys.stderr)
        raise SystemExit(2)
    pairs = {"questions": questions(shared), "complaints": complaints(shared)}
    figures = {name: measure(found, chosen=options.choosing) for name, found in pairs.items()}
    if options.json:
        print(json.dumps({"benchmark": "known_items", "machine": machine(), "seed": SEED, "figures": figures}))
        return
    for name, values in figures.items():
        print(name, "  ".join(f"{key} {value}" for key, value in values.items()))


if __name__ == "__main__":
    main()
