"""The embedded engine: Whoosh, one index folder per generation and one searcher per process."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from whoosh import columns, fields, index, query

from wiki.search.engine import (
    Cursor,
    Document,
    EngineUnavailable,
    Found,
    Key,
    Kind,
    Tally,
    Wanted,
)
from wiki.search.folder import KeptLexicon, beside, is_damaged, only_writer, report_damage, root, serving
from wiki.search.scoring import best, counted
from wiki.search.spelling import Lexicon

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

__all__ = [
    "build", "close", "cursor", "find", "holds", "lexicon", "needs_rebuild", "only_writer", "report_damage", "stored",
    "tally", "write",
]  # fmt: skip

NAME = "whoosh"
CURSOR_UID = "cursor"
BUILD_MEMORY_MB = 128
DELETED_TOGETHER = 200
PATIENCE = 3.0
"""Seconds a reader waits for the process's searcher before the database answers instead."""

_lock = threading.Lock()
_folder = ""
_searcher: Any = None
_lexicon = KeptLexicon()


def _schema() -> fields.Schema:
    """Words by kind, so that a search reads only the postings it may show; everything else is a key."""
    words = {f"{kind}_words": fields.KEYWORD(scorable=True) for kind in Kind}
    return fields.Schema(
        uid=fields.ID(unique=True, stored=True),
        object_id=fields.COLUMN(columns.NumericColumn("i")),
        quality=fields.COLUMN(columns.NumericColumn("i")),
        codes=fields.KEYWORD(),
        products=fields.KEYWORD(),
        within=fields.KEYWORD(),
        components=fields.KEYWORD(),
        facts=fields.KEYWORD(),
        digest=fields.STORED(),
        cursor=fields.STORED(),
        **words,
    )


def close() -> None:
    """Give up this process's searcher; the next question opens a new one."""
    global _searcher, _folder
    searcher, _searcher, _folder = _searcher, None, ""
    if searcher is not None:
        try:
            searcher.close()
        except Exception:  # a searcher over damaged files fails to close with anything, and is let go all the same
            logger.debug("closing a broken searcher", exc_info=True)


def _fresh_searcher() -> Any:
    """This process's searcher, reopened when the index has changed. The lock is held by the caller."""
    global _searcher, _folder
    folder = serving(NAME)
    # Never Searcher.refresh(): in whoosh-reloaded 2.7.5 it keeps the old reader's segments beside the new ones, so that
    # deleted and replaced documents come back (docs/decisions/0002-search-library.md).
    if _searcher is None or folder != _folder or not _searcher.up_to_date():
        close()
        _searcher = index.open_dir(str(root() / folder)).searcher()
        _folder = folder
    return _searcher


def _read(act: Callable[[Any], Answer]) -> Answer:
    """Run a reading act on the searcher; once more on a new one if it fails, then EngineUnavailable.

    Whoosh's readers keep file positions and must not be shared by threads at the same moment. Reading is Python code
    under the interpreter's own lock, so taking turns costs nothing.
    """
    if not _lock.acquire(timeout=PATIENCE):
        raise EngineUnavailable("the search index is busy")
    try:
        for attempt in (1, 2):
            try:
                return act(_fresh_searcher())
            except EngineUnavailable:
                close()
                raise
            except Exception as error:  # damaged files raise anything: struct.error, KeyError, OSError, ReaderClosed
                close()
                if attempt == 2:
                    # Without the traceback: a kept one would keep the library's open files.
                    logger.error("search: the index cannot be read (%s: %s)", type(error).__name__, str(error))
                    report_damage()
                    raise EngineUnavailable("the search index is damaged") from error
        raise AssertionError("unreachable")
    finally:
        _lock.release()


def find(wanted: Wanted, kind: Kind, *, limit: int) -> Found:
    """The best `limit` objects of a kind that match any stem or code, within the scope and component asked for."""
    return _read(lambda searcher: best(searcher, wanted, kind, limit=limit))


def tally(wanted: Wanted, kind: Kind, keys: Sequence[Key]) -> Tally:
    """How many of a kind match in all, and how many of these have each of the keys."""
    return _read(lambda searcher: counted(searcher, wanted, kind, keys))


def lexicon() -> Lexicon:
    """All stems with the number of documents that hold each."""

    def act(searcher: Any) -> Counter[str]:
        reader = searcher.reader()
        frequencies: Counter[str] = Counter()
        for kind in Kind:
            for term, information in reader.iter_field(f"{kind}_words"):
                frequencies[term.decode()] += int(information.doc_frequency())
        return frequencies

    return _lexicon.of(serving(NAME), lambda: _read(act))


def holds(key: Key) -> bool:
    """Whether any document has a key."""
    return _read(lambda searcher: bool(searcher.reader().doc_frequency(*key)))


def cursor() -> Cursor:
    """How far the serving index has followed the change feed."""

    def act(searcher: Any) -> Cursor:
        stored = searcher.document(uid=CURSOR_UID)
        if stored is None:
            raise ValueError("the index has no cursor")
        return Cursor.from_text(stored["cursor"])

    return _read(act)


def stored() -> dict[str, str]:
    """The keys of all documents in the serving index, as `problem:12`, each with the digest of what was indexed."""

    def act(searcher: Any) -> dict[str, str]:
        return {found["uid"]: found["digest"] for found in searcher.documents() if found["uid"] != CURSOR_UID}

    return _read(act)


def needs_rebuild() -> bool:
    """Whether the index is missing, of another version or engine, or reported as damaged."""
    try:
        return is_damaged() or not index.exists_in(str(root() / serving(NAME)))
    except EngineUnavailable:
        return True


def _add(writer: Any, document: Document) -> None:
    kind = document.kind
    writer.add_document(
        uid=document.uid,
        object_id=document.object_id,
        quality=document.quality,
        digest=document.digest,
        codes=" ".join(f"{kind}:{code}" for code in sorted(document.codes)),
        products=" ".join(map(str, sorted(document.products))),
        within=" ".join(map(str, sorted(document.within))),
        components=" ".join(map(str, sorted(document.components))),
        facts=" ".join(sorted(document.facts)),
        **{f"{kind}_words": " ".join(document.stems)},
    )


def write(*, documents: Iterable[Document], outdated: Iterable[str], position: Cursor) -> None:
    """Replace what is outdated by the documents and move the cursor, in one commit. Call under `only_writer`."""
    opened = index.open_dir(str(root() / serving(NAME)))
    writer = opened.writer()
    try:
        gone = sorted({*outdated, CURSOR_UID})
        with opened.searcher() as searcher:
            for start in range(0, len(gone), DELETED_TOGETHER):
                terms = [query.Term("uid", uid) for uid in gone[start : start + DELETED_TOGETHER]]
                writer.delete_by_query(query.Or(terms), searcher=searcher)
        for document in documents:
            _add(writer, document)
        writer.add_document(uid=CURSOR_UID, cursor=position.as_text())
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def build(*, documents: Iterable[Document], position: Cursor) -> int:
    """Build a new index beside the serving one and swap; the number of documents. Call under `only_writer`."""
    with beside(NAME) as folder:
        writer = index.create_in(str(folder), _schema()).writer(limitmb=BUILD_MEMORY_MB)
        count = 0
        try:
            for document in documents:
                _add(writer, document)
                count += 1
            writer.add_document(uid=CURSOR_UID, cursor=position.as_text())
        except BaseException:
            writer.cancel()
            raise
        writer.commit()
    return count
