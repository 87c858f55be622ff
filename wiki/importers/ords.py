"""Open Repair Data v0.3: repairs at community events become products, sightings and repairs without a remedy.

Licence of the data: CC BY-SA 4.0, Open Repair Alliance and the partner named in each row.
"""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from products.actions.load_products import Place, Step
from products.database import insert_many
from products.importers.engine import Importer, RowRefused, Tally, is_header
from products.importers.places import load_places
from products.models import ImportRun, Product
from products.rules.naming import key_of, tidy
from wiki.models import Repair, Sighting
from wiki.rules.open_repair import COLUMNS
from wiki.rules.severity import severity_of

RESULTS = {
    "fixed": Repair.Result.FIXED,
    "repairable": Repair.Result.REPAIRABLE,
    "end of life": Repair.Result.END_OF_LIFE,
    "unknown": Repair.Result.UNKNOWN,
    "": Repair.Result.UNKNOWN,
}
_NO_BRAND = frozenset({"", "unknown", "na", "none", "nobrand", "notknown", "generic", "other", "various"})
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_NUMBER = 100, 4000, 60
_OLDEST = Decimal(200)


class RepairRecord(NamedTuple):
    """A row, checked."""

    number: str
    place: Place
    result: str
    barrier: str
    repaired_on: datetime.date
    age: Decimal | None
    country: str
    provider: str
    text: str


class OpenRepairImporter(Importer[RepairRecord]):
    """Reads the combined file of Open Repair Data v0.3."""

    name = "import_ords"

    def __init__(self) -> None:
        self._places: dict[Place, None] = {}
        self._ids: dict[Place, int] = {}
        self._seen: set[int] = set()

    def recognise(self, first_row: list[str], name: str) -> bool:
        """The header of version 0.3."""
        return is_header(first_row, name, COLUMNS)

    def read(self, fields: list[str]) -> RepairRecord | None:
        """One repair; the brand becomes a make of the category, unless it is unknown."""
        if not any(fields):
            return None
        if len(fields) != len(COLUMNS):
            raise RowRefused(f"{len(fields)} fields instead of {len(COLUMNS)}.")
        row = dict(zip(COLUMNS, fields, strict=True))
        number = row["id"].strip()
        if not number or len(number) > _LONGEST_NUMBER:
            raise RowRefused("A repair needs a number of at most 60 characters.")
        result = RESULTS.get(row["repair_status"].strip().casefold())
        if result is None:
            raise RowRefused(f"“{row['repair_status'][:30]}” is no repair status of Open Repair Data.")
        return RepairRecord(
            number=number,
            place=_place(row["product_category"], row["brand"]),
            result=result,
            barrier=row["repair_barrier_if_end_of_life"].strip()[:80],
            repaired_on=_date(row["event_date"]),
            age=_age(row["product_age"]),
            country=row["country"].strip()[:3],
            provider=tidy(row["data_provider"])[:80],
            text=row["problem"].strip()[:_LONGEST_TEXT],
        )

    def survey(self, record: RepairRecord) -> None:
        """Gather the products, and refuse a number that the file has used before."""
        known = len(self._seen)
        self._seen.add(hash(record.number))  # a million numbers cost 60 MB less as hashes
        if len(self._seen) == known:
            raise RowRefused(f"The number {record.number} stands in the file twice.")
        self._places[record.place] = None

    def prepare(self, run: ImportRun) -> None:
        """Make the products that are missing, with one renumbering."""
        self._ids = load_places(self._places, run)

    def write(self, records: list[RepairRecord], run: ImportRun) -> Tally:
        """Three queries a batch: what is there, the sightings, the repairs."""
        there = set(
            Repair.objects.filter(external_number__in=[record.number for record in records]).values_list(
                "external_number", flat=True
            )
        )
        new = [record for record in records if record.number not in there]
        sightings = insert_many(
            Sighting,
            (
                *("product", "external_number", "source", "text", "severity", "harm", "seen_on", "received_on"),
                *("created_at", "created_by_run"),
            ),
            [
                (
                    self._ids[record.place],
                    record.number[:40],
                    f"Open Repair Data, {record.provider}, CC BY-SA 4.0"[:80],
                    record.text,
                    *_severity(record.text),
                    record.repaired_on,
                    record.repaired_on,
                    run.started_at,
                    run.pk,
                )
                for record in new
            ],
        )
        insert_many(
            Repair,
            (
                *("external_number", "product", "sighting", "result", "barrier", "repaired_on", "age_years"),
                *("country", "provider", "created_by_run"),
            ),
            [
                (
                    record.number,
                    self._ids[record.place],
                    sighting,
                    str(record.result),
                    record.barrier,
                    record.repaired_on,
                    record.age,
                    record.country,
                    record.provider,
                    run.pk,
                )
                for record, sighting in zip(new, sightings, strict=True)
            ],
        )
        return Tally(created=len(new), unchanged=len(records) - len(new))


def _severity(text: str) -> tuple[str, bool]:
    """The severity and whether there was harm: fire, smoke and damage count.

    Crashes and injuries don't: of things on a repair table, a programme crashes and a doll has a broken leg.
    """
    facts = severity_of(text).facts & {"fire", "smoke", "property"} if text else frozenset()
    severity = Sighting.Severity.FIRE if "fire" in facts else Sighting.Severity.PROPERTY
    return (str(severity), bool(facts & {"fire", "smoke"})) if facts else (str(Sighting.Severity.NONE), False)


@lru_cache(maxsize=65_536)
def _place(category: str, brand: str) -> Place:
    category, brand = tidy(category)[:_LONGEST_NAME], tidy(brand)[:_LONGEST_NAME]
    if not key_of(category):
        raise RowRefused("The product category has no letter or digit.")
    steps = [Step(Product.Level.CATEGORY, category)]
    if key_of(brand) and key_of(brand) not in _NO_BRAND:
        steps.append(Step(Product.Level.MAKE, brand))
    return tuple(steps)


@lru_cache(maxsize=8_192)
def _date(text: str) -> datetime.date:
    try:
        found = datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise RowRefused(f"“{text[:20]}” is no date like 2024-05-31.") from None
    if not 1990 <= found.year <= 2100:
        raise RowRefused(f"{found} is no date of a repair event.")
    return found


@lru_cache(maxsize=1_024)
def _age(text: str) -> Decimal | None:
    """Years of age; None where nobody wrote them down or wrote what can't be."""
    try:
        age = Decimal(text.strip())
    except InvalidOperation:
        return None
    return age.quantize(Decimal("0.1")) if age.is_finite() and 0 <= age <= _OLDEST else None
