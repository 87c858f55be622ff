"""Taking back what the rows of a table did, with the acts of the pages, so that evidence, plan and search follow."""

from __future__ import annotations

import datetime

from accounts.errors import Refusal
from accounts.models import User
from products.actions.imports import undo_import
from products.errors import UndoRefused
from products.models import ImportRun
from wiki.actions.table_imports import KEPT
from wiki.errors import NotAllowed
from wiki.importers.tables.run import KINDS
from wiki.models import ImportedRow, TableImport

_SHOWN = 20


def undo_table(*, table_import: TableImport, actor: User, now: datetime.datetime) -> ImportRun:
    """Undo what a table did: its importer, within a day. Moderators undo the run, on the page of the site's imports.

    Raises NotAllowed, and UndoRefused with the list of what others have built since.
    """
    run = table_import.run
    if run is None or table_import.member_id != actor.pk or not may_be_undone(run, now):
        raise NotAllowed("An import is undone by the person who made it, within a day. Later, ask a moderator.")
    undo_import(run=run, at=now)
    run.refresh_from_db()
    return run


def may_be_undone(run: ImportRun, now: datetime.datetime) -> bool:
    """Whether the day in which the importer can undo a run is not over; a stopped run can always be taken back."""
    if run.state == ImportRun.State.INTERRUPTED:
        return True
    if run.state != ImportRun.State.FINISHED or run.finished_at is None:
        return False
    return now - run.finished_at <= KEPT


def take_back_rows(*, run: ImportRun, now: datetime.datetime) -> None:
    """Undo the rows of a run in its importer's name, the last first; a run of another kind has none.

    Raises UndoRefused with everything that stands in the way, and leaves the rest to the caller's transaction.
    """
    table_import = TableImport.objects.filter(run=run).select_related("member").first()
    if table_import is None:
        return
    kind = KINDS[table_import.kind]
    rows = list(ImportedRow.objects.filter(run=run).order_by("-pk"))
    obstacles = [f"row {row.line}: {why}" for row in reversed(rows) if (why := kind.obstacle(row))]
    if obstacles:
        left = len(obstacles) - _SHOWN
        more = [f"and {left:,} more"] if left > 0 else []
        raise UndoRefused(f"It stays as it is: {'; '.join([*obstacles[:_SHOWN], *more])}.")
    for row in rows:
        try:
            kind.take_back(row, table_import.member, now)
        except Refusal as refusal:
            raise UndoRefused(f"It stays as it is: row {row.line}: {refusal}") from refusal
    ImportedRow.objects.filter(run=run).delete()
