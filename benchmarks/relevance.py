"""How well the search orders documents whose relevance people have judged.

python -m benchmarks.relevance --collection DIR [--json]

DIR holds `corpus.jsonl.gz` (_id, title, text), `queries.jsonl` (_id, text) and `qrels.tsv` (query, document, score).
Without it, Cranfield and CISI are read where they lie beside the project. Nothing is tuned on their queries: stemming,
stop words, the title counted twice and BM25's K1 and B are those of the site. Whoosh as it comes (stemming, any
word, BM25F) answers the same queries in the same run.

Two measures, each with binary gains and the ideal over all that is right: `ndcg10`, `map` and `recall100` count every
document listed in the judgements as right, `above_zero` those with a score above 0, as trec_eval does. They differ in
Cranfield, which lists one document with 0 for each of its queries (-1 in the original): the first measure gives Whoosh
as it comes .51, the figure that the site's target was set beside, the second .38.
"""

import argparse
import gzip
import json
import math
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import django

from benchmarks.report import Figures, machine
from benchmarks.texts import index_of, shared_data

DEPTH = 100
Ranker = Callable[[str], list[str]]


def measure(collection: Path) -> Figures:
    """nDCG@10, mean average precision (over the first 100) and recall@100, each a mean over the judged queries."""
    from wiki.search.documents import words_of
    from wiki.search.engine import Kind, Wanted
    from wiki.search.query import read

    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (collection / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        judged[query][document] = int(score)
    with gzip.open(collection / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        corpus = [json.loads(line) for line in lines]
    with (collection / "queries.jsonl").open(encoding="utf-8") as lines:
        queries = {row["_id"]: row["text"] for row in map(json.loads, lines)}
    with index_of(words_of(title=row["title"], body=[row["text"]]) for row in corpus) as engine:

        def ours(text: str) -> list[str]:
            found = engine.find(Wanted(stems=read(text).stems()), Kind.PROBLEM, limit=DEPTH)
            return [corpus[hit.object_id]["_id"] for hit in found.hits]

        figures = _judge(ours, queries, judged)
    return figures | {"whoosh_as_it_comes": _judge(_whoosh_as_it_comes(corpus), queries, judged)}


def _judge(rank: Ranker, queries: dict[str, str], judged: dict[str, dict[str, int]]) -> Figures:
    ranked = {name: rank(text) for name, text in queries.items() if judged[name]}
    listed = {name: set(judged[name]) for name in ranked}
    above_zero = {name: {one for one, score in judged[name].items() if score > 0} for name in ranked}
    return _figures(ranked, listed) | {"above_zero": _figures(ranked, above_zero)}


def _figures(ranked: dict[str, list[str]], right: dict[str, set[str]]) -> Figures:
    asked = [name for name in ranked if right[name]]
    return {
        "queries": len(asked),
        "ndcg10": _mean([_ndcg(ranked[name][:10], right[name]) for name in asked]),
        "map": _mean([_average_precision(ranked[name], right[name]) for name in asked]),
        "recall100": _mean([len(right[name].intersection(ranked[name])) / len(right[name]) for name in asked]),
    }


def _whoosh_as_it_comes(corpus: list[dict[str, str]]) -> Ranker:
    from whoosh import analysis, fields, query
    from whoosh.filedb.filestore import RamStorage

    analyser = analysis.StemmingAnalyzer()
    index = RamStorage().create_index(fields.Schema(name=fields.ID(stored=True), text=fields.TEXT(analyser)))
    writer = index.writer()
    for row in corpus:
        writer.add_document(name=row["_id"], text=f"{row['title']} {row['text']}")
    writer.commit()
    searcher = index.searcher()

    def rank(text: str) -> list[str]:
        terms = {token.text for token in analyser(text)}
        return [hit["name"] for hit in searcher.search(query.Or([query.Term("text", t) for t in terms]), limit=DEPTH)]

    return rank


def _ndcg(ranked: list[str], right: set[str]) -> float:
    gained = sum(1 / math.log2(place + 2) for place, name in enumerate(ranked) if name in right)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(10, len(right))))


def _average_precision(ranked: list[str], right: set[str]) -> float:
    found, total = 0, 0.0
    for place, name in enumerate(ranked, 1):
        if name in right:
            found += 1
            total += found / place
    return total / len(right)


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4)


def _beside() -> list[Path]:
    return sorted(folder.parent for folder in shared_data().glob("ir_collections/*/qrels.tsv"))


def main() -> None:
    """Read the command line, measure each collection, and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument("--collection", type=Path, help="a folder with corpus.jsonl.gz, queries.jsonl and qrels.tsv")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    collections = [options.collection] if options.collection else _beside()
    if not collections:
        print("No judged collection lies beside the project; --collection names one.", file=sys.stderr)
    figures = {collection.name: measure(collection) for collection in collections}
    if options.json:
        # One collection asked for answers for itself.
        answer = figures[options.collection.name] if options.collection else figures
        print(json.dumps({"benchmark": "relevance", "machine": machine(), "figures": answer} | answer))
        return
    for name, values in figures.items():
        print(name, "  ".join(f"{key} {value}" for key, value in values.items()))


if __name__ == "__main__":
    main()
