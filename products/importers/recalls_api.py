"""The public recalls interface of NHTSA, its JSON or a CSV of it, and the component lists of Part 573 reports.

Source: api.nhtsa.gov/recalls/recallsByVehicle and the defect reports of makers under 49 CFR Part 573; works of the US
government, public domain.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from products.errors import FileRefused
from products.importers.engine import RowRefused
from products.importers.files import opened_text, read_rows
from products.importers.nhtsa_rows import header_of, header_with, place_of, row_of
from products.importers.official_records import OfficialRecord, OfficialRecordImporter, Part
from products.importers.places import RECALLED
from products.importers.recalls import recall_record, said_yes
from products.importers.summaries import clean
from products.models import OfficialDiagnostic
from products.rules.campaigns import NO_WARNINGS, Warnings, campaign_number

LARGEST_JSON = 200_000_000
_FIELDS = (
    *("NHTSACampaignNumber", "parkIt", "parkOutSide", "overTheAirUpdate", "ReportReceivedDate", "Component", "Summary"),
    *("Consequence", "Remedy", "Notes", "ModelYear", "Make", "Model"),
)
_NEEDED = ("NHTSACAMPAIGNNUMBER", "SUMMARY", "MAKE", "MODEL", "MODELYEAR")
_PARTS_NEEDED = ("CAMPAIGN", "COMPONENT_NAME", "PART_NUMBER", "SUPPLIER_NAME", "DEFECT_CAUSE")
_SURROGATE = re.compile("[\ud800-\udfff]")
# "Kia is recalling certain 2020 Telluride vehicles.": what follows is the cause.
_RECALLING = re.compile(r"^.{0,160}?\brecall(?:ing|ed)\b.*?[a-z)]\.\s+(?=[A-Z])")
_NOT_SAID = frozenset({"", "not applicable", "n/a", "na", "nr", "none", "tbd", "unknown"})


def read_results(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row with its line, of a CSV; of JSON a header and a row for each result, as if they stood on lines.

    The JSON is a response ({"Count": …, "results": […]}), a list of responses, or a list of results. Raises FileRefused
    for JSON that is broken, too large, or holds something else, and for a CSV as `read_rows` does.
    """
    said = _json_in(path)
    if said is None:
        yield from read_rows(path)
        return
    yield 1, list(_FIELDS)
    for number, result in enumerate(_results(said, path.name), start=1):
        yield number + 1, _row_of_result(result, number, path.name)


def _json_in(path: Path) -> Any:
    """What the file says, None when it does not begin as a list or an object of JSON does."""
    try:
        with opened_text(path) as text:
            start = text.read(64)
            if start.lstrip()[:1] not in ("{", "["):
                return None
            whole = start + text.read(LARGEST_JSON)
        if len(whole) > LARGEST_JSON:
            raise FileRefused(f"{path.name} holds more than {LARGEST_JSON:,} characters.")
        return json.loads(whole)
    except json.JSONDecodeError as error:
        raise FileRefused(f"{path.name}, line {error.lineno}: no well-formed JSON ({error.msg}).") from error
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"{path.name} is no JSON text in UTF-8 of an ordinary depth and size.") from error


def _results(said: Any, name: str) -> Iterator[dict[str, Any]]:
    responses = said if isinstance(said, list) else [said]
    for response in responses:
        results = response.get("results", response.get("Results")) if isinstance(response, dict) else None
        if results is None:
            results = [response]
        if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
            raise FileRefused(f"{name} holds no list of results of the recalls interface.")
        yield from results


def _row_of_result(result: dict[str, Any], number: int, name: str) -> list[str]:
    said = {key.casefold(): value for key, value in result.items()}
    if "nhtsacampaignnumber" not in said:
        raise FileRefused(f"{name}, result {number}: no NHTSACampaignNumber.")
    values = [said.get(field.casefold()) for field in _FIELDS]
    if any(isinstance(value, (dict, list)) for value in values):
        raise FileRefused(f"{name}, result {number}: a list where a text belongs.")
    texts = ["" if value is None else str(value) for value in values]
    if any("\0" in text or _SURROGATE.search(text) for text in texts):
        raise FileRefused(f"{name}, result {number}: a NUL byte or half a character, so it is no text.")
    return texts


class RecallsApiImporter(OfficialRecordImporter):
    """Reads results of the interface, one row for each campaign and vehicle."""

    name = "import_recalls_api"
    kind = OfficialDiagnostic.Kind.RECALL

    def rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """The results of JSON, or the rows of a CSV."""
        return read_results(path)

    def recognise(self, first_row: list[str], name: str) -> bool:
        """A header with the interface's names."""
        self._columns = header_with(first_row, name, _NEEDED, "recall")
        return True

    def read(self, fields: list[str]) -> OfficialRecord | None:
        """One campaign and one vehicle."""
        if not any(fields):
            return None
        row = row_of(fields, self._columns)
        number, category = _numbered(row["NHTSACAMPAIGNNUMBER"])
        return recall_record(
            number=number,
            component=row.get("COMPONENT", ""),
            defect=row["SUMMARY"],
            consequence=row.get("CONSEQUENCE", ""),
            remedy=row.get("REMEDY", ""),
            notes=row.get("NOTES", ""),
            flags=Warnings(*(said_yes(row.get(name, "")) for name in ("PARKIT", "PARKOUTSIDE", "OVERTHEAIRUPDATE"))),
            place=place_of(row["MAKE"], row["MODEL"], row["MODELYEAR"], category),
            issued_on=_day(row.get("REPORTRECEIVEDDATE", "")),
        )


class PartsImporter(OfficialRecordImporter):
    """Reads the component lists of Part 573 reports: parts with number, supplier and cause, onto their campaigns."""

    name = "import_recalls_api"
    kind = OfficialDiagnostic.Kind.RECALL

    @property
    def options(self) -> dict[str, Any]:
        """Another importer of the same command would be another run."""
        return {"kind": "parts"}

    def recognise(self, first_row: list[str], name: str) -> bool:
        """A header with the lists' names."""
        self._columns = header_with(first_row, name, _PARTS_NEEDED, "part")
        return True

    def read(self, fields: list[str]) -> OfficialRecord | None:
        """One part of a campaign. The models stand there without their make, so no product comes of them."""
        if not any(fields):
            return None
        row = row_of(fields, self._columns)
        number, _ = _numbered(row["CAMPAIGN"])
        return recall_record(
            number=number,
            component="",
            defect=row["DEFECT_CAUSE"],
            consequence="",
            remedy=row.get("REMEDY_TYPE", ""),
            notes="",
            flags=NO_WARNINGS,
            cause=_RECALLING.sub("", clean(row["DEFECT_CAUSE"])),
            part=Part(
                _said(row["COMPONENT_NAME"]),
                _said(row["PART_NUMBER"]),
                _said(row.get("COMPONENT_DESC", "")),
                _said(row["SUPPLIER_NAME"]),
            ),
        )


def importer_for(path: Path) -> OfficialRecordImporter:
    """The importer that reads this file: of parts, else of the interface, whose run records what is wrong with it."""
    try:
        _, first_row = next(read_rows(path))
    except (FileRefused, StopIteration):
        return RecallsApiImporter()
    return PartsImporter() if {"CAMPAIGN", "PART_NUMBER"} <= set(header_of(first_row)) else RecallsApiImporter()


def _numbered(text: str) -> tuple[str, str]:
    number = campaign_number(text)
    if number is None or number[2] not in RECALLED:
        raise RowRefused(f"“{text.strip()[:20]}” is no campaign number, such as 20V123000.")
    return number, RECALLED[number[2]]


def _said(text: str) -> str:
    said = clean(text)
    return "" if said.casefold() in _NOT_SAID else said


def _day(text: str) -> datetime.date | None:
    """A date as the interface writes it, day first: 04/09/2020 is the fourth of September."""
    if not text.strip():
        return None
    try:
        day, month, year = text.strip().split("/")
        found = datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise RowRefused(f"“{text.strip()[:20]}” is no date like 31/12/2020.") from None
    if not 1900 <= found.year <= 2100:
        raise RowRefused(f"{found} is no date of a recall.")
    return found
