"""Libraries as they come, over the same texts and questions as the site's search: any word, ranked, the best ten.

Whoosh with its stemming analyser and its own scoring, SQLite's FTS5 with porter and bm25, tantivy with its English
tokenizer. Each answers in a fresh process, everywhere and within one make, without facets and without quality.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.report import Figures, milliseconds, peak_rss_mb
from benchmarks.search_corpus import MODELS, Text

Ask = Callable[[str, int | None], object]
"""Ask for the best ten with any of the words, everywhere or within a make."""


def whoosh(folder: Path, texts: Iterable[Text]) -> Ask:
    """Whoosh: index, and a way to ask it."""
    from whoosh import analysis, fields, index, query

    analyser = analysis.StemmingAnalyzer()
    schema = fields.Schema(number=fields.STORED(), make=fields.ID(), text=fields.TEXT(analyser))
    writer = index.create_in(str(folder), schema).writer(limitmb=128)
    for number, one in enumerate(texts):
        writer.add_document(number=number, make=str(one.model // MODELS), text=f"{one.title} {one.symptom}")
    writer.commit()
    searcher = index.open_dir(str(folder)).searcher()

    def ask(question: str, make: int | None) -> object:
        any_of = query.Or([query.Term("text", token.text) for token in analyser(question)])
        within = None if make is None else query.Term("make", str(make))
        return [hit["number"] for hit in searcher.search(any_of, limit=10, filter=within)]

    return ask


def fts5(folder: Path, texts: Iterable[Text]) -> Ask:
    """SQLite's full-text search."""
    database = sqlite3.connect(folder / "fts.sqlite3")
    database.execute("CREATE VIRTUAL TABLE f USING fts5(text, make UNINDEXED, tokenize='porter unicode61')")
    rows = ((f"{one.title} {one.symptom}", one.model // MODELS) for one in texts)
    with database:
        database.executemany("INSERT INTO f (text, make) VALUES (?, ?)", rows)

    def ask(question: str, make: int | None) -> object:
        words = " OR ".join(f'"{word}"' for word in question.split())
        within, given = ("", [words]) if make is None else (" AND make = ?", [words, make])
        statement = f"SELECT rowid FROM f WHERE f MATCH ?{within} ORDER BY rank LIMIT 10"  # noqa: S608
        return database.execute(statement, given).fetchall()

    return ask


def tantivy(folder: Path, texts: Iterable[Text]) -> Ask:
    """The library under the site's engine for large sites."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="en_stem")
    builder.add_text_field("make", tokenizer_name="raw", index_option="basic")
    schema = builder.build()
    index = library.Index(schema, path=str(folder))
    writer = index.writer(128 * 2**20, 1)
    for one in texts:
        writer.add_document(library.Document(text=f"{one.title} {one.symptom}", make=str(one.model // MODELS)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question: str, make: int | None) -> object:
        wanted = index.parse_query(question, ["text"])
        if make is not None:
            within = library.Query.const_score_query(
                library.Query.term_query(schema, "make", str(make), index_option="basic"), 0.0
            )
            wanted = library.Query.boolean_query([(library.Occur.Must, wanted), (library.Occur.Must, within)])
        return searcher.search(wanted, 10).hits

    return ask


PEERS: dict[str, Callable[[Path, Iterable[Text]], Ask]] = {
    "whoosh_as_it_comes": whoosh,
    "sqlite_fts5": fts5,
    "tantivy_as_it_comes": tantivy,
}


def measure(name: str, folder: Path, texts: Iterable[Text], count: int, questions: list[str]) -> Figures:
    """Index and ask; `query_cpu_ms` is within a make, as the site's, `anywhere_cpu_ms` without one."""
    begun = time.process_time()
    ask = PEERS[name](folder, texts)
    indexed = time.process_time() - begun
    ask(questions[0], 0)
    makes = range(len(questions))
    return {
        "index_docs_per_s": round(count / indexed),
        "query_cpu_ms": milliseconds([lambda q=q, m=m: ask(q, m % 20) for q, m in zip(questions, makes, strict=True)]),
        "anywhere_cpu_ms": milliseconds([lambda q=q: ask(q, None) for q in questions]),
        "peak_rss_mb": peak_rss_mb(),
    }
