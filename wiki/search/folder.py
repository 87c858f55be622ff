"""The folder of the search index, the same for every engine: which index serves, who writes, and whether it is damaged.

`SEARCH_INDEX_DIR` holds `current` (the name of the folder that serves), that folder, `indexer.lock`, and `damaged` when
a reader found the index unreadable. Everything in it is derived and may be deleted at any time.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from whoosh.util.filelock import FileLock

from wiki.search.engine import SCHEMA_VERSION, EngineUnavailable, IndexerBusy
from wiki.search.spelling import Lexicon

logger = logging.getLogger(__name__)

LEXICON_SECONDS = 600.0
"""How long spelling may go without a new word."""


def root() -> Path:
    """Where all indexes stand."""
    return Path(settings.SEARCH_INDEX_DIR)


def serving(engine: str) -> str:
    """The name of the folder that serves; EngineUnavailable when there is none of this version and engine."""
    named = ""
    while True:
        try:
            name = (root() / "current").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise EngineUnavailable("there is no search index yet") from error
        if name.startswith(_prefix(engine)) and (root() / name).is_dir():
            return name
        if name == named:
            raise EngineUnavailable("the search index is of another version or engine, or incomplete")
        # A rebuild may have swapped folders between the two looks: then the name has changed.
        named = name


def _prefix(engine: str) -> str:
    return f"v{SCHEMA_VERSION}-{engine}-"


def report_damage() -> None:
    """Leave word for the indexer, which may be another process, that the index must be rebuilt."""
    try:
        root().mkdir(parents=True, exist_ok=True)
        (root() / "damaged").touch()
    except OSError:
        logger.exception("The search index is damaged and its folder cannot be written.")


def is_damaged() -> bool:
    """Whether a reader has left word of damage."""
    return (root() / "damaged").exists()


@contextmanager
def only_writer(*, wait: float = 0.0) -> Iterator[None]:
    """Hold the right to write the index; IndexerBusy when another process or thread has it after `wait` seconds."""
    root().mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(root() / "indexer.lock"))
    deadline = time.monotonic() + wait
    while not lock.acquire(blocking=False):
        if time.monotonic() >= deadline:
            raise IndexerBusy("Another indexer is writing the search index; stop it or wait for it.")
        time.sleep(0.05)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def beside(engine: str) -> Iterator[Path]:
    """A new folder to build an index in; it serves once the block ends well, and every other one is deleted."""
    name = f"{_prefix(engine)}{time.time_ns()}"
    folder = root() / name
    folder.mkdir(parents=True)
    try:
        yield folder
        (root() / "current.new").write_text(name, encoding="ascii")
        (root() / "current.new").replace(root() / "current")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (root() / "damaged").unlink(missing_ok=True)
    for old in root().glob("v*-*"):
        if old.name != name:
            shutil.rmtree(old, ignore_errors=True)


class KeptLexicon:
    """The lexicon of the index that serves, read again after a while and not at every commit."""

    def __init__(self) -> None:
        self._kept: tuple[str, float, Lexicon] | None = None

    def of(self, folder: str, read: Callable[[], Mapping[str, int]]) -> Lexicon:
        """The lexicon of a folder; `read` gives its stems with the number of documents that hold each."""
        if self._kept is None or self._kept[0] != folder or time.monotonic() - self._kept[1] > LEXICON_SECONDS:
            self._kept = (folder, time.monotonic(), Lexicon(read()))
        return self._kept[2]
