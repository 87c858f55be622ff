"""Lexicons that a process keeps: read once, then following what changed."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from products.models import Change
from products.queries.lexicon import Entry, Lexicon

LOOK_BACK = 100
"""Ids before the last one seen that are read again: a transaction may commit after another with a higher id."""

MOST_PATCHED = 500
"""Changed objects that lie over a lexicon; more, and it is read anew."""

OLDEST = 300.0
"""Seconds after which names that are in no change feed are read anew."""

_NOTHING: frozenset[int] = frozenset()
_kept: list[KeptLexicon] = []


@dataclass(frozen=True)
class _State:
    """A lexicon as read, what changed since laid over it, and up to where."""

    base: Lexicon
    fresh: Lexicon
    changed: frozenset[int]
    seen: object
    read_at: float

    def find(self, typed: str, limit: int, *, forgiving: bool) -> list[int]:
        fresh = self.fresh.find(typed, limit, forgiving=forgiving)
        standing = self.base.find(typed, limit + len(self.changed), forgiving=forgiving)
        return [*fresh, *(pk for pk in standing if pk not in self.changed)][:limit]


class KeptLexicon(ABC):
    """A lexicon of this process, brought up to date when it is asked.

    One thread reads while others answer from what there was.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: _State | None = None
        _kept.append(self)

    def find(self, typed: str, limit: int, *, forgiving: bool = False) -> list[int]:
        """As `Lexicon.find`: what changed lately stands first."""
        return self._current().find(typed, limit, forgiving=forgiving)

    def find_first(self, texts: Iterable[str], limit: int) -> tuple[str, list[int]]:
        """The first of the texts that anything is called by, with what is found for it; else an empty one."""
        state = self._current()
        for text in texts:
            found = state.find(text, limit, forgiving=False)
            if found:
                return text, found
        return "", []

    def forget(self) -> None:
        """Read everything anew at the next question."""
        self._state = None

    def _current(self) -> _State:
        newest = self._newest()
        state = self._state
        if state is not None and state.seen == newest and not self._is_old(state):
            return state
        if not self._lock.acquire(blocking=state is None):
            assert state is not None  # waiting was refused because there is one
            return state
        try:
            if self._state is None or self._state.seen != newest or self._is_old(self._state):
                self._state = self._moved(self._state, newest)
            return self._state
        finally:
            self._lock.release()

    def _is_old(self, state: _State) -> bool:
        return False

    @abstractmethod
    def _newest(self) -> object:
        """A mark that differs when something changed; one cheap query."""

    @abstractmethod
    def _moved(self, state: _State | None, newest: object) -> _State:
        """What is kept, up to the mark."""


class FollowingLexicon(KeptLexicon):
    """A lexicon of objects whose changes are in the change feed: what changed is read again, and nothing else.

    `read` gives the entries of some objects by id, or of all for None; what may not be found it leaves out.
    """

    def __init__(self, kind: Change.Kind, read: Callable[[Collection[int] | None], Iterable[Entry]]) -> None:
        super().__init__()
        self._kind = kind
        self._read = read

    def _newest(self) -> int:
        return Change.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def _moved(self, state: _State | None, newest: object) -> _State:
        ids = self._changed(state)
        if state is None or ids is None:
            return _whole(self._read(None), newest)
        return replace(state, fresh=Lexicon(self._read(ids)) if ids else state.fresh, changed=ids, seen=newest)

    def _changed(self, state: _State | None) -> frozenset[int] | None:
        """The objects that changed since the lexicon was read; None where it is to be read anew."""
        seen = state.seen if state is not None else None
        oldest = Change.objects.order_by("id").values_list("id", flat=True).first()
        # Drained rows are forgotten after days: a feed that begins later than the last look tells only half.
        if state is None or not isinstance(seen, int) or oldest is None or oldest > seen + 1:
            return None
        rows = Change.objects.filter(id__gt=seen - LOOK_BACK, kind=self._kind).values_list("object_id", flat=True)
        ids = state.changed.union(rows[: MOST_PATCHED + 1])
        return ids if len(ids) <= MOST_PATCHED else None


class MarkedLexicon(KeptLexicon):
    """A lexicon of few objects that no feed tells of: read anew when their mark moves, and now and then."""

    def __init__(self, mark: Callable[[], object], read: Callable[[], Iterable[Entry]]) -> None:
        super().__init__()
        self._mark = mark
        self._read = read

    def _is_old(self, state: _State) -> bool:
        return time.monotonic() - state.read_at > OLDEST

    def _newest(self) -> object:
        return self._mark()

    def _moved(self, state: _State | None, newest: object) -> _State:
        return _whole(self._read(), newest)


def _whole(entries: Iterable[Entry], seen: object) -> _State:
    return _State(Lexicon(entries), Lexicon(()), _NOTHING, seen, time.monotonic())


def forget() -> None:
    """Read every lexicon of this process anew at the next question, as a test with a database of its own must."""
    for lexicon in _kept:
        lexicon.forget()
