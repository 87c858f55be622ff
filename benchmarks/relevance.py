"""How well the search orders documents whose relevance people have judged.

python -m benchmarks.relevance --collection DIR [--json]

DIR holds `corpus.jsonl.gz` (_id, title, text), `queries.jsonl` (_id, text) and `qrels.tsv` (query, document, score).
Without it, Cranfield and CISI are read where they lie beside the project. Nothing is tuned on their queries: stemming,
stop words, the title counted twice and BM25's K1 and B are those of the site. Whoosh as it comes (stemming, any
word, BM25F) answers the same queries in the same run.
"""

import argparse
import gzip
import json
import math
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import django

from benchmarks.report import Figures, machine

DEPTH = 100
Ranker = Callable[[str], list[str]]


def measure(collection: Path) -> Figures:
    """nDCG@10, mean average precision (over the first 100) and recall@100, each a mean over the judged queries."""
    from django.conf import settings

    from wiki.search import whoosh_engine
    from wiki.search.documents import words_of
    from wiki.search.engine import Cursor, Document, Kind, Wanted
    from wiki.search.query import read

    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (collection / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        judged[query][document] = int(score)
    with gzip.open(collection / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        corpus = [json.loads(line) for line in lines]
    documents = (
        Document(kind=Kind.PROBLEM, object_id=place, stems=words_of(title=row["title"], body=[row["text"]]))
        for place, row in enumerate(corpus)
    )
    with (collection / "queries.jsonl").open(encoding="utf-8") as lines:
        queries = {row["_id"]: row["text"] for row in map(json.loads, lines)}
    with tempfile.TemporaryDirectory() as folder:
        settings.SEARCH_INDEX_DIR = Path(folder)
        with whoosh_engine.only_writer():
            whoosh_engine.build(documents=documents, position=Cursor())

        def ours(text: str) -> list[str]:
            found = whoosh_engine.find(Wanted(stems=read(text).stems()), Kind.PROBLEM, limit=DEPTH)
            return [corpus[hit.object_id]["_id"] for hit in found.hits]

        figures = _judge(ours, queries, judged)
        whoosh_engine.close()
    return figures | {"whoosh_as_it_comes": _judge(_whoosh_as_it_comes(corpus), queries, judged)}


def _judge(rank: Ranker, queries: dict[str, str], judged: dict[str, dict[str, int]]) -> Figures:
    ndcg, precision, recall = [], [], []
    for name, text in queries.items():
        relevant = {document: score for document, score in judged[name].items() if score > 0}
        if relevant:
            ranked = rank(text)
            ndcg.append(_ndcg(ranked[:10], relevant))
            precision.append(_average_precision(ranked, relevant))
            recall.append(len(set(ranked) & set(relevant)) / len(relevant))
    return {"queries": len(ndcg), "ndcg10": _mean(ndcg), "map": _mean(precision), "recall100": _mean(recall)}


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


def _ndcg(ranked: list[str], relevant: dict[str, int]) -> float:
    gained = sum(relevant.get(name, 0) / math.log2(place + 2) for place, name in enumerate(ranked))
    best = sorted(relevant.values(), reverse=True)[:10]
    return gained / sum(score / math.log2(place + 2) for place, score in enumerate(best))


def _average_precision(ranked: list[str], relevant: dict[str, int]) -> float:
    found, total = 0, 0.0
    for place, name in enumerate(ranked, 1):
        if name in relevant:
            found += 1
            total += found / place
    return total / len(relevant)


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4)


def _beside() -> list[Path]:
    shared = Path(os.environ.get("FIXLORE_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    return sorted(folder.parent for folder in shared.glob("ir_collections/*/qrels.tsv"))


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
