"""What hostile text costs the search page: milliseconds of CPU of whole requests, the dearest ones by name.

python -m benchmarks.bad_input [--problems 2000] [--engine whoosh|tantivy] [--json]

On a small site of its own whose problems hold 20,000 different words, which unknown words are compared with. Texts are
made here: long, stop words only, operators, wildcards, control characters, right-to-left, emoji, codes by the hundred;
with the naughty strings beside the project where they are (or FIXLORE_SHARED_DATA). Each is asked twice: `first` finds
nothing of its own in a cache. Before, the process answers a few ordinary questions.
"""

import argparse
import gc
import json
import os
import random
import statistics
import sys
import time
from pathlib import Path

from benchmarks.report import machine
from benchmarks.search_site import site, with_engine

SEED = 20261124
VOCABULARY = 20_000
LETTERS = "abcdefghiklmnoprstuvw"


def vocabulary(chance: random.Random) -> list[str]:
    """Words of five to nine letters, like those that people slip on."""
    return ["".join(chance.choices(LETTERS, k=chance.randint(5, 9))) for _ in range(VOCABULARY)]


def texts(words: list[str], chance: random.Random) -> dict[str, str]:
    """Hostile texts by what they are."""
    slipped = [word[:-1] + chance.choice("xyz") for word in chance.sample(words, 400)]
    made = {
        "one letter": "a" * 10_000,
        "known words": " ".join(chance.sample(words, 1_500)),
        "slipped words": " ".join(slipped),
        "unknown words": " ".join("".join(chance.choices("qxzvwk", k=9)) for _ in range(1_000)),
        "short words": " ".join("".join(chance.choices(LETTERS, k=4)) for _ in range(1_000)),
        "stop words": "the and of it is " * 500,
        "operators": 'AND OR NOT title:brake^9 (light || "on"~3 {a TO z} [* TO *] ' * 50,
        "wildcards": "* ? br*ke b?a?e " * 400,
        "control characters": "\x00\x01\x1f\x7f\x85\u2028brake " * 500,
        "right to left": "\u202eفرامل السيارة\u202c בלמים " * 200,
        "emoji": "😍🔥👨‍👩‍👧‍👦🚗 " * 500,
        "combining": "Z̸̛̬͎a̶͝l̷g̵o̴ " * 500,
        "codes": " ".join(f"P{number:04}" for number in range(1_000)),
        "numbers": " ".join(f"{number:02}V{number:06}" for number in range(500)),
    }
    data = Path(os.environ.get("FIXLORE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    naughty = data / "hostile" / "naughty_strings.jsonl"
    lines = naughty.read_text(encoding="utf-8").splitlines() if naughty.exists() else []
    return made | {f"naughty {number}": json.loads(line)["payload"] for number, line in enumerate(lines)}


def measure(engine: str, said: dict[str, str], words: list[str]) -> dict[str, object]:
    """Ask for every text on one engine."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.utils import timezone

    from wiki.search.indexer import drain

    with_engine(engine)
    drain()
    client = Client(SERVER_NAME="localhost")
    member, _ = get_user_model().objects.get_or_create(username="hostile", defaults={"date_joined": timezone.now()})
    client.force_login(member)  # who is signed in is not held to a pace
    for ordinary in (*words[:3], " ".join(words[:5]), "P0571", "24V123000", "the", words[0][:-1] + "x"):
        client.get("/search/", {"q": ordinary})
    gc.collect()
    gc.freeze()  # what made the site is not collected over and over while texts are timed
    costs: dict[str, list[float]] = {"first": [], "again": []}
    dearest, refused = [], 0
    for name, text in said.items():
        payload = text.encode("utf-8", "replace").decode()
        for turn, spent in costs.items():
            start = time.process_time()
            refused += client.get("/search/", {"q": payload}).status_code != 200
            spent.append((time.process_time() - start) * 1000)
            dearest.append((round(spent[-1], 1), f"{name}, {turn}"))
    return {
        "texts": len(said),
        "not_answered": refused,
        **{
            f"{turn}_ms": {"median": round(statistics.median(spent), 1), "most": round(max(spent), 1)}
            for turn, spent in costs.items()
        },
        "dearest": [f"{name}: {cost}" for cost, name in sorted(dearest, reverse=True)[:5]],
    }


def main() -> None:
    """Read the command line, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bad_input", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--problems", type=int, default=2_000)
    parser.add_argument("--engine", choices=("whoosh", "tantivy"), action="append")
    options = parser.parse_args()
    chance = random.Random(SEED)
    words = vocabulary(chance)
    said = texts(words, chance)
    with site(options.problems, SEED, words):
        figures = {name: measure(name, said, words) for name in options.engine or ("whoosh", "tantivy")}
    report = {"benchmark": "bad_input", "machine": machine(), "seed": SEED, "figures": figures}
    if options.json:
        json.dump(report, sys.stdout)
        print()
    else:
        for name, counted in figures.items():
            print(name, counted)


if __name__ == "__main__":
    main()
