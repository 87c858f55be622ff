"""The indexer killed in the middle of its commits: is the index whole, and is anything lost?

python -m benchmarks.crash [--rounds 5] [--engine whoosh|tantivy] [--json]

On a small site of its own a second process edits problems and drains the change feed. Each round it is killed with
SIGKILL at a moment drawn from the time that a commit takes. Then the index must be readable as it is (else `corrupt`),
and after the next drain it must equal the database (else `lost`); `rebuilt` counts rounds that needed a whole rebuild.
"""

import argparse
import json
import os
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


def nursery() -> None:
    """Fork an indexer for each number read, from a process that has opened neither index nor database, and await it."""
    opened()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            indexer(int(line))
        os.waitpid(child, 0)
        print("ended")


def indexer(seed: int) -> None:
    """Edit and drain until killed, saying before and after each commit where it is."""
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
    print(os.getpid())
    ids, chance = list(Problem.objects.values_list("pk", flat=True)), random.Random(seed)
    while True:
        change_some(ids, chance, CHANGED)
        drain()


class Killer:
    """Indexers on an engine, each killed about one of its commits."""

    def __init__(self, engine: str) -> None:
        self._process = beside("benchmarks.crash", "--nursery", engine=engine)
        self._takes = FIRST_GUESS
        self._chance = random.Random(SEED)

    def kill_one(self, number: int) -> bool:
        """Start an indexer and kill it; whether it was in the middle of a commit."""
        said, heard = self._process.stdin, self._process.stdout
        assert said is not None
        assert heard is not None
        said.write(f"{number}\n")
        said.flush()
        child = int(heard.readline())
        commits, began = 0, 0.0
        for line in heard:
            if line == "written\n":
                self._takes = time.monotonic() - began
                continue
            began = time.monotonic()
            commits += 1
            if commits > 1 + number % 3:
                break
        time.sleep(self._chance.uniform(0, self._takes))
        os.kill(child, signal.SIGKILL)
        last = "writing"
        for line in heard:
            if line == "ended\n":
                break
            last = line.strip()
        return last == "writing"

    def end(self) -> None:
        """End the process that makes indexers."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


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
    killer = Killer(engine_name)
    for number in range(count):
        connection.close()
        figures["killed_in_a_commit"] += killer.kill_one(number)
        engine.close()
        figures["rounds"] += 1
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
    killer.end()
    return figures


def main() -> None:
    """Read the command line, crash, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engine", choices=("whoosh", "tantivy"), action="append")
    parser.add_argument("--nursery", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.nursery:
        nursery()
        return
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
