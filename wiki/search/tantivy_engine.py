"""The engine for large sites: tantivy, a compiled library. Same words, conditions and sets of hits as Whoosh.

Its BM25 saturates at K1 = 1.2 and can't be told otherwise, so scores of words differ a little from Whoosh's. The
library knows no score of our own: its best `CANDIDATES` are blended with their quality here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import tantivy
from tantivy import Query

from wiki.search.engine import (
    CODE_SCORE,
    Cursor,
    Document,
    EngineUnavailable,
    Found,
    Key,
    Kind,
    Scored,
    Tally,
    Wanted,
    blended,
)
from wiki.search.folder import KeptLexicon, beside, is_damaged, only_writer, report_damage, root, serving
from wiki.search.spelling import Lexicon
from wiki.search.tantivy_question import Question

__all__ = [
    "build", "close", "cursor", "find", "holds", "lexicon", "needs_rebuild", "only_writer", "report_damage", "stored",
    "tally", "write",
]  # fmt: skip

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

NAME = "tantivy"
CURSOR_UID = "cursor"
BUILD_MEMORY = 128 * 2**20
WRITE_MEMORY = 32 * 2**20
"""Bytes of the writer's heap; more threads would share it."""

CANDIDATES = 500
"""The best by words and codes that are blended with their quality; no page shows what comes after them."""

COUNTED = ("codes", "components", "facts", "products")
_lexicon = KeptLexicon()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("uid", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("said", stored=True)  # the digest, or the cursor
    builder.add_unsigned_field("object_id", fast=True)
    builder.add_unsigned_field("quality", fast=True)
    for kind in Kind:
        builder.add_text_field(f"{kind}_words", tokenizer_name="whitespace", index_option="freq")
    for name in (*COUNTED, "within"):
        builder.add_text_field(name, fast=name in COUNTED, tokenizer_name="raw", index_option="basic")
    return builder.build()


# ---------------------------------------------------------------- reading


class _Open:
    """The index that this process has open: its searcher is safe for threads, opening it anew is not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._searcher: tantivy.Searcher | None = None
        self._state: tuple[Any, ...] = ()

    def searcher(self) -> tuple[tantivy.Searcher, tantivy.Schema]:
        """The searcher of the last commit, and the schema."""
        folder = root() / serving(NAME)
        meta = (folder / "meta.json").stat()
        state = (str(folder), meta.st_mtime_ns, meta.st_ino)
        with self._lock:
            if self._index is None or self._state[:1] != state[:1]:
                self._index = tantivy.Index.open(str(folder))
                self._searcher = None
            if self._searcher is None or self._state != state:
                self._index.reload()
                self._searcher = self._index.searcher()
                self._state = state
            return self._searcher, self._index.schema

    def close(self) -> None:
        with self._lock:
            self._index, self._searcher, self._state = None, None, ()


_open = _Open()


def close() -> None:
    """Give up this process's searcher; the next question opens a new one."""
    _open.close()


def _read(act: Callable[[tantivy.Searcher, tantivy.Schema], Answer]) -> Answer:
    """Run a reading act; once more on a new searcher if it fails, then EngineUnavailable."""
    for attempt in (1, 2):
        try:
            with _panics_are_errors():
                return act(*_open.searcher())
        except EngineUnavailable:
            close()
            raise
        except Exception as error:  # damaged files raise ValueError, OSError, or the library's panic
            close()
            if attempt == 2:
                logger.error("search: the index cannot be read (%s: %s)", type(error).__name__, str(error))
                report_damage()
                raise EngineUnavailable("the search index is damaged") from error
    raise AssertionError("unreachable")


@contextmanager
def _panics_are_errors() -> Iterator[None]:
    """A panic of the library is no Exception in Python; here it becomes one."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(str(error)) from error
        raise


def find(wanted: Wanted, kind: Kind, *, limit: int) -> Found:
    """The best `limit` objects of a kind that match any stem or code, within the scope and component asked for."""

    def act(searcher: tantivy.Searcher, schema: tantivy.Schema) -> Found:
        asked = Question(searcher, schema, wanted, kind)
        if not asked.stems and not asked.codes:
            return Found()
        candidates = max(CANDIDATES, limit + 1)
        hits = asked.best(asked.matching(), candidates)
        addresses = [address for _, address in hits]
        objects = asked.objects(addresses)
        quality = [int(number or 0) for number in searcher.fast_field_values("quality", addresses)]
        codes = asked.codes_of(objects) if asked.codes else {}
        scores = []
        for (score, _), number, worth in zip(hits, objects, quality, strict=True):
            has = codes.get(number, 0)
            scores.append(blended(max(0.0, score - has * CODE_SCORE), has, worth))
        shown = sorted(range(len(scores)), key=lambda place: -scores[place])[:limit]
        held = asked.held([objects[place] for place in shown]) if asked.stems and shown else {}
        return Found(
            hits=tuple(
                Scored(objects[place], scores[place], frozenset(held.get(objects[place], ())), quality[place])
                for place in shown
            ),
            more=len(scores) > limit,
            rarity=asked.rarity,
        )

    return _read(act)


def tally(wanted: Wanted, kind: Kind, keys: Sequence[Key]) -> Tally:
    """How many of a kind match in all, and how many of these have each of the keys."""

    def act(searcher: tantivy.Searcher, schema: tantivy.Schema) -> Tally:
        having = dict.fromkeys(keys, 0)
        asked = Question(searcher, schema, wanted, kind)
        if not asked.stems and not asked.codes:
            return Tally(total=0, having=having)
        counts: dict[str, Any] = {"total": {"value_count": {"field": "object_id"}}}
        for field in {field for field, _ in keys}:
            values = [_as_indexed(kind, key) for key in keys if key[0] == field]
            counts[field] = {"terms": {"field": field, "size": len(values), "include": values}}
        found = searcher.aggregate(asked.matching(), counts)
        counted = {
            (field, bucket["key"]): int(bucket["doc_count"])
            for field, answer in found.items()
            for bucket in answer.get("buckets", ())
        }
        having = {key: counted.get((key[0], _as_indexed(kind, key)), 0) for key in keys}
        return Tally(total=int(found["total"]["value"]), having=having)

    return _read(act)


def _as_indexed(kind: Kind, key: Key) -> str:
    field, text = key
    return f"{kind}:{text}" if field == "codes" else text


def lexicon() -> Lexicon:
    """All stems with the number of documents that hold each."""

    def act(searcher: tantivy.Searcher, schema: tantivy.Schema) -> dict[str, int]:
        frequencies: dict[str, int] = {}
        for kind in Kind:
            for stem, documents in searcher.terms_with_prefix(f"{kind}_words", ""):
                frequencies[stem] = frequencies.get(stem, 0) + documents
        return frequencies

    return _lexicon.of(serving(NAME), lambda: _read(act))


def holds(key: Key) -> bool:
    """Whether any document has a key."""
    return _read(lambda searcher, schema: bool(searcher.doc_freq(*key)))


def cursor() -> Cursor:
    """How far the serving index has followed the change feed."""

    def act(searcher: tantivy.Searcher, schema: tantivy.Schema) -> Cursor:
        hits = searcher.search(Query.term_query(schema, "uid", CURSOR_UID, index_option="basic"), 1).hits
        if not hits:
            raise ValueError("the index has no cursor")
        return Cursor.from_text(_said(searcher.doc(hits[0][1])))

    return _read(act)


def stored() -> dict[str, str]:
    """The keys of all documents in the serving index, as `problem:12`, each with the digest of what was indexed."""

    def act(searcher: tantivy.Searcher, schema: tantivy.Schema) -> dict[str, str]:
        everything = searcher.search(Query.all_query(), max(1, searcher.num_docs), count=False).hits
        found = {}
        for _, address in everything:
            document = searcher.doc(address)
            found[str(document.get_first("uid"))] = _said(document)
        found.pop(CURSOR_UID, None)
        return found

    return _read(act)


def _said(document: tantivy.Document) -> str:
    return bytes(document.get_first("said") or b"").decode()


# ---------------------------------------------------------------- writing


def needs_rebuild() -> bool:
    """Whether the index is missing, of another version or engine, or reported as damaged."""
    try:
        return is_damaged() or not tantivy.Index.exists(str(root() / serving(NAME)))
    except EngineUnavailable:
        return True


def _add(writer: tantivy.IndexWriter, document: Document) -> None:
    made = tantivy.Document()
    made.add_text("uid", document.uid)
    made.add_bytes("said", document.digest.encode())
    made.add_unsigned("object_id", document.object_id)
    made.add_unsigned("quality", document.quality)
    made.add_text(f"{document.kind}_words", " ".join(document.stems))
    for field, values in (
        ("codes", (f"{document.kind}:{code}" for code in document.codes)),
        ("products", map(str, document.products)),
        ("within", map(str, document.within)),
        ("components", map(str, document.components)),
        ("facts", document.facts),
    ):
        for value in sorted(values):
            made.add_text(field, value)
    writer.add_document(made)


def _add_cursor(writer: tantivy.IndexWriter, position: Cursor) -> None:
    made = tantivy.Document()
    made.add_text("uid", CURSOR_UID)
    made.add_bytes("said", position.as_text().encode())
    writer.add_document(made)


def write(*, documents: Iterable[Document], outdated: Iterable[str], position: Cursor) -> None:
    """Replace what is outdated by the documents and move the cursor, in one commit. Call under `only_writer`."""
    with _panics_are_errors(), _writing(tantivy.Index.open(str(root() / serving(NAME))), WRITE_MEMORY) as writer:
        for uid in {*outdated, CURSOR_UID}:
            writer.delete_documents_by_term("uid", uid)
        for document in documents:
            _add(writer, document)
        _add_cursor(writer, position)


def build(*, documents: Iterable[Document], position: Cursor) -> int:
    """Build a new index beside the serving one and swap; the number of documents. Call under `only_writer`."""
    count = 0
    with beside(NAME) as folder, _panics_are_errors(), _writing(_made(folder), BUILD_MEMORY) as writer:
        for document in documents:
            _add(writer, document)
            count += 1
        _add_cursor(writer, position)
    return count


def _made(folder: Path) -> tantivy.Index:
    return tantivy.Index(_schema(), str(folder), reuse=False)


@contextmanager
def _writing(index: tantivy.Index, memory: int) -> Iterator[tantivy.IndexWriter]:
    """The index's one writer, which commits at the end of the block, or leaves everything as it was."""
    writer = index.writer(memory, 1)
    try:
        # A commit that was killed leaves files of which the library would make one more of the same name, and fail.
        writer.garbage_collect_files()
        yield writer
    except BaseException:
        writer.rollback()
        raise
    writer.commit()
    # Segments are merged beside: without waiting, the writer's end would break the merge off again and again.
    writer.wait_merging_threads()
