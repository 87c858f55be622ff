"""The indexer killed in the middle of its commits: is the index whole, and is anything lost?

python -m benchmarks.crash [--rounds 5] [--engine whoosh|tantivy] [--json]

On a small site of its own a second process edits problems and drains the change feed. Each round it is killed with
SIGKILL at a moment drawn from the time that a commit takes. Then the index must be readable as it is (else `corrupt`),
and after the next drain it must equal the database (else `lost`); `rebuilt` counts rounds that needed a whole rebuild.
"""

import argparse
import json
import random
import signal
import sys
import time
from typing import Any

from benchmarks.report import machine
from benchmarks.search_site import beside, change_some, opened, site, with_engine

SEED = 20261124
PROBLEMS = 300
CHANGED = 30
FIRST_GUESS = 0.3
"""Seconds that a commit takes, before one was measured."""


def indexer(seed: int) -> None:
    """Edit and drain until killed, saying before and after each commit where it is."""
    opened()
    from wiki.models import Problem
    from wiki.search.engines import chosen
    from wiki.search.indexer import drain

    engine: Any = chosen()
    write = engine.write

    def told(**said: Any) -> None:
        print("writing")
        write(**said)
        print("written")

    engine.write = told
    ids, chance = list(Problem.objects.values_list("pk", flat=True)), random.Random(seed)
    while True:
        change_some(ids, chance, CHANGED)
        drain()


def _killed(engine: str, number: int, takes: float, chance: random.Random) -> tuple[bool, float]:
    """Start the indexer, kill it about one commit; whether it was in the middle of one, and how long one took."""
    process = beside("benchmarks.crash", "--indexer", str(number), engine=engine)
    assert process.stdout is not None
    commits, began = 0, 0.0
    for line in process.stdout:
        if line == "written\n":
            takes = time.monotonic() - began
        else:
            began = time.monotonic()
            commits += 1
            if commits > 1 + number % 3:
                break
    time.sleep(chance.uniform(0, takes))
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.wait()
    return not rest or rest[-1] == "writing", takes


def rounds(engine_name: str, count: int) -> dict[str, int]:
    """So many rounds on one engine."""
    from django.db import connection

    from wiki.search import folder
    from wiki.search.check import compare
    from wiki.search.engine import EngineUnavailable
    from wiki.search.indexer import drain

    engine = with_engine(engine_name)
    drain()
    figures = dict.fromkeys(("rounds", "killed_in_a_commit", "corrupt", "rebuilt", "lost"), 0)
    chance, takes = random.Random(SEED), FIRST_GUESS
    for number in range(count):
        connection.close()
        in_commit, takes = _killed(engine_name, number, takes, chance)
        engine.close()
        figures["rounds"] += 1
        figures["killed_in_a_commit"] += in_commit
        before = (folder.root() / "current").read_text()
        try:
            engine.cursor()
            engine.stored()
        except EngineUnavailable:
            figures["corrupt"] += 1
        drain(wait=10)
        figures["rebuilt"] += (folder.root() / "current").read_text() != before
        difference = compare()
        figures["lost"] += difference.found or difference.waiting > 0 or difference.agreed < PROBLEMS
    return figures


def main() -> None:
    """Read the command line, crash, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engine", choices=("whoosh", "tantivy"), action="append")
    parser.add_argument("--indexer", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.indexer is not None:
        indexer(options.indexer)
    with site(PROBLEMS, SEED):
        figures = {name: rounds(name, options.rounds) for name in options.engine or ("whoosh", "tantivy")}
    report = {"benchmark": "crash", "machine": machine(), "seed": SEED, "figures": figures}
    if options.json:
        json.dump(report, sys.stdout)
        print()
    else:
        for name, counted in figures.items():
            print(name, counted)


if __name__ == "__main__":
    main()
