"""Keep the weekly series equal to the sightings that they count, in the transaction of every act that changes one."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q

from products.database import add_many, update_many
from products.models import ImportChange, ImportRun
from wiki.models import MonitorState, SeriesWeek, Sighting
from wiki.queries.series import (
    COUNTED,
    SIGHTED,
    Cell,
    cells_of,
    counts_of,
    failures,
    recounted,
    stored,
)

_KEY = ("product", "component", "week")
_NOTHING = [0] * len(COUNTED)
_FAILED = COUNTED.index("failed_outcomes")


@transaction.atomic
def count_sighting(*, sighting: Sighting) -> None:
    """Count a sighting that was just made: one row, whatever stands above the product."""
    if sighting.component_id is not None and sighting.received_on is not None:
        add_to_series(changes=counts_of(Sighting.objects.filter(pk=sighting.pk)))


@transaction.atomic
def settle_series(*, cells: Collection[Cell]) -> None:
    """Count these cells again, after sightings came, went or changed their component."""
    if not cells:
        return
    _lock()
    due = recounted(cells)
    held = {cell: counts for _, cell, counts in stored(cells)}
    changes = {}
    for cell, counts in due.items():
        before = held.get(cell, _NOTHING)[: len(SIGHTED)]
        changes[cell] = [new - old for new, old in zip(counts, before, strict=True)]
    _write(changes)


@transaction.atomic
def add_to_series(*, changes: Mapping[Cell, list[int]]) -> None:
    """Add to cells, or take from them where a number is negative: for many sightings at once."""
    if changes:
        _lock()
        _write(changes)


@transaction.atomic
def settle_failures() -> None:
    """Count the remedies that failed again: they are few, and an outcome may change its product and its problem."""
    _lock()
    due = failures()
    held = {cell: counts[_FAILED] for _, cell, counts in stored() if counts[_FAILED]}
    changes = {}
    for cell in due.keys() | held.keys():
        number = due.get(cell, 0) - held.get(cell, 0)
        if number:
            changes[cell] = [0] * len(SIGHTED) + [number]
    _write(changes)


@transaction.atomic
def rebuild_series() -> int:
    """Make all series anew from the sightings and the outcomes; how many rows there are."""
    _lock()
    SeriesWeek.objects.all()._raw_delete(using="default")
    _write(counts_of(Sighting.objects.all()))
    settle_failures()
    return SeriesWeek.objects.count()


@transaction.atomic
def mark_series_changed(*, since: datetime.date) -> None:
    """Say that what the monitor has seen of these weeks, and of later ones, is no longer so."""
    state = MonitorState.objects.filter(through__gte=since).filter(
        Q(changed_from__isnull=True) | Q(changed_from__gt=since)
    )
    state.update(changed_from=since)


def follow_moved_products() -> None:
    """Products stand under other ancestors: no count changes, but everything that is added up does."""
    first = SeriesWeek.objects.order_by("week").values_list("week", flat=True).first()
    if first is not None:
        mark_series_changed(since=first)


@contextmanager
def undoing_import(*, run: ImportRun) -> Iterator[None]:
    """While a run is undone: its sightings leave the series, and those that it changed are counted as they were."""
    made = Sighting.objects.filter(created_by_run=run)
    add_to_series(
        changes={cell: [-number for number in counts] for cell, counts in counts_of(made).items()},
    )
    changed = ImportChange.objects.filter(run=run, model="wiki.sighting").values_list("object_id", flat=True)
    kept = Sighting.objects.filter(pk__in=list(changed)).exclude(created_by_run=run)
    before = cells_of(kept)
    yield
    settle_series(cells=before | cells_of(kept))


def _lock() -> MonitorState:
    """The one row that everybody who writes series holds, so that no two count a cell at once."""
    state, _ = MonitorState.objects.select_for_update().get_or_create(pk=1)
    return state


def _write(changes: Mapping[Cell, list[int]]) -> None:
    """Store changed counts; a cell in which nothing is left goes. The lock is held."""
    wanted = {cell: [*change, *_NOTHING[len(change) :]] for cell, change in changes.items() if any(change)}
    if not wanted:
        return
    mark_series_changed(since=min(week for _, _, week in wanted))
    less = {cell for cell, change in wanted.items() if min(change) < 0}
    more = [(*cell, *change) for cell, change in wanted.items() if cell not in less]
    add_many(SeriesWeek, _KEY, COUNTED, more)
    updated, empty = [], []
    for pk, cell, counts in stored(less):
        after = [old + change for old, change in zip(counts, wanted[cell], strict=True)]
        if any(after):
            updated.append((*after, pk))
        else:
            empty.append(pk)
    update_many(SeriesWeek, COUNTED, updated)
    for start in range(0, len(empty), 500):
        SeriesWeek.objects.filter(pk__in=empty[start : start + 500]).delete()
