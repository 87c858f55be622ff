"""Owners' complaints of NHTSA become unassigned sightings, once per complaint number.

Source and layout: NHTSA Office of Defects Investigation, FLAT_CMPL; a work of the US government, public domain.
"""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any, NamedTuple

from products.actions.load_products import Place
from products.errors import FileRefused
from products.importers.engine import Importer, RowRefused, Tally
from products.importers.places import CARS, vehicle_place
from products.models import Component, ImportRun
from wiki.classifier.names import component_of
from wiki.importers.matching import match_or_note
from wiki.models import Complaint, ComplaintComponent, Sighting
from wiki.rules.severity import Flags, severity_of

SOURCE = "NHTSA complaints, US public domain"
_FLAT = [
    "CMPLID",
    "ODINO",
    "MFR_NAME",
    "MAKETXT",
    "MODELTXT",
    "YEARTXT",
    "CRASH",
    "FAILDATE",
    "FIRE",
    "INJURED",
    "DEATHS",
    "COMPDESC",
    "CITY",
    "STATE",
    "VIN",
    "DATEA",
    "LDATE",
    "MILES",
    "OCCURENCES",
    "CDESCR",
    "CMPL_TYPE",
    "POLICE_RPT_YN",
    "PURCH_DT",
    "ORIG_OWNER_YN",
    "ANTI_BRAKES_YN",
    "CRUISE_CONT_YN",
    "NUM_CYLS",
    "DRIVE_TRAIN",
    "FUEL_SYS",
    "FUEL_TYPE",
    "TRANS_TYPE",
    "VEH_SPEED",
    "DOT",
    "TIRE_SIZE",
    "LOC_OF_TIRE",
    "TIRE_FAIL_TYPE",
    "ORIG_EQUIP_YN",
    "MANUF_DT",
    "SEAT_TYPE",
    "RESTRAINT_TYPE",
    "DEALER_NAME",
    "DEALER_TEL",
    "DEALER_CITY",
    "DEALER_STATE",
    "DEALER_ZIP",
    "PROD_TYPE",
    "REPAIRED_YN",
    "MEDICAL_ATTN",
    "VEHICLES_TOWED_YN",
]
# Fields were added in 2007 (twice), 2014 and 2015.
_VINTAGES = frozenset({20, 46, 47, 48, 49})
_NEEDED = frozenset({"ODINO", "MAKETXT", "MODELTXT", "YEARTXT", "CDESCR"})
# The studied cars of the 2014 ignition recall: other names, a filing month that was estimated.
_OTHER_NAMES = {
    "ODI_NUMBER": "ODINO",
    "MODEL_YEAR": "YEARTXT",
    "MAKE": "MAKETXT",
    "MODEL": "MODELTXT",
    "DESCRIPTION": "CDESCR",
    "CRASHED": "CRASH",
    "MILEAGE": "MILES",
    "EST_FILED_MONTH": "ESTIMATED",
}
_CATEGORIES = {"V": CARS, "": CARS, "T": "Tires", "C": "Child seats", "E": "Vehicle equipment"}
_BY_RECALL = frozenset({"RC", "RP"})
_LONGEST_TEXT, _MOST_MILES = 4000, 9_999_999


class ComplaintRecord(NamedTuple):
    """A row, checked; `words` is the official component, blank where the file has none."""

    number: str
    place: Place
    words: str
    text: str
    seen_on: datetime.date
    is_estimated: bool
    miles: int | None
    flags: Flags
    received_as: str


class ComplaintImporter(Importer[ComplaintRecord]):
    """Reads FLAT_CMPL and CSVs with its column names.

    Rows whose product is not in the tree wait: they are counted apart and listed by name, and come in when the file is
    imported again after a person decided about the name; `create_missing` makes the products instead.
    """

    name = "import_nhtsa_flat"

    def __init__(self, *, create_missing: bool = False) -> None:
        self._create_missing = create_missing
        self._columns: list[str] = []
        self._places: Counter[Place] = Counter()
        self._ids: dict[Place, int] = {}
        self._ignored: frozenset[Place] = frozenset()
        self._components: dict[str, int] = {}

    @property
    def options(self) -> dict[str, Any]:
        return {"create_missing": self._create_missing}

    def recognise(self, first_row: list[str], name: str) -> bool:
        """A header with the official names, or a first row of the flat file."""
        if len(first_row) in _VINTAGES and first_row[0].isdigit() and first_row[1].strip().isdigit():
            self._columns = _FLAT[: len(first_row)]
            return False
        names = [field.strip().upper() for field in first_row]
        self._columns = [_OTHER_NAMES.get(column, column) for column in names]
        missing = sorted(_NEEDED.difference(self._columns))
        if missing:
            raise FileRefused(f"{name}, line 1: no column {', '.join(missing)}, so no complaint can be made of it.")
        return True

    def read(self, fields: list[str]) -> ComplaintRecord | None:
        """One complaint and one of its components."""
        if not any(fields):
            return None
        if len(fields) != len(self._columns):
            raise RowRefused(f"{len(fields)} fields instead of {len(self._columns)}.")
        row = dict(zip(self._columns, fields, strict=True))
        number = row["ODINO"].strip()
        if not number.isascii() or not number.isdigit() or len(number) > 20:
            raise RowRefused(f"“{number[:20]}” is no complaint number.")
        category = _CATEGORIES.get(row.get("PROD_TYPE", "").strip().upper())
        if category is None:
            raise RowRefused(f"“{row['PROD_TYPE'][:10]}” is no type of product.")
        seen_on = _date(row.get("FAILDATE", "")) or _date(row.get("LDATE", "")) or _date(row.get("DATEA", ""))
        estimated = seen_on is None and bool(row.get("ESTIMATED", "").strip())
        if estimated:
            seen_on = _date(row["ESTIMATED"].replace("-", "") + "01")
        if seen_on is None:
            raise RowRefused("Neither a date of the failure nor one of the complaint.")
        return ComplaintRecord(
            number=number,
            place=vehicle_place(row["MAKETXT"], row["MODELTXT"], row["YEARTXT"], category),
            words=" ".join(row.get("COMPDESC", "").split())[:128],
            text=row["CDESCR"].strip()[:_LONGEST_TEXT],
            seen_on=seen_on,
            is_estimated=estimated,
            miles=_miles(row.get("MILES", "")),
            flags=Flags(
                fire=row.get("FIRE", "").strip().upper() == "Y",
                crash=row.get("CRASH", "").strip().upper() == "Y",
                injuries=_whole(row.get("INJURED", "")) or 0,
                deaths=_whole(row.get("DEATHS", "")) or 0,
            ),
            received_as=row.get("CMPL_TYPE", "").strip().upper()[:4],
        )

    def survey(self, record: ComplaintRecord) -> None:
        """Gather the products."""
        self._places[record.place] += 1

    def prepare(self, run: ImportRun) -> None:
        """Find the products, or make them; list the names that nobody has given to a product."""
        self._components = dict(Component.objects.values_list("slug", "pk"))
        matched = match_or_note(self._places, run, create=self._create_missing)
        self._ids, self._ignored = dict(matched.ids), matched.ignored

    def write(self, records: list[ComplaintRecord], run: ImportRun) -> Tally:
        """Five queries a batch: what is there, sightings, complaints, components there and new."""
        known = [record for record in records if record.place in self._ids]
        ignored = sum(1 for record in records if record.place in self._ignored)
        waiting = len(records) - len(known) - ignored
        numbers = {record.number for record in known}
        ids = dict(Complaint.objects.filter(number__in=numbers).values_list("number", "pk"))
        first: dict[str, ComplaintRecord] = {}
        for record in known:
            if record.number not in ids:
                first.setdefault(record.number, record)
        ours = {words: self._component(words) for words in {record.words for record in known}}
        chosen: dict[str, int] = {}
        for record in known:
            component = ours[record.words]
            if component is not None:
                chosen.setdefault(record.number, component)
        graves = [severity_of(record.text, record.flags) for record in first.values()]
        sightings = Sighting.objects.bulk_create(
            Sighting(
                product_id=self._ids[record.place],
                component_id=chosen.get(record.number),
                external_number=record.number,
                source=SOURCE,
                text=record.text,
                harm=severity.harm,
                severity=severity.level,
                seen_on=record.seen_on,
                usage=record.miles,
                created_at=run.started_at,
                created_by_run=run,
            )
            for record, severity in zip(first.values(), graves, strict=True)
        )
        made = Complaint.objects.bulk_create(
            Complaint(
                number=record.number,
                sighting=sighting,
                received_as=record.received_as,
                prompted_by_recall=record.received_as in _BY_RECALL,
                date_is_estimated=record.is_estimated,
                created_by_run=run,
            )
            for record, sighting in zip(first.values(), sightings, strict=True)
        )
        ids.update({complaint.number: complaint.pk for complaint in made})
        there = set(ComplaintComponent.objects.filter(complaint__in=ids.values()).values_list("complaint_id", "words"))
        tally = self._write_components(known, ids, set(first), there, ours, run)
        tally.waiting, tally.ignored = waiting, ignored
        return tally

    def _write_components(
        self,
        records: list[ComplaintRecord],
        ids: dict[str, int],
        new: set[str],
        there: set[tuple[int, str]],
        ours: dict[str, int | None],
        run: ImportRun,
    ) -> Tally:
        tally = Tally()
        rows = []
        for record in records:
            key = (ids[record.number], record.words)
            adds = bool(record.words) and key not in there
            if adds:
                there.add(key)
                rows.append(
                    ComplaintComponent(
                        complaint_id=key[0], words=record.words, component_id=ours[record.words], created_by_run=run
                    )
                )
            tally.count(created=adds or record.number in new, updated=False)
            new.discard(record.number)
        ComplaintComponent.objects.bulk_create(rows)
        return tally

    def _component(self, words: str) -> int | None:
        slug = component_of(words) if words else None
        return None if slug is None else self._components.get(slug)


def _date(text: str) -> datetime.date | None:
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
        raise RowRefused(f"{found} is no date of a complaint.")
    return found


def _whole(text: str) -> int | None:
    digits = text.strip().removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _miles(text: str) -> int | None:
    miles = _whole(text)
    return miles if miles is not None and 0 < miles <= _MOST_MILES else None
