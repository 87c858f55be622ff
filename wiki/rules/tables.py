"""What a table of each kind may hold: one description that page, template file, help, mapping and checking all read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.rules import cells

Reads = Literal["text", "amount", "count", "day", "truth"]
MOST_ROWS = 10_000
MOST_CELLS = 100
AT_ONCE = 100
"""Rows that are written, or taken back, while the page waits; more go on in the background."""
BATCH = 25
"""Rows in one transaction of a long table: an act takes some 30 ms, and others wait to write meanwhile."""
_ASIDE = re.compile(r"[(\[].*?[)\]]")
"""What stands in brackets beside a heading: `Odometer (km)`."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `reads` says in what form a cell comes; `synonyms` are other headings that mean it."""

    name: str
    help: str
    example: str = ""
    reads: Reads = "text"
    needed: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table: its columns, what tells one row from another, and who brings one."""

    slug: str
    title: str
    one: str
    key: str
    who: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which no row is understood."""
        return tuple(column.name for column in self.columns if column.needed)


def heading_key(text: str) -> str:
    """The letters and digits of a heading in lower case: `Part No.` and `part_no` meet."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filter(str.isalnum, plain))


def letter(index: int) -> str:
    """The letter by which a spreadsheet calls the column at an index from 0: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def guess(
    table: Table, heading: Sequence[str], rows: Sequence[Sequence[str]], known: Mapping[str, str] | None = None
) -> list[str]:
    """The column that each heading means, empty where it means none; no column is taken twice.

    What was chosen before for a heading (`known`, by its key) goes first, then names, then synonyms, then a column
    left over whose form the values have: days, yes and no.
    """
    keys = [heading_key(text) for text in heading]
    bare = [heading_key(_ASIDE.sub("", text)) for text in heading]
    names = {heading_key(column.name): column.name for column in table.columns}
    others = {heading_key(word): column.name for column in reversed(table.columns) for word in column.synonyms}
    chosen = [""] * len(keys)
    told = {index for index, key in enumerate(keys) if known and key in known}
    for source in (known or {}, names, others):
        for index, key in [*enumerate(keys), *enumerate(bare)]:
            if key in source and not chosen[index] and (source is known or index not in told):
                wanted = source[key]
                if not wanted or wanted not in chosen:
                    chosen[index] = wanted
    for index in range(len(keys)):
        if chosen[index] or index in told:
            continue
        values = [row[index] for row in rows if index < len(row) and row[index]]
        for column in table.columns:
            if column.reads in ("day", "truth") and column.name not in chosen and _all_read(column.reads, values):
                chosen[index] = column.name
                break
    return chosen


def _all_read(reads: Reads, values: Iterable[str]) -> bool:
    values = list(values)
    return bool(values) and all(
        cells.looks_like_a_day(value) if reads == "day" else cells.is_a_word_of_truth(value) for value in values
    )
