"""Investigations of NHTSA: one row for each investigation, make, model, year, component and campaign.

Source and layout: NHTSA Office of Defects Investigation, FLAT_INV; a work of the US government, public domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from products.actions.load_products import Place
from products.database import insert_many, update_many
from products.importers.changes import change_rows
from products.importers.component_names import component_of
from products.importers.engine import Importer, RowRefused, Tally
from products.importers.flat_files import read_flat_rows
from products.importers.nhtsa_rows import (
    ACTION_NUMBER,
    day_of,
    header_with,
    investigation_columns,
    place_of,
    row_of,
)
from products.importers.official_links import written
from products.importers.official_records import SOURCE
from products.importers.places import load_places
from products.importers.summaries import clean, first_sentence
from products.models import (
    Component,
    ImportRun,
    Investigation,
    InvestigationCampaign,
    InvestigationComponent,
    InvestigationProduct,
)
from products.rules.campaigns import campaign_number

_NEEDED = ("NHTSA_ACTION_NUMBER", "MAKE", "MODEL", "YEAR", "SUBJECT")
_URL = "https://www.nhtsa.gov/?nhtsaId={number}"
_NOTHING_SAID = "there is no summary currently available"
_MERGED = ("subject", "summary", "opened_on", "closed_on")


class InvestigationRow(NamedTuple):
    """An investigation, and a product, component and campaign of it."""

    number: str
    says: dict[str, Any]
    place: Place
    component: str | None
    campaign: str


class InvestigationImporter(Importer[InvestigationRow]):
    """Reads FLAT_INV and CSVs with its column names. A later file fills what is missing, as the day of closing."""

    name = "import_nhtsa_flat"

    def __init__(self) -> None:
        self._columns: tuple[str, ...] = ()
        self._places: dict[Place, None] = {}
        self._product_ids: dict[Place, int] = {}
        self._components: dict[str, int] = {}

    @property
    def options(self) -> dict[str, Any]:
        """Another importer of the same command would be another run."""
        return {"kind": "investigations"}

    def rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """The rows of a flat file or a CSV."""
        return read_flat_rows(path)

    def recognise(self, first_row: list[str], name: str) -> bool:
        """A first row of the flat file, or a header with the official names."""
        flat = investigation_columns(first_row)
        self._columns = flat or header_with(first_row, name, _NEEDED, "investigation")
        return not flat

    def read(self, fields: list[str]) -> InvestigationRow | None:
        """One investigation with one of its products."""
        if not any(fields):
            return None
        row = row_of(fields, self._columns)
        number = row["NHTSA_ACTION_NUMBER"].strip().upper()
        if not ACTION_NUMBER.fullmatch(number):
            raise RowRefused(f"“{number[:20]}” is no number of an investigation, such as PE19003.")
        summary = clean(row.get("SUMMARY", ""))
        component = row.get("COMPNAME", "").strip()
        return InvestigationRow(
            number,
            {
                "subject": first_sentence(row["SUBJECT"])[:255],
                "summary": "" if summary.casefold().startswith(_NOTHING_SAID) else summary,
                "opened_on": written(day_of(row.get("ODATE", ""))),
                "closed_on": written(day_of(row.get("CDATE", ""))),
            },
            place_of(row["MAKE"], row["MODEL"], row["YEAR"]),
            component_of(component) if component else None,
            campaign_number(row.get("CAMPNO", "")) or "",
        )

    def survey(self, record: InvestigationRow) -> None:
        """Gather the products."""
        self._places[record.place] = None

    def prepare(self, run: ImportRun) -> None:
        """Find or make the products."""
        self._product_ids = load_places(self._places, run)
        self._components = dict(Component.objects.values_list("slug", "pk"))

    def write(self, records: list[InvestigationRow], run: ImportRun) -> Tally:
        """Write a batch: a query for what is there and one for what is new, of each table."""
        says: dict[str, dict[str, Any]] = {}
        stored: dict[str, tuple[int, int | None, dict[str, Any]]] = {}
        for row in Investigation.objects.filter(number__in={record.number for record in records}).values(
            "pk", "number", "created_by_run", *_MERGED
        ):
            said = {name: row[name] for name in _MERGED}
            said |= {name: written(row[name]) for name in ("opened_on", "closed_on")}
            stored[row["number"]] = (row["pk"], row["created_by_run"], said)
            says[row["number"]] = dict(said)
        made, filled = set(), set()
        for index, record in enumerate(records):
            known = says.get(record.number)
            if known is None:
                says[record.number] = dict(record.says)
                made.add(index)
                continue
            merged = {name: known[name] or record.says[name] for name in _MERGED}
            if merged != known:
                filled.add(index)
                known.update(merged)
        ids = {number: pk for number, (pk, _, _) in stored.items()}
        ids |= self._insert({number: fields for number, fields in says.items() if number not in stored}, run)
        changed = [(*stored[number], fields) for number, fields in says.items() if number in stored]
        own = [(pk, fields) for pk, made_by, said, fields in changed if made_by == run.pk and fields != said]
        update_many(Investigation, _MERGED, [(*fields.values(), pk) for pk, fields in own])
        change_rows(
            run,
            Investigation,
            [(pk, said, fields) for pk, made_by, said, fields in changed if made_by != run.pk and fields != said],
        )
        linked = self._link(records, ids, run)
        tally = Tally()
        for index in range(len(records)):
            tally.count(created=index in made or index in linked, updated=index in filled)
        return tally

    def _insert(self, new: dict[str, dict[str, Any]], run: ImportRun) -> dict[str, int]:
        ids = insert_many(
            Investigation,
            ["number", "url", "source", "created_by_run", *_MERGED],
            [(number, _URL.format(number=number), SOURCE, run.pk, *says.values()) for number, says in new.items()],
        )
        return dict(zip(new, ids, strict=True))

    def _link(self, records: list[InvestigationRow], ids: dict[str, int], run: ImportRun) -> set[int]:
        """Link products, components and campaigns; the places of the records that linked something."""
        linked: set[int] = set()
        for model, field, values in (
            (InvestigationProduct, "product", [self._product_ids[record.place] for record in records]),
            (
                InvestigationComponent,
                "component",
                [self._components.get(record.component or "") for record in records],
            ),
            (InvestigationCampaign, "number", [record.campaign or None for record in records]),
        ):
            there = set(model.objects.filter(investigation__in=ids.values()).values_list("investigation", field))
            pairs: dict[tuple[int, Any], None] = {}
            for index, (record, value) in enumerate(zip(records, values, strict=True)):
                pair = (ids[record.number], value)
                if value is not None and pair not in there and pair not in pairs:
                    pairs[pair] = None
                    linked.add(index)
            insert_many(model, ["investigation", field, "created_by_run"], [(*pair, run.pk) for pair in pairs])
        return linked
