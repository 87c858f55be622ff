"""Official statements from files in which a statement spans many rows: one campaign or bulletin, one diagnostic.

Whichever file comes first makes the diagnostic. Later ones fill what it does not say yet and add products, components,
documents and parts; they erase nothing. Two things are replaced: a title that only names what is recalled, with the
situation of the document beside it, and the remedy's title that says no more than "have the work done".
"""

from __future__ import annotations

import datetime
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from products.actions.change_feed import tell_changes
from products.actions.load_products import Place
from products.database import insert_many, update_many
from products.importers.changes import change_rows
from products.importers.component_names import component_of
from products.importers.engine import Importer, Tally
from products.importers.official_links import Links, written
from products.importers.places import load_places
from products.models import Change, Component, ImportRun, OfficialDiagnostic, Product
from products.rules.campaigns import NO_WARNINGS, Warnings, is_placeholder_title, placeholder_remedy, placeholder_title

NHTSA = "NHTSA"
SOURCE = "NHTSA, US public domain"
_TEXTS = ("situation", "cause", "action", "consequence", "url")
_FLAGS = ("park_it", "park_outside", "over_the_air")
_MERGED = ("title", *_TEXTS, "issued_on", *_FLAGS, "remedy_title")


class Part(NamedTuple):
    """A part that a recall is about."""

    name: str
    number: str
    description: str
    supplier: str


@dataclass(frozen=True, slots=True)
class OfficialRecord:
    """One row: what it says of a campaign or bulletin, and the product, component, document or part that it names."""

    publisher: str
    number: str
    title: str = ""
    situation: str = ""
    cause: str = ""
    action: str = ""
    consequence: str = ""
    url: str = ""
    issued_on: datetime.date | None = None
    warnings: Warnings = NO_WARNINGS
    remedy_title: str = ""
    component: str = ""
    place: Place | None = None
    built_from: datetime.date | None = None
    built_to: datetime.date | None = None
    part: Part | None = None
    document: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What one diagnostic is known by."""
        return self.publisher, self.number


@dataclass(slots=True)
class _Diagnostic:
    """A diagnostic, stored or about to be: what it says, and what it said before this batch."""

    pk: int | None
    created_by_run: int | None
    says: dict[str, Any]
    said: dict[str, Any]

    def fill(self, record: OfficialRecord) -> bool:
        """Take from a record what is missing; whether anything was."""
        before = dict(self.says)
        says = self.says
        if record.title and self.created_by_run is not None and is_placeholder_title(says["title"]):
            says["title"] = record.title
            says["situation"] = record.situation or says["situation"]
        for name in _TEXTS:
            says[name] = says[name] or getattr(record, name)
        says["issued_on"] = says["issued_on"] or written(record.issued_on)
        for name in _FLAGS:
            says[name] = says[name] or getattr(record.warnings, name)
        if record.remedy_title and says["remedy_title"] in ("", placeholder_remedy(record.number)):
            says["remedy_title"] = record.remedy_title
        return says != before


class OfficialRecordImporter(Importer[OfficialRecord]):
    """An importer of statements; a subclass reads its rows and says of which kind they are."""

    kind: OfficialDiagnostic.Kind

    def __init__(self) -> None:
        self._columns: tuple[str, ...] = ()
        self._places: dict[Place, None] = {}
        self._product_ids: dict[Place, int] = {}
        self._components: dict[str, int] = {}

    @abstractmethod
    def read(self, fields: list[str]) -> OfficialRecord | None:
        """The row as a record."""

    def survey(self, record: OfficialRecord) -> None:
        """Gather the products."""
        if record.place is not None:
            self._places[record.place] = None

    def prepare(self, run: ImportRun) -> None:
        """Find or make the products: what an official record names is one."""
        self._product_ids = load_places(self._places, run)
        self._components = dict(Component.objects.values_list("slug", "pk"))

    def settle(self, records: list[OfficialRecord]) -> list[OfficialRecord]:
        """The records with their final publisher and number, where the row alone does not tell them."""
        return records

    def write(self, records: list[OfficialRecord], run: ImportRun) -> Tally:
        """Write a batch: a query for what is there and one for what is new, of each table."""
        records = self.settle(records)
        diagnostics = _stored(records)
        created, updated = [False] * len(records), [False] * len(records)
        for index, record in enumerate(records):
            diagnostic = diagnostics.get(record.key)
            if diagnostic is None:
                diagnostics[record.key] = self._new(record, run)
                created[index] = True
            else:
                updated[index] = diagnostic.fill(record)
        ids = self._save(diagnostics, run)
        links = Links(run, set(ids.values()))
        for index, record in enumerate(records):
            pk = ids[record.key]
            links.component(pk, self._component(record.component))
            if record.place is not None:
                links.product(pk, self._product_ids[record.place], record.built_from, record.built_to)
            links.document(pk, record.document, record.situation, record.url)
            if record.part is not None:
                links.part(pk, *record.part)
            added, filled = links.counted()
            created[index] |= added
            updated[index] |= filled
        links.save()
        touched = {
            ids[record.key]: None for record, new, old in zip(records, created, updated, strict=True) if new or old
        }
        tell_changes(Change.Kind.OFFICIAL, touched)
        tally = Tally()
        for new, old in zip(created, updated, strict=True):
            tally.count(created=new, updated=old)
        return tally

    def _component(self, official_name: str) -> int | None:
        slug = component_of(official_name) if official_name else None
        return None if slug is None else self._components.get(slug)

    def _new(self, record: OfficialRecord, run: ImportRun) -> _Diagnostic:
        is_recall = self.kind == OfficialDiagnostic.Kind.RECALL
        says = {
            "title": record.title or placeholder_title(_names(record.place), record.number),
            **{name: getattr(record, name) for name in _TEXTS},
            "issued_on": written(record.issued_on),
            **{name: getattr(record.warnings, name) for name in _FLAGS},
            "remedy_title": record.remedy_title or (placeholder_remedy(record.number) if is_recall else ""),
        }
        return _Diagnostic(None, run.pk, says, {})

    def _save(self, diagnostics: dict[tuple[str, str], _Diagnostic], run: ImportRun) -> dict[tuple[str, str], int]:
        """Insert the new ones and change the others; the id of each."""
        new = {key: diagnostic for key, diagnostic in diagnostics.items() if diagnostic.pk is None}
        rows = [
            {
                "kind": self.kind.value,
                "publisher": publisher,
                "number": number,
                "warning": "",
                "market": "US",
                "remedy_available": True,
                "remedy_currency": "USD",
                "source": SOURCE,
                "is_demonstration": False,
                "created_by_run": run.pk,
                **diagnostic.says,
            }
            for (publisher, number), diagnostic in new.items()
        ]
        if rows:
            ids = insert_many(OfficialDiagnostic, list(rows[0]), [list(row.values()) for row in rows])
            for diagnostic, pk in zip(new.values(), ids, strict=True):
                diagnostic.pk = pk
        changed = [each for each in diagnostics.values() if each.said and each.says != each.said]
        # What the run made itself goes as a whole when it is undone.
        own = [each for each in changed if each.created_by_run == run.pk]
        update_many(OfficialDiagnostic, _MERGED, [(*each.says.values(), each.pk) for each in own])
        others = [(each.pk, each.said, each.says) for each in changed if each.created_by_run != run.pk]
        change_rows(run, OfficialDiagnostic, [(pk, said, says) for pk, said, says in others if pk is not None])
        return {key: each.pk for key, each in diagnostics.items() if each.pk is not None}


def _stored(records: Sequence[OfficialRecord]) -> dict[tuple[str, str], _Diagnostic]:
    rows = OfficialDiagnostic.objects.filter(
        publisher__in={record.publisher for record in records}, number__in={record.number for record in records}
    ).values("pk", "publisher", "number", "created_by_run", *_MERGED)
    found = {}
    for row in rows.order_by():
        says = {name: row[name] for name in _MERGED}
        says["issued_on"] = written(says["issued_on"])
        found[row["publisher"], row["number"]] = _Diagnostic(row["pk"], row["created_by_run"], says, dict(says))
    return found


def _names(place: Place | None) -> list[str]:
    said = " ".join(step.name for step in place or () if step.kind not in (Product.Level.CATEGORY, Product.Level.YEAR))
    return [said] if said else []
