"""What every kind of table shares: who brings it, a row that is ready, and the interface of a kind."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from accounts.models import Organisation, User
from products.models import ImportRun
from wiki.importers.tables.rows import Row, Wrong
from wiki.models import ImportedRow
from wiki.rules.tables import BATCH

NEW, CHANGED, SAME = "new", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class Bringer:
    """Who brings a table, and for which organisation."""

    member: User
    organisation: Organisation | None = None

    @property
    def prefix(self) -> str:
        """What own numbers begin with in the database: two workshops may use one number."""
        return f"organisation:{self.organisation.pk}:" if self.organisation else f"member:{self.member.pk}:"


@dataclass(frozen=True, slots=True)
class Ready:
    """A row (or the rows of one thing) that fits: what it would do, how it would read, what writing it needs."""

    line: int
    status: str
    shows: tuple[tuple[str, str], ...]
    work: Any = None
    hint: str = ""


@dataclass(slots=True)
class Checked:
    """A table that was checked: rows that fit in the order of the file, and everything that doesn't."""

    ready: list[Ready] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    def count(self, status: str) -> int:
        """How many rows are new, changed or unchanged."""
        return sum(1 for each in self.ready if each.status == status)

    @property
    def new(self) -> int:
        """Rows that would make something."""
        return self.count(NEW)

    @property
    def changed(self) -> int:
        """Rows that would change something."""
        return self.count(CHANGED)

    @property
    def unchanged(self) -> int:
        """Rows of what is there already."""
        return self.count(SAME)

    @property
    def hints(self) -> list[Ready]:
        """Rows that a person should look at twice."""
        return [each for each in self.ready if each.hint]


class TableKind(ABC):
    """A kind of table: checks rows without writing, writes those that are ready, takes them back."""

    batch_size = BATCH

    @abstractmethod
    def check(self, rows: Sequence[Row], who: Bringer, now: datetime.datetime) -> Checked:
        """Which rows fit and what they would do; writes nothing."""

    def write_all(
        self, ready: Iterable[Ready], who: Bringer, run: ImportRun, now: datetime.datetime
    ) -> list[ImportedRow]:
        """Write a batch, inside its transaction. Raises RowStopped with the line of the row that is refused."""
        made = []
        for each in ready:
            if each.status != SAME:
                row = self.write(each, who, run, now)
                if row is not None:
                    made.append(row)
        return made

    def write(self, ready: Ready, who: Bringer, run: ImportRun, now: datetime.datetime) -> ImportedRow | None:
        """Write one row; what it made or changed. Raises the refusals of the act."""
        raise NotImplementedError

    def obstacle(self, row: ImportedRow) -> str:
        """Why what a row did can't be taken back: what others have built on it since; empty where it can."""
        return ""

    def take_back(self, row: ImportedRow, member: User, now: datetime.datetime) -> None:  # noqa: B027
        """Undo what a row did; by default nothing, for what a run made in products goes with it."""


def imported(
    run: ImportRun, ready: Ready, thing: Model, *, version: int = 0, before: Any = None, address: str = ""
) -> ImportedRow:
    """The record of what a row made or changed; `address` where the thing has none of its own."""
    if not address and hasattr(thing, "get_absolute_url"):
        address = thing.get_absolute_url()
    return ImportedRow(
        run=run,
        line=ready.line,
        model=thing._meta.label_lower,
        object_id=thing.pk,
        version=version,
        before=before,
        said=str(thing)[:200],
        address=address[:255],
    )


def shown(cells: dict[str, str], **better: str) -> tuple[tuple[str, str], ...]:
    """What a preview shows of a row: its cells that say something, some in better words."""
    return tuple((name, text) for name, text in ({**cells, **better}).items() if text)


def twice(row: Row, column: str, line: int) -> Wrong:
    """The complaint about a row that speaks of the same thing as an earlier one."""
    return row.wrong(column, f"stands in row {line} already")
