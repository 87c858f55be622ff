"""Readers that search while the indexer commits: errors, answers, and whether a deleted index heals while they read.

python -m benchmarks.readers [--seconds 10] [--readers 4] [--engine whoosh|tantivy] [--json]

On a small site of its own some processes search without a pause; this one edits problems and drains all the while,
rebuilds the index once and deletes its folder once. Answers by the database are counted: they are right only while
there is no index. `visible_ms` is the median time from an edit to a new searcher that knows it.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import time
from importlib import import_module

from benchmarks.report import machine
from benchmarks.search_site import WORDS, beside, change_some, opened, site, with_engine

SEED = 20261124
PROBLEMS = 300


def read_all(readers: int, seconds: float) -> None:
    """Fork the readers from a process that has opened neither index nor database, and await them."""
    opened()
    import_module("wiki.search.finding")

    children = []
    for _ in range(readers):
        if not (child := os.fork()):
            reader(seconds)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def reader(seconds: float) -> None:
    """Search for that long and print: answers, answers by the database, errors."""
    from wiki.search import finding
    from wiki.search.engine import Kind, Wanted

    chance = random.Random(seconds)
    answers = by_database = errors = 0
    sys.stdout.write("ready\n")  # one call, one line: the others write to the same pipe
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        wanted = Wanted(stems=dict.fromkeys(chance.choices(WORDS, k=5), 1.0))
        try:
            found = finding.find(wanted, Kind.PROBLEM, limit=20)
            finding.tally(wanted, Kind.PROBLEM, [("facts", "answered")])
            finding.corrections({"braek": ()})
        except Exception as error:  # whatever it is, it is what is counted here
            errors += 1
            print(f"error {type(error).__name__}: {error}", file=sys.stderr)
        else:
            answers += 1
            by_database += found.by_database
            errors += not found.ids
    sys.stdout.write(f"{answers} {by_database} {errors}\n")


def measure(engine_name: str, ids: list[int], seconds: float, readers: int) -> dict[str, float]:
    """Let the readers read for that long while this process writes."""
    from wiki.search import folder
    from wiki.search.check import compare
    from wiki.search.engine import EngineUnavailable
    from wiki.search.indexer import drain, rebuild

    engine = with_engine(engine_name)
    drain()
    reading = beside("benchmarks.readers", "--reader", str(seconds), "--readers", str(readers), engine=engine_name)
    assert reading.stdout is not None
    assert [reading.stdout.readline() for _ in range(readers)] == ["ready\n"] * readers
    chance, commits, visible = random.Random(SEED), 0, []
    begun, events = time.monotonic(), ["rebuild", "delete"]
    while (spent := time.monotonic() - begun) < seconds:
        if events and spent > seconds * (3 - len(events)) / 3:
            if events.pop(0) == "rebuild":
                rebuild(wait=10)
            else:
                shutil.rmtree(folder.root(), ignore_errors=True)
        changed = time.monotonic()
        change_some(ids, chance, 3)
        drain(wait=10)
        commits += 1
        engine.close()
        try:
            engine.cursor()
        except EngineUnavailable:
            continue
        visible.append((time.monotonic() - changed) * 1000)
    counted = [[int(number) for number in line.split()] for line in reading.stdout]
    reading.wait()
    assert len(counted) == readers
    answers, by_database, errors = (sum(numbers) for numbers in zip(*counted, strict=True))
    return {
        "commits": commits,
        "answers": answers,
        "by_the_database": by_database,
        "errors": errors,
        "visible_ms": round(statistics.median(visible)),
        "differences": int(compare().found),
    }


def main() -> None:
    """Read the command line, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--engine", choices=("whoosh", "tantivy"), action="append")
    parser.add_argument("--reader", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reader is not None:
        read_all(options.readers, options.reader)
        return
    with site(PROBLEMS, SEED) as ids:
        figures = {
            name: measure(name, ids, options.seconds, options.readers)
            for name in options.engine or ("whoosh", "tantivy")
        }
    report = {"benchmark": "readers", "machine": machine(), "seed": SEED, "figures": figures}
    if options.json:
        json.dump(report, sys.stdout)
        print()
    else:
        for name, counted in figures.items():
            print(name, counted)


if __name__ == "__main__":
    main()
