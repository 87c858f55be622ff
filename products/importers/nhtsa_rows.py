"""Rows of the flat files of NHTSA: which kind a file is, its columns, dates and places.

Layouts: the field lists that the Office of Defects Investigation publishes beside FLAT_CMPL, FLAT_RCL, FLAT_TSBS and
FLAT_INV. The files have no header; fields were added at the end of a row over the years.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from products.actions.load_products import Place
from products.errors import FileRefused
from products.importers.engine import RowRefused
from products.importers.places import CARS, vehicle_place
from products.rules.campaigns import campaign_number

Kind = Literal["complaints", "recalls", "bulletins", "investigations"]
KINDS: tuple[Kind, ...] = ("complaints", "recalls", "bulletins", "investigations")

RECALL_COLUMNS = (
    *("RECORD_ID", "CAMPNO", "MAKETXT", "MODELTXT", "YEARTXT", "MFGCAMPNO", "COMPNAME", "MFGNAME", "BGMAN", "ENDMAN"),
    *("RCLTYPECD", "POTAFF", "ODATE", "INFLUENCED_BY", "MFGTXT", "RCDATE", "DATEA", "RPNO", "FMVSS", "DESC_DEFECT"),
    *("CONEQUENCE_DEFECT", "CORRECTIVE_ACTION", "NOTES", "RCL_CMPT_ID", "MFR_COMP_NAME", "MFR_COMP_DESC"),
    *("MFR_COMP_PTNO", "DO_NOT_DRIVE", "PARK_OUTSIDE"),
)
FEWEST_RECALL_COLUMNS = 24
BULLETIN_COLUMNS = (
    *("BULNO", "BULREP", "ID", "BULDTE", "COMPNAME", "MAKETXT", "MODELTXT", "YEARTXT", "DATEA", "SUMMARY"),
)
# The files cut by the years in which bulletins were received have fourteen columns.
RECEIVED_COLUMNS = (
    *("ID", "REPL_ID", "DATEA", "BULNO", "BULDTE", "MFR_ID", "TYPE", "MAKETXT", "MODELTXT", "YEARTXT", "COMPNAME"),
    *("MFR_COMP_NAME", "MFR_SUBCOMP", "SUMMARY"),
)
INVESTIGATION_COLUMNS = (
    *("NHTSA_ACTION_NUMBER", "MAKE", "MODEL", "YEAR", "COMPNAME", "MFR_NAME", "ODATE", "CDATE", "CAMPNO", "SUBJECT"),
    "SUMMARY",
)
_TELLING: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("recalls", frozenset({"CAMPNO", "DESC_DEFECT"})),
    ("bulletins", frozenset({"BULNO", "SUMMARY"})),
    ("investigations", frozenset({"NHTSA_ACTION_NUMBER", "SUBJECT"})),
    *(("complaints", frozenset({name})) for name in ("ODINO", "ODI_NUMBER", "SENTENCES")),
)
_NAMES: dict[str, Kind] = {"CMPL": "complaints", "COMPLAINT": "complaints", "RCL": "recalls", "RECALL": "recalls",
                           "TSBS": "bulletins", "BULLETIN": "bulletins", "INV": "investigations"}  # fmt: skip
ACTION_NUMBER = re.compile(r"[A-Z]{1,3}\d{4,8}")


def kind_of(first_row: Sequence[str], name: str) -> Kind | None:
    """Which of the four a file is: from its header, else from the shape of its first row, else from its name."""
    header = frozenset(header_of(first_row))
    for kind, telling in _TELLING:
        if telling <= header:
            return kind
    shape = _kind_of_shape([field.strip() for field in first_row])
    if shape is not None:
        return shape
    return next((kind for part, kind in _NAMES.items() if part in name.upper()), None)


def _kind_of_shape(fields: list[str]) -> Kind | None:
    if len(fields) >= FEWEST_RECALL_COLUMNS and campaign_number(fields[1]):
        return "recalls"
    if len(fields) in (len(BULLETIN_COLUMNS), len(RECEIVED_COLUMNS)) and _bulletin_columns(fields):
        return "bulletins"
    if len(fields) == len(INVESTIGATION_COLUMNS) and ACTION_NUMBER.fullmatch(fields[0]):
        return "investigations"
    if len(fields) >= 20 and fields[0].isdigit() and fields[1].isdigit():
        return "complaints"
    return None


def header_of(first_row: Sequence[str]) -> list[str]:
    """The row as names of columns: in capitals, with underscores for spaces."""
    return ["_".join(field.upper().split()) for field in first_row]


def recall_columns(first_row: Sequence[str]) -> tuple[str, ...]:
    """The columns of a flat file of recalls that begins with this row; none when it is no such row."""
    if len(first_row) < FEWEST_RECALL_COLUMNS or not campaign_number(first_row[1]):
        return ()
    more = tuple(f"COLUMN_{number}" for number in range(len(RECALL_COLUMNS) + 1, len(first_row) + 1))
    return (*RECALL_COLUMNS, *more)[: len(first_row)]


def bulletin_columns(first_row: Sequence[str]) -> tuple[str, ...]:
    """The columns of a flat file of bulletins that begins with this row; none when it is no such row."""
    return _bulletin_columns([field.strip() for field in first_row])


def _bulletin_columns(fields: Sequence[str]) -> tuple[str, ...]:
    if len(fields) == len(BULLETIN_COLUMNS) and fields[2].isdigit():
        return BULLETIN_COLUMNS
    if len(fields) == len(RECEIVED_COLUMNS) and fields[0].isdigit():
        return RECEIVED_COLUMNS
    return ()


def investigation_columns(first_row: Sequence[str]) -> tuple[str, ...]:
    """The columns of a flat file of investigations that begins with this row; none when it is no such row."""
    fits = len(first_row) == len(INVESTIGATION_COLUMNS) and ACTION_NUMBER.fullmatch(first_row[0].strip())
    return INVESTIGATION_COLUMNS if fits else ()


def header_with(first_row: Sequence[str], name: str, needed: Sequence[str], made: str) -> tuple[str, ...]:
    """The header's columns. Raises FileRefused when one that is needed is missing."""
    columns = tuple(header_of(first_row))
    missing = [column for column in needed if column not in columns]
    if missing:
        raise FileRefused(f"{name}, line 1: no column {', '.join(missing)}, so no {made} can be made of it.")
    return columns


def row_of(fields: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """The fields by column. Raises RowRefused when there are more or fewer."""
    if len(fields) != len(columns):
        raise RowRefused(f"{len(fields)} fields instead of {len(columns)}.")
    return dict(zip(columns, fields, strict=True))


@lru_cache(maxsize=65_536)
def day_of(text: str) -> datetime.date | None:
    """A date written 20240531; None for a blank or 00000000. Raises RowRefused for what is no date."""
    digits = text.strip().removesuffix(".0")
    if not digits.strip("0"):
        return None
    try:
        if len(digits) != 8:
            raise ValueError
        found = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise RowRefused(f"“{digits[:20]}” is no date like 20240531.") from None
    if not 1900 <= found.year <= 2100:
        raise RowRefused(f"{found} is no date of an official record.")
    return found


def place_of(make: str, model: str, year: str, category: str = CARS) -> Place:
    """The place of a make, model and year; without a model the make, whatever year stands there."""
    return vehicle_place(make, model, year if model.strip() else "", category)
