"""A table of synonyms as CSV: a phrase to a row, beside the name of its group."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from products.errors import FileRefused
from products.importers.files import read_rows
from wiki.search.synonyms import Group

NEEDED = ("group", "phrase")
OPTIONAL = ("language", "note", "active")
MOST_GROUPS = 20_000
_YES_NO = {"yes": True, "no": False, "": True}


@dataclass(frozen=True)
class SynonymTable:
    """The groups of a file, and the line of each (group, phrase); a group's own line is that of its first phrase."""

    groups: tuple[Group, ...]
    lines: dict[tuple[str, str], int]

    def line_of(self, group: str, phrase: str) -> int:
        """The line on which a phrase stands, or its group begins."""
        return self.lines.get((group, phrase)) or self.lines.get((group, ""), 1)


def read_synonyms(path: Path) -> SynonymTable:
    """The groups of a CSV file with the columns group and phrase, and perhaps language, note and active (yes or no).

    Raises FileRefused with every line that is wrong and why.
    """
    rows = read_rows(path)
    head = [name.strip().lower() for name in next(rows, (1, []))[1]]
    unknown = [name for name in head if name not in (*NEEDED, *OPTIONAL)]
    if unknown or not set(NEEDED) <= set(head) or len(set(head)) < len(head):
        wanted = "its columns are group and phrase, and perhaps language, note and active"
        raise FileRefused(f"{path.name}, line 1: {wanted}; it says {', '.join(head) or 'nothing'}.")
    found: dict[str, list[str]] = {}
    about: dict[str, tuple[str, str, bool]] = {}
    lines: dict[tuple[str, str], int] = {}
    wrong: list[str] = []
    for line, fields in rows:
        if not any(field.strip() for field in fields):
            continue
        said = dict(zip(head, (" ".join(field.split()) for field in fields), strict=False))
        reason = _trouble(head, fields, said)
        facts = (said.get("language") or "en", said.get("note", ""), _YES_NO.get(said.get("active", "").lower(), True))
        name, phrase = said.get("group", ""), said.get("phrase", "")
        if reason is None and about.setdefault(name, facts) != facts:
            reason = f"“{name}” has another language, note or active on line {lines[name, '']}"
        if reason is not None:
            wrong.append(f"line {line}: {reason}")
            continue
        lines.setdefault((name, ""), line)
        lines[name, phrase] = line
        found.setdefault(name, []).append(phrase)
    if not found and not wrong:
        wrong.append("there is no row in it")
    if len(found) > MOST_GROUPS:
        wrong.append(f"{len(found):,} groups are too many: {MOST_GROUPS:,} are the most")
    if wrong:
        raise FileRefused(f"{path.name}: {'; '.join(wrong[:20])}{f'; and {len(wrong) - 20} more' * (len(wrong) > 20)}.")
    groups = [
        Group(name=name, phrases=tuple(phrases), language=about[name][0], note=about[name][1], is_active=about[name][2])
        for name, phrases in found.items()
    ]
    return SynonymTable(tuple(groups), lines)


def _trouble(head: list[str], fields: list[str], said: dict[str, str]) -> str | None:
    if len(fields) != len(head):
        return f"{len(fields)} fields, the first line has {len(head)}"
    if not said["group"] or not said["phrase"]:
        return "a group and a phrase are needed"
    if said.get("active", "").lower() not in _YES_NO:
        return f"active is yes or no, not “{said['active'][:20]}”"
    return None


def write_synonyms(groups: Iterable[Group], out: TextIO) -> int:
    """Write groups as `read_synonyms` reads them; the number of groups."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*NEEDED, *OPTIONAL])
    count = 0
    for group in groups:
        for phrase in group.phrases:
            active = "yes" if group.is_active else "no"
            writer.writerow([group.name, phrase, group.language, group.note, active])
        count += 1
    return count
