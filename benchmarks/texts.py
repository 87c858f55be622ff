"""The texts beside the project that several benchmarks read, and a small index of some texts for the time of a run."""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiki.search.engine import Engine

SHORTEST = 40
"""Characters that a complaint must have to tell anything."""


def shared_data() -> Path:
    """The folder of published texts, which may not be there."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("FIXLORE_SHARED_DATA") or beside)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a gzipped CSV with a header."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def workshop_questions(shared: Path) -> list[dict[str, str]]:
    """Questions about cars: `question` (the title), `context` (the body) and one `answer`."""
    return rows(shared / "mechanics_qa" / "mechanics_se_706.csv.gz")


def narratives(shared: Path) -> dict[str, set[str]]:
    """The texts of a week's complaints, each once, with the components officially named for it."""
    found: dict[str, set[str]] = {}
    for row in rows(shared / "nhtsa_complaints" / "all_makes_feb_2024.csv.gz"):
        text = row["CDESCR"].strip()
        if len(text) >= SHORTEST:
            named = row["COMPDESC"].partition(":")[0].strip()
            found.setdefault(text, set()).update({named} if named and "UNKNOWN" not in named else ())
    return found


def first_half(text: str) -> bool:
    """Whether a question belongs to those on which settings are chosen; figures are of the others."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


@contextmanager
def index_of(texts: Iterable[Sequence[str]]) -> Iterator[Engine]:
    """The site's engine over texts given as stems, each a problem numbered from 0."""
    from django.conf import settings

    from wiki.search.engine import Cursor, Document, Kind
    from wiki.search.engines import chosen

    engine = chosen()
    before = settings.SEARCH_INDEX_DIR
    with tempfile.TemporaryDirectory() as folder:
        settings.SEARCH_INDEX_DIR = Path(folder)
        documents = (
            Document(kind=Kind.PROBLEM, object_id=number, stems=tuple(stems)) for number, stems in enumerate(texts)
        )
        with engine.only_writer():
            engine.build(documents=documents, position=Cursor())
        try:
            yield engine
        finally:
            engine.close()
            settings.SEARCH_INDEX_DIR = before
