"""Import runs as operators see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from products.models import ImportRefusal, ImportRun

RUNS_ON_A_PAGE = 20
REFUSALS_ON_A_PAGE = 50


@dataclass(frozen=True)
class RunRow:
    """A run and what it has done so far."""

    run: ImportRun

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


def import_runs(page: str | None) -> tuple[Page[ImportRun], tuple[RunRow, ...]]:
    """A page of runs, the newest first: two queries."""
    shown = Paginator(ImportRun.objects.order_by("-started_at", "-pk"), RUNS_ON_A_PAGE).get_page(page)
    return shown, tuple(RunRow(run) for run in shown)


def run_page(run: ImportRun, page: str | None) -> RunPage:
    """A run with a page of its refused rows: two queries."""
    shown = Paginator(run.refusals.order_by("line", "pk"), REFUSALS_ON_A_PAGE).get_page(page)
    return RunPage(RunRow(run), shown, max(0, run.rows_refused - shown.paginator.count))
