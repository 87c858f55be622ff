"""Posting lists of a Whoosh index read whole into arrays, so that scores are added by numpy and not by Python.

Whoosh walks postings one document at a time, which costs 74 ms for six words among 10,000 documents; reading the blocks
of a term once and adding arrays costs a fortieth of it. It needs the insides of the codec, so the library is
pinned (docs/decisions/0002-search-library.md) and a test compares every score with Whoosh's own.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pickle import loads
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.util.numeric import byte_to_length

MEMORY_MB = 64
"""Postings kept in this process; the least recently used go first."""

_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents of a term in one segment: their numbers, ascending, and how often each holds the term."""

    documents: NDArray[np.int32]
    weights: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes."""
        return self.documents.nbytes + self.weights.nbytes


NOWHERE = Postings(np.empty(0, np.int32), np.empty(0, np.float32))


class _Kept:
    """Arrays by key within a budget of memory. Not for several threads at once."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._arrays: OrderedDict[Hashable, Postings | NDArray[Any]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        found = self._arrays.get(key)
        if found is not None:
            self._arrays.move_to_end(key)
        return found

    def keep(self, key: Hashable, arrays: Postings | NDArray[Any]) -> None:
        self._arrays[key] = arrays
        self._used += arrays.nbytes
        while self._used > self._budget and len(self._arrays) > 1:
            _, dropped = self._arrays.popitem(last=False)
            self._used -= dropped.nbytes


# A segment never changes and its name never comes again, so what is kept cannot become wrong, only unused.
_kept = _Kept(MEMORY_MB * 2**20)


class Segment:
    """One segment of the index, read by arrays. Numbers of documents are the segment's own, from 0."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._name = reader.segment().segment_id()
        self.size: int = reader.doc_count_all()

    def postings(self, field: str, text: str) -> Postings:
        """The postings of a term, deleted documents included; empty where the term does not occur."""
        key = (self._name, field, text)
        found: Postings | None = _kept.get(key)
        if found is None:
            found = self._read(field, text)
            _kept.keep(key, found)
        return found

    def lengths(self, field: str) -> NDArray[np.float32]:
        """The length of the field in each document, as coarse as the index keeps it; 1 where it has none."""
        found: NDArray[np.float32] | None = _kept.get((self._name, field))
        if found is None:
            found = _LENGTHS[self._column(f"_{field}_len", LENGTHS_COLUMN, np.dtype(np.uint8))]
            _kept.keep((self._name, field), found)
        return found

    def numbers(self, field: str) -> NDArray[np.int32]:
        """A column of whole numbers, 0 where a document has none."""
        found: NDArray[np.int32] | None = _kept.get((self._name, field))
        if found is None:
            column = self._reader.schema[field].column_type
            found = self._column(field, column, np.dtype(">i4")).astype(np.int32)
            _kept.keep((self._name, field), found)
        return found

    def _column(self, name: str, column: Any, kind: np.dtype[Any]) -> NDArray[Any]:
        """The bytes of a column as an array; the file ends with the last document that has a value."""
        values = np.zeros(self.size, kind)
        if self._reader._perdoc.has_column(name):
            there = self._reader._perdoc.column_reader(name, column)
            known = np.frombuffer(there._dbfile.get(there._basepos, there._count * kind.itemsize), kind)
            values[: len(known)] = known
        return values

    def living(self) -> NDArray[np.bool_]:
        """Which documents have not been deleted."""
        living = np.ones(self.size, np.bool_)
        if self._reader.has_deletions():
            living[list(self._reader._perdoc.deleted_docs())] = False
        return living

    def _read(self, field: str, text: str) -> Postings:
        terms = self._reader._terms
        key = text.encode()
        if field not in self._reader.schema or (field, key) not in terms:
            return NOWHERE
        information = terms.term_info(field, key)
        if information.is_inlined():
            ids, weights, _ = information.inlined_postings()
            return Postings(np.array(ids, np.int32), np.array(weights, np.float32))
        return _read_blocks(terms.matcher(field, key, self._reader.schema[field].format))


def _read_blocks(matcher: Any) -> Postings:
    """All blocks of a posting list: document numbers are kept as differences, weights left out where all are 1."""
    documents, weights = [], []
    while not matcher._atend:
        data = matcher._postfile.get(matcher._dataoffset, matcher._nextoffset - matcher._dataoffset)
        differences, weight, _ = loads(zlib.decompress(data) if matcher._compression else data)  # noqa: S301
        block = np.cumsum(np.array(differences, np.int32))
        documents.append(block)
        if weight is None or isinstance(weight, float):
            weights.append(np.full(len(block), 1.0 if weight is None else weight, np.float32))
        else:
            weights.append(np.array(weight, np.float32))
        matcher._next_block()
    return Postings(np.concatenate(documents), np.concatenate(weights))
