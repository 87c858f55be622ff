"""Import runs as operators see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Sum

from products.models import ImportRefusal, ImportRun, Product, UnmatchedName, UnmatchedRows

RUNS_ON_A_PAGE = 20
REFUSALS_ON_A_PAGE = 50
NAMES_ON_A_PAGE = 25
DECIDED_SHOWN = 20


@dataclass(frozen=True)
class RunRow:
    """A run and what it has done so far."""

    run: ImportRun

    @property
    def percent(self) -> int | None:
        """How much of the file is done, in percent; None where its rows are not counted yet."""
        total = self.run.rows_total
        return None if not total else min(100, int(100 * self.run.checkpoint / total))

    @property
    def is_running(self) -> bool:
        """Whether it goes on now, or was killed without a word."""
        return bool(self.run.state == ImportRun.State.RUNNING)

    @property
    def can_be_undone(self) -> bool:
        """Whether it may have written something."""
        return self.run.state in (ImportRun.State.FINISHED, ImportRun.State.INTERRUPTED, ImportRun.State.RUNNING)


@dataclass(frozen=True)
class RunPage:
    """One run with the rows that it refused; `not_kept` were refused and not kept."""

    row: RunRow
    refusals: Page[ImportRefusal]
    not_kept: int
    names: int


@dataclass(frozen=True)
class RunList:
    """A page of runs, the newest first; `names` wait for a decision."""

    page: Page[ImportRun]
    rows: tuple[RunRow, ...]
    names: int

    @property
    def any_running(self) -> bool:
        """Whether a run of the page goes on, so that the page is worth another look."""
        return any(row.is_running for row in self.rows)


def import_runs(page: str | None) -> RunList:
    """A page of runs: three queries."""
    shown = Paginator(ImportRun.objects.order_by("-started_at", "-pk"), RUNS_ON_A_PAGE).get_page(page)
    names = UnmatchedName.objects.filter(decision=UnmatchedName.Decision.WAITING).count()
    return RunList(shown, tuple(RunRow(run) for run in shown), names)


def run_page(run: ImportRun, page: str | None) -> RunPage:
    """A run with a page of its refused rows: three queries."""
    shown = Paginator(run.refusals.order_by("line", "pk"), REFUSALS_ON_A_PAGE).get_page(page)
    names = run.waiting.filter(name__decision=UnmatchedName.Decision.WAITING).count()
    return RunPage(RunRow(run), shown, max(0, run.rows_refused - shown.paginator.count), names)


# ---------------------------------------------------------------- names that no product has


@dataclass(frozen=True)
class NameRow:
    """A name with the rows that wait for it, and the commands that read their files."""

    name: UnmatchedName
    rows: int
    commands: tuple[str, ...]


@dataclass(frozen=True)
class NamesPage:
    """Names that wait, those with the most rows first, and the last decisions.

    `kinds` are (level, how many wait); `kind` and `above` narrow the list.
    """

    page: Page[Any]
    waiting: tuple[NameRow, ...]
    decided: tuple[NameRow, ...]
    kinds: tuple[tuple[str, int], ...]
    kind: str
    above: str

    @property
    def total(self) -> int:
        """How many names wait, of all levels."""
        return sum(number for _, number in self.kinds)


def names_page(*, kind: str, above: str, page: str | None) -> NamesPage:
    """The page: six queries at most, however many names wait."""
    waiting = UnmatchedName.objects.filter(decision=UnmatchedName.Decision.WAITING)
    counted = dict(waiting.order_by().values_list("kind").annotate(number=Count("pk")))
    shown = waiting.filter(kind=kind) if kind in Product.Level.values else waiting
    if above:
        shown = shown.filter(above=above)
    most = shown.alias(number=Sum("waiting__rows")).order_by(F("number").desc(nulls_last=True), "key")
    listed = Paginator(most, NAMES_ON_A_PAGE).get_page(page)
    decided = UnmatchedName.objects.exclude(decision=UnmatchedName.Decision.WAITING)
    decided = decided.select_related("alias__product", "product")
    return NamesPage(
        page=listed,
        waiting=_rows(listed),
        decided=_rows(
            decided.select_related("alias__product", "product").order_by("-decided_at", "key")[:DECIDED_SHOWN]
        ),
        kinds=tuple((level, counted[level]) for level in Product.Level.values if level in counted),
        kind=kind if kind in Product.Level.values else "",
        above=above,
    )


def waiting_for(names: Iterable[UnmatchedName]) -> tuple[int, tuple[str, ...]]:
    """How many rows wait for these names, and the commands that bring them in: one query."""
    found = UnmatchedRows.objects.filter(name__in=[name.pk for name in names]).select_related("run")
    return sum(each.rows for each in found), tuple(sorted({_command(each.run) for each in found}))


def _rows(names: Iterable[UnmatchedName]) -> tuple[NameRow, ...]:
    listed = list(names)
    by_name: dict[int, list[UnmatchedRows]] = {}
    for each in UnmatchedRows.objects.filter(name__in=[name.pk for name in listed]).select_related("run"):
        by_name.setdefault(each.name_id, []).append(each)
    rows = []
    for name in listed:
        files = by_name.get(name.pk, [])
        rows.append(
            NameRow(name, sum(each.rows for each in files), tuple(sorted({_command(each.run) for each in files})))
        )
    return tuple(rows)


def _command(run: ImportRun) -> str:
    return f"{run.importer} {run.source_name}"
