"""A person's tables: those that wait, those that were imported, and what each made."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.models import User
from products.models import ImportRun
from wiki.models import ImportedRow, RememberedColumns, TableImport
from wiki.queries.imports import RunRow

ROWS_ON_A_PAGE = 50
LATEST = 20


@dataclass(frozen=True)
class RunOfTable:
    """The run of a table, with a page of what it made and changed."""

    row: RunRow
    rows: Page[ImportedRow]
    undo_until: datetime.datetime | None

    @property
    def state(self) -> str:
        """The state of the run."""
        return str(self.row.run.state)


def tables_of(member: User) -> QuerySet[TableImport]:
    """The person's own tables, the newest first, without their files."""
    return (
        TableImport.objects.filter(member=member)
        .select_related("run", "organisation", "member")
        .order_by("-created_at", "-pk")
    )


def latest_tables(member: User) -> list[TableImport]:
    """The last tables of a person: one query."""
    return list(tables_of(member).defer("content")[:LATEST])


def own_table(member: User, pk: int) -> TableImport | None:
    """A table of the person; nobody else's is there."""
    return tables_of(member).filter(pk=pk).first()


def remembered_columns(table_import: TableImport) -> dict[str, str]:
    """What each heading meant last time, by its key."""
    of = {"organisation": table_import.organisation_id}
    if table_import.organisation_id is None:
        of = {"member": table_import.member_id}
    row = RememberedColumns.objects.filter(kind=table_import.kind, **of).first()
    return dict(row.columns) if row is not None else {}


def run_of_table(run: ImportRun, *, page: str | None, undo_for: datetime.timedelta) -> RunOfTable:
    """What a run made and changed: two queries."""
    rows = Paginator(ImportedRow.objects.filter(run=run), ROWS_ON_A_PAGE).get_page(page)
    is_over = run.state == ImportRun.State.FINISHED and run.finished_at is not None
    return RunOfTable(RunRow(run), rows, run.finished_at + undo_for if is_over and run.finished_at else None)
