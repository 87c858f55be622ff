"""Search: what a question costs on a site with many problems, beside the libraries as they come.

python -m benchmarks.search [--documents N,N,…] [--engine whoosh|tantivy] [--zipfian] [--no-peers] [--json]

Each engine and each peer answers in a process of its own. The site is filled with that many problems, complaints beside
the project mixed and shuffled over 400 models, and searched as the site does: any of six words, quality blended in, the
best ten within a make, and its facets counted (`query_cpu_ms`); the same everywhere (`anywhere_cpu_ms`); the page as a
visitor gets it, database included (`request_cpu_ms`); suggestions for beginnings of words (`suggest_ms`); and how long
after a change everybody finds it (`visible_after_ms`, by the clock, with the indexer's pause). `--zipfian` measures the
engine alone, without a database, over invented words: it is what a million documents are made of, and chosen above
200,000. Times are milliseconds of CPU, median and p95 of 200 questions.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, machine, milliseconds, peak_rss_mb
from benchmarks.search_corpus import CODES, MAKES, MODELS, SEED, SYSTEMS, Zipf, questions, texts
from benchmarks.texts import shared_data

SMALL = 2_000
QUESTIONS = 200
MOST_WITH_A_DATABASE = 200_000
ENGINES = ("whoosh", "tantivy")


def of_the_site(documents: int) -> Figures:
    """Fill a site, index it, and ask it as a visitor does."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    places = fill_site(documents)

    from wiki.search.engine import Kind
    from wiki.search.indexer import rebuild
    from wiki.search.query import read

    begun = time.process_time()
    rebuild()
    indexed = time.process_time() - begun
    asked = questions(QUESTIONS, shared_data())
    figures = _asked([read(one).stems() for one in asked], places["makes"], places["keys"], Kind.PROBLEM)
    return {
        "index_docs_per_s": round(documents / indexed),
        **figures,
        **_requests(asked),
        "visible_after_ms": _visible_after(places["model"]),
        "peak_rss_mb": peak_rss_mb(),
    }


def of_the_engine(documents: int) -> Figures:
    """Index invented documents and ask the engine alone."""
    import django

    django.setup()
    from wiki.search.engine import Cursor, Fact, Kind
    from wiki.search.engines import chosen

    language = Zipf()
    begun = time.process_time()
    with chosen().only_writer():
        chosen().build(documents=language.documents(documents), position=Cursor())
    indexed = time.process_time() - begun
    keys = [*(("components", str(number)) for number in range(SYSTEMS))]
    keys += [("codes", f"P{number:04}") for number in range(0, CODES, CODES // 8)]
    keys += [("facts", fact) for fact in Fact]
    asked = [dict.fromkeys(words, 1.0) for words in language.questions(QUESTIONS)]
    return {
        "index_docs_per_s": round(documents / indexed),
        **_asked(asked, [10 + make for make in range(MAKES)], keys, Kind.PROBLEM),
        "peak_rss_mb": peak_rss_mb(),
    }


def _asked(asked: list[dict[str, float]], makes: list[int], keys: list[tuple[str, str]], kind: Any) -> Figures:
    from wiki.search.engine import Scope, Wanted
    from wiki.search.engines import chosen

    engine = chosen()
    wanted = [Wanted(stems=stems, scope=Scope(product=makes[n % len(makes)])) for n, stems in enumerate(asked)]
    everywhere = [Wanted(stems=stems) for stems in asked]

    def page(one: Wanted) -> None:
        engine.find(one, kind, limit=10)
        engine.tally(one, kind, keys)

    page(wanted[0])
    return {
        "query_cpu_ms": milliseconds([lambda one=one: page(one) for one in wanted]),
        "anywhere_cpu_ms": milliseconds([lambda one=one: page(one) for one in everywhere]),
    }


def fill_site(documents: int) -> dict[str, Any]:
    """Products, systems and problems; the ids of the makes, the keys of the facets, and a model."""
    from django.db import transaction
    from django.utils import timezone

    from products.actions.components import add_component
    from products.actions.load_products import Step, load_products
    from products.models import Product
    from wiki.models import Problem
    from wiki.search.engine import Fact

    cars = Step(Product.Level.CATEGORY, "Cars")
    makes = [(cars, Step(Product.Level.MAKE, f"Marque {number}")) for number in range(MAKES)]
    models = [(*make, Step(Product.Level.MODEL, f"Typ {number}")) for make in makes for number in range(MODELS)]
    with transaction.atomic():
        ids = load_products(places=[*makes, *models]).ids
    systems = [add_component(parent=None, name=f"System {number}").pk for number in range(SYSTEMS)]
    now = timezone.now()
    rows = (
        Problem(
            product_id=ids[models[one.model]],
            component_id=systems[one.system],
            title=one.title,
            symptom=one.symptom,
            symptom_html=f"<p>{one.symptom}</p>",
            code_text=one.code,
            code_bases=f" {one.code} " if one.code else "",
            created_at=now,
            updated_at=now,
        )
        for one in texts(documents, shared_data())
    )
    Problem.objects.bulk_create(rows, batch_size=1000)
    keys = [("components", str(pk)) for pk in systems]
    keys += [("codes", f"P{number:04}") for number in range(0, CODES, CODES // 8)]
    return {
        "makes": [ids[make] for make in makes],
        "keys": [*keys, *(("facts", fact) for fact in Fact)],
        "model": ids[models[0]],
    }


def _requests(asked: list[str]) -> Figures:
    from django.test import Client

    client = Client(headers={"accept-encoding": "gzip"})
    beginnings = [
        " ".join(words[: 1 + n % 3])[: -1 if len(words[n % 3]) > 4 else None]
        for n, words in enumerate(one.split() for one in asked)
    ]

    visitors = count(1)

    def get(path: str, **query: str) -> None:
        # One visitor after another: a site limits how often one may ask.
        place = f"10.0.{next(visitors) // 20}.1"
        accept = "application/json" if "suggest" in path else "text/html"
        response = client.get(path, query, headers={"accept": accept}, REMOTE_ADDR=place)
        assert response.status_code == 200, path

    for _ in range(3):  # templates, settings and lexicons are read once a process
        get("/search/", q=asked[0])
        get("/search/suggest/", q=beginnings[0])
    return {
        "request_cpu_ms": milliseconds([lambda one=one: get("/search/", q=one) for one in asked]),
        "suggest_ms": milliseconds([lambda one=one: get("/search/suggest/", q=one) for one in beginnings]),
    }


def _visible_after(model: int) -> dict[str, float]:
    """By the clock, from the commit of a change until the index has it, with the indexer running; five times."""
    import threading

    from django.utils import timezone

    from products.models import Change
    from wiki.models import Problem
    from wiki.search import indexer
    from wiki.search.engine import Kind, Wanted
    from wiki.search.engines import chosen
    from wiki.search.words import stem

    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, args=(stop,), daemon=True)
    thread.start()
    waited = []
    for number in range(5):
        word = f"xylophone{'abcdefghij'[number]}"
        now = timezone.now()
        made = Problem.objects.create(
            product_id=model, title=word, symptom="", symptom_html="", created_at=now, updated_at=now
        )
        Change.objects.create(kind=Change.Kind.PROBLEM, object_id=made.pk)
        begun = time.monotonic()
        wanted = Wanted(stems={stem(word): 1.0})
        while not chosen().find(wanted, Kind.PROBLEM, limit=1).hits:
            assert time.monotonic() - begun < 60, "the indexer does not follow"
            time.sleep(0.02)
        waited.append((time.monotonic() - begun) * 1000)
        time.sleep(0.3 * number)
    stop.set()
    thread.join()
    return {"median": round(sorted(waited)[2]), "max": round(max(waited))}


def measure(sizes: list[int], engines: list[str], *, zipfian: bool, peers: bool) -> tuple[Figures, Figures]:
    """Figures of each engine and peer at each size, and how often a peer takes what the first engine does."""
    figures: Figures = {}
    for size in sizes:
        alone = zipfian or size > MOST_WITH_A_DATABASE
        found = {engine: _in_a_process("engine" if alone else "site", engine, size) for engine in engines}
        if peers and not alone:
            names = ["whoosh_as_it_comes", "sqlite_fts5", *(["tantivy_as_it_comes"] if find_spec("tantivy") else [])]
            found |= {name: _in_a_process("peer", name, size) for name in names}
            ours = found[engines[0]]["query_cpu_ms"]["median"]
            found["times_the_site"] = {name: round(found[name]["query_cpu_ms"]["median"] / ours, 1) for name in names}
        figures[str(size)] = found
    largest, smallest = str(max(sizes)), str(min(sizes))
    if len(sizes) > 1:
        figures["growth_of_p95"] = {
            engine: round(
                figures[largest][engine]["query_cpu_ms"]["p95"] / figures[smallest][engine]["query_cpu_ms"]["p95"], 1
            )
            for engine in engines
        }
    return {"documents": sizes, "questions": QUESTIONS, "models": MAKES * MODELS}, figures


def _in_a_process(what: str, name: str, size: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "static").mkdir()
        environment = {
            **os.environ,
            "FIXLORE_DATA": folder,
            "FIXLORE_INDEXER": "process",
            "FIXLORE_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        if what != "peer":
            environment["FIXLORE_SEARCH_ENGINE"] = name
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.search", "child", what, name, str(size), folder],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    figures: Figures = json.loads(answer.stdout)
    return figures


def _child(what: str, name: str, size: int, folder: Path) -> None:
    if what == "peer":
        from benchmarks import search_peers

        place = folder / "peer"
        place.mkdir()
        asked = questions(QUESTIONS, shared_data())
        figures = search_peers.measure(name, place, texts(size, shared_data()), size, asked)
    else:
        figures = of_the_site(size) if what == "site" else of_the_engine(size)
    json.dump(figures, sys.stdout)


def main() -> None:
    """Read the command line, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--documents", type=lambda text: [int(size) for size in text.split(",")], default=[SMALL])
    parser.add_argument("--engine", choices=ENGINES, action="append", help="whoosh and, where it is there, tantivy")
    parser.add_argument("--zipfian", action="store_true", help="the engine alone, over invented words")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    engines = options.engine or [name for name in ENGINES if name == "whoosh" or find_spec("tantivy")]
    sizes, figures = measure(options.documents, engines, zipfian=options.zipfian, peers=not options.no_peers)
    if options.json:
        print(
            json.dumps({"benchmark": "search", "machine": machine(), "seed": SEED, "sizes": sizes, "figures": figures})
        )
        return
    for size, found in figures.items():
        print(size)
        for name, values in found.items():
            print(f"  {name}: {values}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        _child(sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5]))
    else:
        main()
