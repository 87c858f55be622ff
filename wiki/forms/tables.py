"""Rows of a small table that somebody uploads, CSV or XLSX: cells as text, formulas unread, size and time bounded."""

from __future__ import annotations

import csv
import datetime
import io
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django import forms

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_SECONDS = 5.0
MOST_UNPACKED = 20_000_000
MOST_TAGS = 1_000_000
"""In the sheets and their strings; 20,000 rows of five columns have some 650,000."""
MOST_TAGS_ELSEWHERE = 20_000
"""In styles and all else, which cost the library twenty times as much, and no row needs."""
LONGEST_CELL = 400
MOST_CELLS = 20
DELIMITERS = ",;\t"
_DECLARES = re.compile(rb"<\x00?!\x00?D")
"""A document type, in which entities are declared; in UTF-16 as well."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a table may hold at most: rows below the heading, cells in a row, characters in a cell."""

    rows: int = MOST_ROWS
    cells: int = MOST_CELLS
    longest: int = LONGEST_CELL


class NotUnicode(forms.ValidationError):
    """A CSV that is no UTF-8 and does not say that it is UTF-16."""


def read_table(upload: IO[bytes], name: str) -> tuple[list[str], list[list[str]]]:
    """The heading in lower case, and the lines below it; raises ValidationError with a sentence.

    A formula comes as what it says ("=A1*2"), never as what it is worth; a day comes as YYYY-MM-DD.
    """
    rows = read_lines(upload.read(MOST_BYTES + 1), name)
    return [cell.lower() for cell in rows[0]], rows[1:]


def read_lines(content: bytes, name: str, *, limits: Limits = Limits(), encoding: str = "") -> list[list[str]]:
    """The heading and the lines below it, without empty ones at the end; raises ValidationError with a sentence.

    A CSV is UTF-8, or UTF-16 with a byte order mark, or else in the encoding given (raises NotUnicode without one); its
    cells are parted by the comma, semicolon or tab that its heading has most of.
    """
    if len(content) > MOST_BYTES:
        raise forms.ValidationError("The file is too big: 5 MB are the most.")
    if name.lower().endswith(".xlsx") or content[:4] == b"PK\x03\x04":
        lines = _xlsx(content, limits)
    else:
        lines = _csv(content, encoding)
    deadline = time.monotonic() + MOST_SECONDS
    rows: list[list[str]] = []
    for cells in lines:
        rows.append(cells)
        if len(rows) > limits.rows + 1:
            raise forms.ValidationError(f"{limits.rows:,} rows are the most at once.")
        if len(cells) > max(limits.cells, 2 * MOST_CELLS):
            raise forms.ValidationError(f"Row {len(rows)} has {len(cells):,} cells: {limits.cells} are the most.")
        if time.monotonic() > deadline:
            raise forms.ValidationError("Reading this file takes too long. Please save it as plain CSV.")
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise forms.ValidationError("There is nothing in this file.")
    return rows


def _csv(content: bytes, encoding: str) -> Iterator[list[str]]:
    is_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if is_utf16 else (encoding or "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotUnicode("This file is neither XLSX nor CSV in UTF-8.") from error
    if "\0" in text:
        raise forms.ValidationError("There are NUL characters in this file: it is no CSV.")
    first = text[:10_000].split("\n", 1)[0]
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise forms.ValidationError(f"This is no CSV that can be read: {error}.") from error


def _xlsx(content: bytes, limits: Limits) -> Iterator[list[str]]:
    # Imported here: it costs a fifth of a second that no other page needs.
    import openpyxl

    # All of what can go wrong in it means the same to a person.
    broken = forms.ValidationError("This is no XLSX that can be read.")
    try:
        is_small = _is_small(content)
        if is_small:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(
                values_only=True, max_row=limits.rows + 2, max_col=max(limits.cells, 2 * MOST_CELLS) + 1
            )
    except Exception as error:  # whatever a broken file makes the library stumble over
        raise broken from error
    if not is_small:
        raise forms.ValidationError("This XLSX holds too much beside its rows. Please save it as CSV.")
    while True:
        try:
            row = next(rows, None)
        except Exception as error:  # the same, in a row that is read only now
            raise broken from error
        if row is None:
            return
        cells = [_text(value, limits.longest) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _is_small(content: bytes) -> bool:
    """Whether the library reads it within seconds: it can't be interrupted, and a small file may hold a lot."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            return False
        rows = elsewhere = 0
        for part in parts:
            body = packed.read(part)
            if _DECLARES.search(body):
                return False
            if part.filename.startswith("xl/worksheets/") or part.filename == "xl/sharedStrings.xml":
                rows += body.count(b"<")
            else:
                elsewhere += body.count(b"<")
    return rows <= MOST_TAGS and elsewhere <= MOST_TAGS_ELSEWHERE


def _text(value: object, longest: int) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[: longest + 1].strip()
