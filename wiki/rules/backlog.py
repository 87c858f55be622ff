"""How much waited, and how long, at moments in the past: from when each case came and when it was decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Case = tuple[datetime.datetime, datetime.datetime | None]
"""When it came, and when it was decided; None while it waits."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waited at a moment: how many cases, and the age of the oldest in days (0 without any)."""

    waiting: int
    oldest_days: int


def backlog(cases: Iterable[Case], moments: Sequence[datetime.datetime]) -> tuple[Backlog, ...]:
    """The backlog at each moment."""
    cases = list(cases)
    found = []
    for moment in moments:
        came = [begun for begun, ended in cases if begun <= moment and (ended is None or ended > moment)]
        found.append(Backlog(len(came), (moment - min(came)).days if came else 0))
    return tuple(found)
