"""What series are counted from: sightings by the day on which they came in, and remedies that failed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.db.models import Count, Min, Q, QuerySet

from wiki.models import Outcome, SeriesWeek, Sighting

Cell = tuple[int, int, datetime.date]
"""A product, a component and the Monday of a week."""

SIGHTED = ("reports", "recall_prompted", "fires", "crashes", "injuries")
COUNTED = (*SIGHTED, "failed_outcomes")
_HARM = {"fire": 2, "crash": 3, "injury": 4, "death": 4}
_CELLS_AT_ONCE = 400


def monday_of(day: datetime.date) -> datetime.date:
    """The Monday of the week of a day."""
    return day - datetime.timedelta(days=day.weekday())


def counts_of(sightings: QuerySet[Sighting]) -> dict[Cell, list[int]]:
    """What the sightings add to their cells, in the order of `SIGHTED`: one query."""
    rows = (
        sightings.filter(component__isnull=False, received_on__isnull=False)
        .order_by()
        .values_list("product", "component", "received_on", "complaint__prompted_by_recall", "severity")
        .annotate(number=Count("pk"))
    )
    return counted(rows.iterator(chunk_size=20_000))


def counted(rows: Iterable[tuple[int, int, datetime.date, bool | None, str, int]]) -> dict[Cell, list[int]]:
    """What sightings add to their cells: of each row product, component, day, prompted by a recall, severity, number.

    A complaint counts once at each product that it names, and apart where a recall prompted it.
    """
    found: dict[Cell, list[int]] = defaultdict(lambda: [0] * len(SIGHTED))
    for product, component, on, prompted, severity, number in rows:
        cell = found[product, component, monday_of(on)]
        if prompted:
            cell[1] += number
            continue
        cell[0] += number
        if severity in _HARM:
            cell[_HARM[severity]] += number
    return found


def recounted(cells: Collection[Cell]) -> dict[Cell, list[int]]:
    """What belongs in these cells by the sightings there are: one query for each few hundred."""
    found: dict[Cell, list[int]] = {cell: [0] * len(SIGHTED) for cell in cells}
    for batch in _batches(sorted(cells)):
        weeks = [week for _, _, week in batch]
        sightings = Sighting.objects.filter(
            product__in={product for product, _, _ in batch},
            component__in={component for _, component, _ in batch},
            received_on__gte=min(weeks),
            received_on__lt=max(weeks) + datetime.timedelta(weeks=1),
        )
        for cell, counts in counts_of(sightings).items():
            if cell in found:
                found[cell] = counts
    return found


def failures() -> dict[Cell, int]:
    """Remedies that failed, made it worse or did not last, by the week in which that was reported: two queries.

    A fix counts for the component of its problem, an official remedy for the first that its diagnostic names.
    """
    found: dict[Cell, int] = defaultdict(int)
    failed = Q(result__in=(Outcome.Result.FAILED, Outcome.Result.WORSE)) | Q(came_back_on__isnull=False)
    rows = (
        Outcome.objects.filter(failed, state=Outcome.State.PUBLISHED)
        .order_by()
        .annotate(official=Min("remedy__diagnostic__components"))
        .values_list("product", "remedy__fix__problem__component", "official", "created_at", "came_back_on")
    )
    for product, component, official, at, came_back in rows:
        of = component or official
        if of is not None:
            found[product, of, monday_of(came_back or at.date())] += 1
    return found


def stored(cells: Collection[Cell] | None = None) -> Iterator[tuple[int, Cell, list[int]]]:
    """Rows as they are stored: id, cell, and counts in the order of `COUNTED`; all of them without cells."""
    everything = SeriesWeek.objects.order_by()
    if cells is None:
        yield from _rows(everything)
        return
    wanted = set(cells)
    for batch in _batches(sorted(cells)):
        weeks = [week for _, _, week in batch]
        near = everything.filter(
            product__in={product for product, _, _ in batch},
            component__in={component for _, component, _ in batch},
            week__gte=min(weeks),
            week__lte=max(weeks),
        )
        yield from (row for row in _rows(near) if row[1] in wanted)
        wanted.difference_update(batch)


def differences() -> list[str]:
    """Where the stored counts of sightings are not what the sightings add up to, as sentences."""
    due = counts_of(Sighting.objects.all())
    wrong = []
    for _, cell, counts in stored():
        expected = due.pop(cell, [0] * len(SIGHTED))
        if counts[: len(SIGHTED)] != expected:
            wrong.append(f"{_words(cell)}: {counts[: len(SIGHTED)]} instead of {expected}")
    return wrong + [f"{_words(cell)}: nothing instead of {counts}" for cell, counts in due.items()]


def cells_of(sightings: QuerySet[Sighting]) -> set[Cell]:
    """The cells that sightings count in now: one query."""
    rows = sightings.filter(component__isnull=False, received_on__isnull=False).order_by()
    return {
        (product, component, monday_of(on))
        for product, component, on in rows.values_list("product", "component", "received_on")
        if component is not None and on is not None
    }


def _rows(series: QuerySet[SeriesWeek]) -> Iterator[tuple[int, Cell, list[int]]]:
    fields = ("pk", "product", "component", "week", *COUNTED)
    for pk, product, component, week, *counts in series.values_list(*fields).iterator(chunk_size=20_000):
        yield pk, (product, component, week), counts


def _batches(cells: list[Cell]) -> Iterable[list[Cell]]:
    for start in range(0, len(cells), _CELLS_AT_ONCE):
        yield cells[start : start + _CELLS_AT_ONCE]


def _words(cell: Cell) -> str:
    product, component, week = cell
    return f"component {component} at product {product}, week of {week}"
