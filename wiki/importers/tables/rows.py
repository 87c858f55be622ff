"""The rows of a table, cell by cell in plain form, with every cell that can't be read named by its row and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from products.models import Product
from products.queries.matching import products_called
from wiki.forms.tables import Limits, read_lines
from wiki.models import TableImport
from wiki.richtext import limits
from wiki.rules import cells
from wiki.rules.table_columns import TABLES
from wiki.rules.tables import MOST_CELLS, MOST_ROWS, Column, Table, letter

LIMITS = Limits(rows=MOST_ROWS, cells=MOST_CELLS, longest=limits.MAX_CHARS)
_AT_ONCE = 2_000
_LONGEST_NAME = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: what each of its columns means, and what its days, decimals and bare numbers mean."""

    columns: tuple[str, ...] = ()
    order: cells.Order = ""
    mark: cells.Mark = ""
    unit: str = ""
    encoding: str = ""

    @classmethod
    def of(cls, table_import: TableImport) -> Reading:
        """The reading that was chosen."""
        said = table_import.reading
        return cls(**{**said, "columns": tuple(said.get("columns", ()))})

    def stored(self) -> dict[str, Any]:
        """The same, to be kept."""
        return {
            "columns": list(self.columns),
            "order": self.order,
            "mark": self.mark,
            "unit": self.unit,
            "encoding": self.encoding,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A row in plain form; `letters` are those of its columns in the file.

    A broken one lacks cells that could not be read: it is looked through, and never ready.
    """

    line: int
    cells: dict[str, str]
    letters: Mapping[str, str] = field(default_factory=dict)
    is_broken: bool = False

    def wrong(self, column: str, sentence: str) -> Wrong:
        """What doesn't fit in a column of this row."""
        return Wrong(self.line, self.letters.get(column, ""), column, self.cells.get(column, ""), sentence)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that doesn't fit, or a row where no cell is named; the sentence goes on from the quoted cell."""

    line: int
    letter: str
    column: str
    cell: str
    sentence: str

    def __str__(self) -> str:
        where = f"Row {self.line}"
        if self.column:
            where += f", column {self.letter} “{self.column}”" if self.letter else f", “{self.column}”"
        if self.cell and not self.sentence[:1].isupper():
            cell = " ".join(self.cell.split())
            return f"{where}: “{cell[:60]}{'…' if len(cell) > 60 else ''}” {self.sentence.rstrip('.')}."
        return f"{where}: {self.sentence.rstrip('.')}."


def lines_of(table_import: TableImport) -> list[list[str]]:
    """The heading and the rows of a file that is kept; raises ValidationError."""
    encoding = table_import.reading.get("encoding", "")
    return read_lines(bytes(table_import.content or b""), table_import.source_name, limits=LIMITS, encoding=encoding)


def rows_of(table: Table, lines: Sequence[Sequence[str]], reading: Reading) -> tuple[list[Row], list[Wrong]]:
    """The rows below the heading in plain form, and what can't be read; empty rows are left out.

    A row with a cell that can't be read is there too, without that cell, so that what else is wrong in it is found.
    """
    columns = [(index, table.column(name)) for index, name in enumerate(reading.columns) if name]
    letters = {column.name: letter(index) for index, column in columns}
    unit = _unit_of_heading(table, lines[0], reading)
    rows: list[Row] = []
    wrong: list[Wrong] = []
    for line, values in enumerate(lines[1:], 2):
        if not any(values):
            continue
        if any(values[len(lines[0]) :]):
            wrong.append(Wrong(line, "", "", "", "There are more cells than the heading has"))
            continue
        row = Row(line, {}, letters)
        before = len(wrong)
        units: dict[str, str] = {}
        for index, column in columns:
            text = cells.unquoted(values[index]) if index < len(values) else ""
            row.cells[column.name] = text
            if not text:
                if column.needed:
                    wrong.append(row.wrong(column.name, "This is needed"))
                continue
            try:
                row.cells[column.name] = _plain(column, text, reading, units)
            except cells.Unreadable as error:
                wrong.append(row.wrong(column.name, str(error)))
                row.cells[column.name] = ""
        problem = _take_units(table, row, units, unit) if len(wrong) == before else None
        if problem is not None:
            wrong.append(problem)
        rows.append(row if len(wrong) == before else replace(row, is_broken=True))
    return rows, wrong


def _plain(column: Column, text: str, reading: Reading, units: dict[str, str]) -> str:
    if column.reads == "amount":
        plain, currency = cells.amount(text, reading.mark)
        if currency:
            units[column.name] = currency
        return plain
    if column.reads == "count":
        plain, unit = cells.count(text)
        if unit:
            units[column.name] = unit
        return plain
    if column.reads == "day":
        return cells.day(text, reading.order)
    if column.reads == "truth":
        return cells.truth(text)
    return cells.unit(text) if column.name == "usage_unit" else text


def _take_units(table: Table, row: Row, units: dict[str, str], unit: str) -> Wrong | None:
    """Put currencies and units that stand in cells into their own columns; they may not contradict what is there."""
    names = {column.name for column in table.columns}
    for column, said in units.items():
        target = "usage_unit" if column == "usage" else "remedy_currency" if "remedy_currency" in names else "currency"
        if target not in names or (column == "hours" and target == "currency") or column == "quantity":
            return row.wrong(column, f"has a unit here, {said}, which it should not have")
        there = row.cells.get(target, "")
        if there and there.upper() != said.upper():
            return row.wrong(column, f"says {said}, and “{target}” says {there}")
        row.cells[target] = said
    if row.cells.get("usage") and not row.cells.get("usage_unit"):
        if not unit:
            return row.wrong("usage", "has no unit: say above what mileage is counted in")
        row.cells["usage_unit"] = unit
    return None


def _unit_of_heading(table: Table, heading: Sequence[str], reading: Reading) -> str:
    for index, name in enumerate(reading.columns):
        if name == "usage" and index < len(heading):
            return cells.unit_in_heading(heading[index]) or reading.unit
    return reading.unit


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a file leaves open: which questions the mapping step has to ask, and what its values give away."""

    order: bool = False
    told_order: cells.Order = ""
    mark: bool = False
    unit: bool = False


def doubts_of(table: Table, lines: Sequence[Sequence[str]], columns: Sequence[str]) -> Doubts:
    """Which days, amounts and mileages could mean two things under these columns."""
    days: list[str] = []
    amounts: list[str] = []
    unit = False
    for index, name in enumerate(columns):
        if not name:
            continue
        column = table.column(name)
        values = [row[index] for row in lines[1:] if index < len(row) and row[index]]
        if column.reads == "day":
            days += values
        elif column.reads == "amount":
            amounts += values
        elif name == "usage" and "usage_unit" not in columns and not cells.unit_in_heading(lines[0][index]):
            unit = any(value.replace(",", "").replace(".", "").strip().isdigit() for value in values)
    doubtful, told = cells.order_of(days)
    return Doubts(doubtful and not told, told, cells.mark_is_needed(amounts), unit)


def clean(row: Row, fields: Mapping[str, forms.Field], wrong: list[Wrong]) -> dict[str, Any]:
    """The cells as the page's own form fields read them; what they refuse is added to `wrong`.

    An empty cell is left out: it leaves what is there.
    """
    found: dict[str, Any] = {}
    for name, form_field in fields.items():
        text = row.cells.get(name, "")
        if not text:
            continue
        if isinstance(form_field, forms.ChoiceField):
            text = _choice(form_field, text)
        try:
            found[name] = form_field.clean(text)
        except ValidationError as error:
            wrong.append(row.wrong(name, error.messages[0]))
    return found


def _choice(form_field: forms.ChoiceField, text: str) -> str:
    """The value of a choice that is given by its value or its words, in any case."""
    typed = text.strip().casefold().replace(" ", "_")
    for value, label in form_field.choices:  # type: ignore[misc,union-attr]
        words = str(label).casefold()
        if typed in (str(value).casefold(), words.replace(" ", "_"), words.split(":")[0].replace(" ", "_")):
            return str(value)
    return text


def products_named(names: Iterable[str]) -> dict[str, Product]:
    """Products by path or whole name, a few thousand names in a query: a database takes no more."""
    wanted = [name for name in dict.fromkeys(names) if name and len(name) <= _LONGEST_NAME and "\0" not in name]
    found: dict[str, Product] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found |= products_called(wanted[start : start + _AT_ONCE])
    return found


def table_of(table_import: TableImport) -> Table:
    """What a file of this kind may hold."""
    return TABLES[table_import.kind]
