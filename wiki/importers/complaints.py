"""Owners' complaints of NHTSA become unassigned sightings: one for each complaint number and product.

Source and layout: NHTSA Office of Defects Investigation, FLAT_CMPL; a work of the US government, public domain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from products.actions.load_products import Place
from products.database import insert_many
from products.importers.changes import change_rows
from products.importers.component_names import component_of
from products.importers.engine import Importer, Tally
from products.importers.flat_files import read_flat_rows
from products.models import Component, ImportRun
from products.rules.naming import slug_of
from wiki.actions.series import add_to_series, settle_series
from wiki.classifier.suggestion import suggested_component
from wiki.importers.complaint_rows import ComplaintRecord, Layout
from wiki.importers.matching import match_or_note
from wiki.models import Complaint, ComplaintComponent, Sighting
from wiki.queries.series import cells_of, counted
from wiki.rules.severity import severity_of

SOURCE = "NHTSA complaints, US public domain"
_BY_RECALL = frozenset({"RC", "RP"})
_Key = tuple[int, int]  # a complaint and a product, by id


class _There(NamedTuple):
    """A sighting that is in the database; an open one has no problem and no component that somebody named."""

    pk: int
    component: int | None
    is_open: bool


class ComplaintImporter(Importer[ComplaintRecord]):
    """Reads FLAT_CMPL and CSVs with its column names.

    Rows whose product is not in the tree wait: they are counted apart and listed by name, and come in when the file is
    imported again after a person decided about the name; `create_missing` makes the products instead.
    """

    name = "import_nhtsa_flat"

    def __init__(self, *, create_missing: bool = False) -> None:
        self._create_missing = create_missing
        self._layout: Layout | None = None
        self._places: Counter[Place] = Counter()
        self._ids: dict[Place, int] = {}
        self._ignored: frozenset[Place] = frozenset()
        self._components: dict[str, int] = {}

    @property
    def options(self) -> dict[str, Any]:
        return {"create_missing": self._create_missing}

    def rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """The rows of a flat file or of a CSV."""
        return read_flat_rows(path)

    def recognise(self, first_row: list[str], name: str) -> bool:
        """A header with the official names, or a first row of the flat file."""
        self._layout = Layout(first_row, name)
        return self._layout.has_header

    def read(self, fields: list[str]) -> ComplaintRecord | None:
        """One complaint and one of its components."""
        assert self._layout is not None
        return self._layout.record(fields)

    def survey(self, record: ComplaintRecord) -> None:
        """Gather the products."""
        self._places[record.place] += 1

    def prepare(self, run: ImportRun) -> None:
        """Find the products, or make them; list the names that nobody has given to a product."""
        self._components = dict(Component.objects.values_list("slug", "pk"))
        matched = match_or_note(self._places, run, create=self._create_missing)
        self._ids, self._ignored = dict(matched.ids), matched.ignored

    def write(self, records: list[ComplaintRecord], run: ImportRun) -> Tally:
        """Eight queries a batch at most: what is there and what is new of complaints, sightings and components."""
        known = [record for record in records if record.place in self._ids]
        ignored = sum(1 for record in records if record.place in self._ignored)
        complaints: dict[str, int] = {}
        prompted: set[int] = set()
        for number, pk, by_recall in Complaint.objects.filter(
            number__in={record.number for record in known}
        ).values_list("number", "pk", "prompted_by_recall"):
            complaints[number] = pk
            if by_recall:
                prompted.add(pk)
        there = _sightings_of(complaints.values())
        named = set(
            ComplaintComponent.objects.filter(sighting__in=[each.pk for each in there.values()]).values_list(
                "sighting", "words"
            )
        )
        _write_complaints(known, complaints, prompted, run)
        keys = [(complaints[record.number], self._ids[record.place]) for record in known]
        ours = {words: self._component(words) for words in {record.words for record in known}}
        chosen: dict[_Key, int] = {}
        for key, record in zip(keys, known, strict=True):
            component = ours[record.words]
            if component is not None:
                chosen.setdefault(key, component)
        refilled = Sighting.objects.filter(
            pk__in=[there[key].pk for key in chosen if key in there and there[key].is_open]
        )
        before = cells_of(refilled)
        filled = {there[key]: component for key, component in chosen.items() if key in there and there[key].is_open}
        _fill(filled, run)
        settle_series(cells=before | cells_of(refilled))
        new = _write_sightings(known, keys, there, chosen, prompted, run, self._suggestion)
        sightings = [new[key] if key in new else there[key].pk for key in keys]
        added = _write_components(zip(sightings, (record.words for record in known), strict=True), named, ours, run)
        tally = Tally(waiting=len(records) - len(known) - ignored, ignored=ignored)
        created, updated = set(new.values()), {each.pk for each in filled}
        for sighting, is_added in zip(sightings, added, strict=True):
            tally.count(created=is_added or sighting in created, updated=sighting in updated)
            created.discard(sighting)
            updated.discard(sighting)
        return tally

    def _suggestion(self, record: ComplaintRecord) -> int | None:
        """The component that a text suggests, in a file without a column of components; a blank one says unknown."""
        if self._layout is None or self._layout.names_components:
            return None
        slug = suggested_component(record.text, slug_of(record.place[0].name))
        return None if slug is None else self._components.get(slug)

    def _component(self, words: str) -> int | None:
        slug = component_of(words) if words else None
        return None if slug is None else self._components.get(slug)


def _sightings_of(complaints: Iterable[int]) -> dict[_Key, _There]:
    return {
        (complaint, product): _There(pk, component, is_open=(component is None or guessed) and problem is None)
        for pk, complaint, product, component, guessed, problem in Sighting.objects.filter(
            complaint__in=list(complaints)
        )
        .order_by()
        .values_list("pk", "complaint", "product", "component", "component_suggested", "problem")
    }


def _fill(filled: dict[_There, int], run: ImportRun) -> None:
    """Give sightings the component that a later row names; a suggestion ends there."""
    changes = [
        (
            each.pk,
            {"component": each.component, "component_suggested": each.component is not None},
            {"component": component, "component_suggested": False},
        )
        for each, component in filled.items()
    ]
    change_rows(run, Sighting, changes)


def _write_complaints(
    records: list[ComplaintRecord], complaints: dict[str, int], prompted: set[int], run: ImportRun
) -> None:
    """Insert the complaints whose numbers are new, and note their ids, and which a recall prompted."""
    first = {record.number: record for record in reversed(records) if record.number not in complaints}
    new = list(reversed(first.values()))
    ids = insert_many(
        Complaint,
        ("number", "received_as", "prompted_by_recall", "created_by_run"),
        [(record.number, record.received_as, record.received_as in _BY_RECALL, run.pk) for record in new],
    )
    complaints.update(zip((record.number for record in new), ids, strict=True))
    prompted.update(pk for pk, record in zip(ids, new, strict=True) if record.received_as in _BY_RECALL)


def _write_sightings(
    records: list[ComplaintRecord],
    keys: list[_Key],
    there: dict[_Key, _There],
    chosen: dict[_Key, int],
    prompted: set[int],
    run: ImportRun,
    suggest: Callable[[ComplaintRecord], int | None],
) -> dict[_Key, int]:
    """Insert and count a sighting for each complaint and product that has none, from its first row; their ids.

    Where no row names a component, `suggest` may.
    """
    first: dict[_Key, ComplaintRecord] = {}
    for key, record in zip(keys, records, strict=True):
        if key not in there:
            first.setdefault(key, record)
    today = run.started_at.date()
    rows, to_count = [], []
    for (complaint, product), record in first.items():
        severity = severity_of(record.text, record.flags)
        named = chosen.get((complaint, product))
        suggested = suggest(record) if named is None else None
        component = named or suggested
        if component is not None and record.came_on is not None:
            to_count.append((product, component, record.came_on, complaint in prompted, severity.level, 1))
        rows.append(
            (
                *(product, component, suggested is not None, complaint, record.number, SOURCE, record.text),
                *(
                    severity.harm,
                    severity.level,
                    record.seen_on or today,
                    record.came_on,
                    str(record.dated),
                    record.miles,
                ),
                *(run.started_at, run.pk),
            )
        )
    ids = insert_many(
        Sighting,
        (
            *("product", "component", "component_suggested", "complaint", "external_number", "source", "text"),
            *("harm", "severity", "seen_on", "received_on", "dated", "usage", "created_at", "created_by_run"),
        ),
        rows,
    )
    add_to_series(changes=counted(to_count))
    return dict(zip(first, ids, strict=True))


def _write_components(
    named_here: Iterable[tuple[int, str]], named: set[tuple[int, str]], ours: dict[str, int | None], run: ImportRun
) -> list[bool]:
    """Insert the components that are new for their sighting; of each row whether it brought one."""
    added, rows = [], []
    for sighting, words in named_here:
        is_new = bool(words) and (sighting, words) not in named
        added.append(is_new)
        if is_new:
            named.add((sighting, words))
            rows.append((sighting, words, ours[words], run.pk))
    insert_many(ComplaintComponent, ("sighting", "words", "component", "created_by_run"), rows)
    return added
