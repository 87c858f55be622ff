"""Service bulletins of makers as NHTSA files them: one row for each bulletin, make, model, year and component.

Source and layout: NHTSA Office of Defects Investigation, FLAT_TSBS; a work of the US government, public domain. The
bulletins themselves are their makers'; number, summary and link are all that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from products.importers.component_names import component_words
from products.importers.engine import RowRefused
from products.importers.flat_files import read_flat_rows
from products.importers.nhtsa_rows import bulletin_columns, day_of, header_with, place_of, row_of
from products.importers.official_records import OfficialRecord, OfficialRecordImporter
from products.importers.spelling import make_name
from products.importers.summaries import clean, first_sentence
from products.models import DiagnosticDocument, OfficialDiagnostic

_NEEDED = ("BULNO", "ID", "MAKETXT", "MODELTXT", "YEARTXT", "SUMMARY")
_URL = "https://www.nhtsa.gov/?nhtsaId={number}"
# Where a maker gave no number, the files have its date, or a word.
_DATE = re.compile(r"\d{1,2}[/-](?:\d{1,2}[/-])?\d{2,4}")
_INITIALS = re.compile(r"\s*\*\s*[A-Z]{1,4}\s*$")
_LONGEST_NUMBER = 60
_SHORTEST_TITLE = 8


class BulletinImporter(OfficialRecordImporter):
    """Reads FLAT_TSBS (10 columns), the files by years (14 columns), and CSVs with the column names of the first.

    A bulletin is numbered by its maker, and known by the number under which NHTSA filed it: a bulletin for several
    makes is one diagnostic, of the make that its first row names.
    """

    name = "import_nhtsa_flat"
    kind = OfficialDiagnostic.Kind.BULLETIN

    @property
    def options(self) -> dict[str, Any]:
        """Another importer of the same command would be another run."""
        return {"kind": "bulletins"}

    def rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """The rows of a flat file or a CSV."""
        return read_flat_rows(path)

    def recognise(self, first_row: list[str], name: str) -> bool:
        """A first row of a flat file, or a header with the official names."""
        flat = bulletin_columns(first_row)
        self._columns = flat or header_with(first_row, name, _NEEDED, "bulletin")
        return not flat

    def read(self, fields: list[str]) -> OfficialRecord | None:
        """One bulletin, and one product and component of it."""
        if not any(fields):
            return None
        row = row_of(fields, self._columns)
        filed = row["ID"].strip().removesuffix(".0")
        if not (filed.isascii() and filed.isdigit()) or len(filed) > 12:
            raise RowRefused(f"“{filed[:20]}” is no number under which a bulletin was filed.")
        summary = _INITIALS.sub("", clean(row["SUMMARY"]))
        return OfficialRecord(
            publisher=make_name(row["MAKETXT"])[:80],
            number=_number(row["BULNO"]) or f"NHTSA {filed}",
            title=_title(summary, row.get("COMPNAME", "")),
            situation=summary,
            url=_URL.format(number=filed),
            issued_on=day_of(row.get("BULDTE", "")) or day_of(row.get("DATEA", "")),
            component=row.get("COMPNAME", "").strip(),
            place=place_of(row["MAKETXT"], row["MODELTXT"], row["YEARTXT"]),
            document=f"NHTSA {filed}",
        )

    def settle(self, records: list[OfficialRecord]) -> list[OfficialRecord]:
        """Under the make and number of the first row with the same filing number, which may be stored already."""
        known: dict[str, tuple[str, str]] = {
            name: (publisher, number)
            for name, publisher, number in DiagnosticDocument.objects.filter(
                name__in={record.document for record in records}, diagnostic__kind=self.kind
            )
            .order_by("-pk")
            .values_list("name", "diagnostic__publisher", "diagnostic__number")
        }
        settled = []
        for record in records:
            publisher, number = known.setdefault(record.document, record.key)
            settled.append(replace(record, publisher=publisher, number=number))
        return settled


def _number(text: str) -> str:
    """The maker's number; blank when it is a date or has no digit."""
    number = " ".join(text.split())[:_LONGEST_NUMBER]
    return number if any(c.isdigit() for c in number) and not _DATE.fullmatch(number) else ""


def _title(summary: str, component: str) -> str:
    title = first_sentence(summary)
    if len(title) >= _SHORTEST_TITLE:
        return title
    words = component_words(component)
    return f"Service bulletin on {words[0].lower()}{words[1:]}"[:255] if words else "Service bulletin"
