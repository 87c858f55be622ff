"""A Stack Exchange dump, as published in XML or as CSV of the same columns, put into one CSV in the order of import.

The order is what the import needs: questions, answers, comments, votes, revisions, then each post once more, and the
duplicates. The same dump always gives the same bytes, so that an interrupted run finds its place again.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tqdm import tqdm

from products.errors import FileRefused
from products.importers.files import opened_text, read_rows

COLUMNS = ("kind", "id", "parent", "date", "score", "title", "body", "person", "name", "licence", "extra")
_LONGEST_ROW = 2_000_000
_QUESTION, _ANSWER = "1", "2"
_TEXT_EDITS = {"1": "title", "4": "title", "7": "title", "2": "body", "5": "body", "8": "body"}
_DUPLICATE = "3"
_KNOWN_VOTES = frozenset({"1", "2", "3"})
# The last day of each version; the latest has none.
_LICENCES = (("2011-04-07", "CC BY-SA 2.5"), ("2018-05-01", "CC BY-SA 3.0"), ("9999", "CC BY-SA 4.0"))
_REQUIRED = {
    "Posts": ("Id", "PostTypeId", "CreationDate", "Score", "Body"),
    "Comments": ("Id", "PostId", "Text", "CreationDate"),
    "Votes": ("Id", "PostId", "VoteTypeId", "CreationDate"),
    "PostHistory": ("Id", "PostHistoryTypeId", "PostId", "RevisionGUID", "CreationDate", "Text"),
    "PostLinks": ("Id", "PostId", "RelatedPostId", "LinkTypeId"),
    "Users": ("Id",),
}

Row = dict[str, str]


def write_in_order(folder: Path, target: Path, *, show_progress: bool = False) -> int:
    """Write the dump in `folder` to the CSV `target`; the number of rows. Raises FileRefused in one sentence."""
    if not folder.is_dir():
        raise FileRefused(f"{folder.name} is no folder; give the one that holds the unpacked Posts.xml.")
    names = {row["Id"]: row["DisplayName"][:100] for row in rows_of(folder, "Users") if row.get("DisplayName")}
    number = 0
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            rows = _in_order(folder, names)
            for fields in tqdm(rows, desc="Reading", unit=" rows", disable=not show_progress, mininterval=0.3):
                writer.writerow(fields)
                number += 1
    except OSError as error:  # the dump's own files answer with FileRefused
        raise FileRefused(f"The dump cannot be put into the data folder: {error.strerror}.") from error
    return number


def _in_order(folder: Path, names: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for kind, post_type in (("question", _QUESTION), ("answer", _ANSWER)):
        for row in rows_of(folder, "Posts", needed=True):
            if row["PostTypeId"] == post_type:
                yield (
                    *(kind, row["Id"], row.get("ParentId", ""), row["CreationDate"], row["Score"]),
                    *(row.get("Title", ""), row["Body"], *_person(row, "Owner", names)),
                    *(_licence(row), row.get("LastActivityDate", "")),
                )
    for row in rows_of(folder, "Comments"):
        yield (
            *("comment", row["Id"], row["PostId"], row["CreationDate"], row.get("Score", ""), "", row["Text"]),
            *(*_person(row, "", names), _licence(row), ""),
        )
    for row in rows_of(folder, "Votes"):
        if row["VoteTypeId"] in _KNOWN_VOTES:
            yield ("vote", row["Id"], row["PostId"], row["CreationDate"], row["VoteTypeId"], "", "", "", "", "", "")
    yield from _revisions(folder)
    for row in rows_of(folder, "Posts", needed=True):
        if row["PostTypeId"] in (_QUESTION, _ANSWER):
            yield ("seal", row["Id"], "", row.get("LastActivityDate") or row["CreationDate"], *[""] * 7)
    for row in rows_of(folder, "PostLinks"):
        if row["LinkTypeId"] == _DUPLICATE:
            yield ("duplicate", row["Id"], row["PostId"], "", "", "", "", "", "", "", row["RelatedPostId"])


def _revisions(folder: Path) -> Iterator[tuple[str, ...]]:
    """One row for each edit: the rows of one edit share its identifier and follow each other."""
    edit: Row = {}
    texts: Row = {}

    def finished() -> Iterator[tuple[str, ...]]:
        if texts:
            # A leading mark tells "not edited" from "edited to nothing".
            title, body = (f"={texts[name]}" if name in texts else "" for name in ("title", "body"))
            yield (
                *("revision", edit["Id"], edit["PostId"], edit["CreationDate"], "", title, body),
                *("", "", edit.get("ContentLicense", ""), edit.get("Comment", "")[:160]),
            )

    for row in rows_of(folder, "PostHistory"):
        if (row["PostId"], row["RevisionGUID"]) != (edit.get("PostId"), edit.get("RevisionGUID")):
            yield from finished()
            edit, texts = row, {}
        part = _TEXT_EDITS.get(row["PostHistoryTypeId"])
        if part is not None:
            texts[part] = row["Text"]
    yield from finished()


def _licence(row: Row) -> str:
    """The licence that the row names, or else the one of the day on which it was last edited.

    Source: Stack Exchange, "Creative Commons licensing UI and data updates", 2020.
    """
    day = (row.get("LastEditDate") or row["CreationDate"])[:10]
    return row.get("ContentLicense") or next((name for last, name in _LICENCES if day <= last), "CC BY-SA 4.0")


def _person(row: Row, prefix: str, names: dict[str, str]) -> tuple[str, str]:
    number = row.get(f"{prefix}UserId", "")
    return number, row.get(f"{prefix or 'User'}DisplayName", "")[:100] or names.get(number, "")


def rows_of(folder: Path, table: str, *, needed: bool = False) -> Iterator[Row]:
    """The rows of a table, empty where the dump has none of it. Raises FileRefused."""
    for suffix, read in ((".xml", _xml_rows), (".csv", _csv_rows), (".csv.gz", _csv_rows)):
        path = folder / f"{table}{suffix}"
        if path.exists():
            yield from read(path, _REQUIRED[table])
            return
    if needed:
        raise FileRefused(f"{folder.name} holds no {table}.xml, {table}.csv or {table}.csv.gz.")


def _csv_rows(path: Path, required: tuple[str, ...]) -> Iterator[Row]:
    rows = read_rows(path)
    _, header = next(rows, (1, []))
    missing = [name for name in required if name not in header]
    if missing:
        raise FileRefused(f"{path.name} is another kind of file: it has no column {missing[0]}.")
    for line, fields in rows:
        if len(fields) != len(header):
            raise FileRefused(f"{path.name}, line {line}: {len(fields)} fields, not {len(header)}.")
        yield dict(zip(header, fields, strict=True))


class _Bounded:
    """Hands the text on and refuses a row longer than any post can be."""

    def __init__(self, file: IO[str], name: str) -> None:
        self._file, self._name = file, name
        self.since_row = 0

    def read(self, size: int = -1) -> str:
        text = self._file.read(min(size, 65_536) if size > 0 else 65_536)
        self.since_row += len(text)
        if self.since_row > _LONGEST_ROW:
            raise FileRefused(f"{self._name}: a row is longer than {_LONGEST_ROW:,} characters.")
        return text


def _xml_rows(path: Path, required: tuple[str, ...]) -> Iterator[Row]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    number = 0
    root_name = path.stem.casefold()
    with opened_text(path) as text:
        bounded = _Bounded(text, path.name)
        try:
            root = None
            for event, element in iterparse(bounded, events=("start", "end"), forbid_dtd=True):
                if root is None:
                    root = element
                    if root.tag.casefold() != root_name:
                        raise FileRefused(f"{path.name} is another kind of file: it begins with <{root.tag[:40]}>.")
                if event != "end" or element.tag != "row":
                    continue
                number += 1
                bounded.since_row = 0
                missing = [name for name in required if name not in element.attrib and name not in ("Text", "Score")]
                if missing:
                    raise FileRefused(f"{path.name}, row {number}: it has no {missing[0]}.")
                yield {**dict.fromkeys(required, ""), **element.attrib}
                root.clear()
        except DefusedXmlException as error:
            raise FileRefused(f"{path.name} declares its own entities or document type; no dump does.") from error
        except ParseError as error:
            raise FileRefused(f"{path.name} is no well-formed XML after row {number}: {error}.") from error
        except UnicodeDecodeError as error:
            raise FileRefused(f"{path.name} is not UTF-8 text (after row {number}).") from error
