"""Recalls of NHTSA as the flat file has them: one row for each campaign, make, model, year and component.

Source and layout: NHTSA Office of Defects Investigation, FLAT_RCL; a work of the US government, public domain.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from products.importers.component_names import component_words
from products.importers.engine import RowRefused
from products.importers.flat_files import read_flat_rows
from products.importers.nhtsa_rows import day_of, header_with, place_of, recall_columns, row_of
from products.importers.official_records import NHTSA, OfficialRecord, OfficialRecordImporter, Part
from products.importers.places import RECALLED
from products.importers.summaries import clean, first_sentence, read_summary, remedy_in
from products.models import OfficialDiagnostic
from products.rules.campaigns import NO_WARNINGS, Warnings, campaign_address, campaign_number, warnings_in

_NEEDED = ("CAMPNO", "MAKETXT", "MODELTXT", "YEARTXT", "DESC_DEFECT")
_YES = frozenset({"y", "yes", "true", "1"})
_SHORTEST_TITLE = 12


class RecallImporter(OfficialRecordImporter):
    """Reads FLAT_RCL of any vintage (24, 27 or 29 columns, or more) and CSVs with its column names."""

    name = "import_nhtsa_flat"
    kind = OfficialDiagnostic.Kind.RECALL

    @property
    def options(self) -> dict[str, Any]:
        """Another importer of the same command would be another run."""
        return {"kind": "recalls"}

    def rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """The rows of a flat file or a CSV."""
        return read_flat_rows(path)

    def recognise(self, first_row: list[str], name: str) -> bool:
        """A first row of the flat file, or a header with the official names."""
        flat = recall_columns(first_row)
        self._columns = flat or header_with(first_row, name, _NEEDED, "recall")
        return not flat

    def read(self, fields: list[str]) -> OfficialRecord | None:
        """One campaign, and one product and component of it."""
        if not any(fields):
            return None
        row = row_of(fields, self._columns)
        number = campaign_number(row["CAMPNO"])
        if number is None:
            raise RowRefused(f"“{row['CAMPNO'].strip()[:20]}” is no campaign number, such as 20V123000.")
        category = RECALLED.get(number[2]) or RECALLED.get(row.get("RCLTYPECD", "").strip().upper())
        if category is None:
            raise RowRefused(f"Neither the number {number} nor the type of recall says what was recalled.")
        return recall_record(
            number=number,
            place=place_of(row["MAKETXT"], row["MODELTXT"], row["YEARTXT"], category),
            component=row.get("COMPNAME", ""),
            defect=row["DESC_DEFECT"],
            consequence=row.get("CONEQUENCE_DEFECT", "") or row.get("CONSEQUENCE_DEFECT", ""),
            remedy=row.get("CORRECTIVE_ACTION", ""),
            notes=row.get("NOTES", ""),
            flags=Warnings(said_yes(row.get("DO_NOT_DRIVE", "")), said_yes(row.get("PARK_OUTSIDE", "")), False),
            issued_on=day_of(row.get("RCDATE", "")) or day_of(row.get("DATEA", "")),
            built_from=day_of(row.get("BGMAN", "")),
            built_to=day_of(row.get("ENDMAN", "")),
            part=_part(row.get("MFR_COMP_NAME", ""), row.get("MFR_COMP_PTNO", ""), row.get("MFR_COMP_DESC", "")),
        )


def recall_record(
    *,
    number: str,
    component: str,
    defect: str,
    consequence: str,
    remedy: str,
    notes: str,
    flags: Warnings,
    **more: Any,
) -> OfficialRecord:
    """A campaign as one row tells it: flags from their columns or from the official words, the title from the text."""
    told = _told(defect, consequence, remedy, notes)
    return OfficialRecord(
        publisher=NHTSA,
        number=number,
        title=told.title or _title_of(component),
        situation=told.situation,
        action=told.action,
        consequence=told.consequence,
        url=campaign_address(number),
        warnings=told.warnings if flags == NO_WARNINGS else Warnings(*map(operator.or_, flags, told.warnings)),
        remedy_title=told.remedy_title,
        component=component.strip(),
        **more,
    )


class _Told(NamedTuple):
    """What the texts of a campaign say, the same on each of its rows; the title is blank where they name no defect."""

    title: str
    situation: str
    action: str
    consequence: str
    remedy_title: str
    warnings: Warnings


@lru_cache(maxsize=512)
def _told(defect: str, consequence: str, remedy: str, notes: str) -> _Told:
    title = read_summary(defect).title or first_sentence(defect)
    return _Told(
        title=title if len(title) >= _SHORTEST_TITLE else "",
        situation=clean(defect),
        action=clean(remedy),
        consequence=clean(consequence),
        remedy_title=remedy_in(remedy),
        warnings=warnings_in(f"{defect} {remedy} {notes}"),
    )


def said_yes(text: str) -> bool:
    """Whether a column says yes, in any of the ways of the official files."""
    return text.strip().casefold() in _YES


@lru_cache(maxsize=4_096)
def _part(name: str, number: str, description: str) -> Part | None:
    """The part that a row names; the rows of a campaign name the same few."""
    part = Part(clean(name), clean(number), clean(description), "")
    return part if part.name or part.number else None


@lru_cache(maxsize=4_096)
def _title_of(component: str) -> str:
    """A title for a campaign whose text gives none; blank when the component says nothing either."""
    words = component_words(component)
    return f"Recall for {words[0].lower()}{words[1:]}"[:255] if words else ""
