"""Taking back what the rows of a table did, with the acts of the pages, so that evidence, plan and search follow.

A short one is taken back while the page waits; a long one is asked for, and taken back in batches by who runs tables.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Sequence

from django.db import transaction

from accounts.errors import Refusal
from accounts.models import User
from products.actions.imports import undo_import
from products.errors import UndoRefused
from products.models import ImportRun
from wiki.actions.table_imports import KEPT
from wiki.errors import NotAllowed
from wiki.importers.tables.all_kinds import KINDS
from wiki.models import ImportedRow, TableImport
from wiki.rules.tables import AT_ONCE, BATCH

_SHOWN = 20


def undo_table(*, table_import: TableImport, actor: User, now: datetime.datetime) -> ImportRun:
    """Undo what a table did: its importer, within a day. Moderators undo the run, on the page of the site's imports.

    Raises NotAllowed, and UndoRefused with the list of what others have built since.
    """
    run = table_import.run
    if run is None or table_import.member_id != actor.pk or not may_be_undone(run, now):
        raise NotAllowed("An import is undone by the person who made it, within a day. Later, ask a moderator.")
    return undo_or_ask(run=run, now=now)


def may_be_undone(run: ImportRun, now: datetime.datetime) -> bool:
    """Whether the day in which the importer can undo a run is not over; a stopped run can always be taken back."""
    if run.state == ImportRun.State.INTERRUPTED:
        return True
    if run.state != ImportRun.State.FINISHED or run.finished_at is None:
        return False
    return now - run.finished_at <= KEPT


def undo_or_ask(*, run: ImportRun, now: datetime.datetime) -> ImportRun:
    """Undo a run at once, or, where a long table made it, ask for its taking back. Raises UndoRefused."""
    if ImportedRow.objects.filter(run=run).count() > AT_ONCE:
        TableImport.objects.filter(run=run).update(undo_asked_at=now)
        run.message = "It is being taken back."
        run.save(update_fields=["message"])
        return run
    undo_import(run=run, at=now)
    run.refresh_from_db()
    return run


def take_back_asked(*, clock: Callable[[], datetime.datetime], stop: threading.Event | None = None) -> int:
    """Take back every table for which that was asked; how many were looked at. A death loses nothing."""
    asked = TableImport.objects.filter(undo_asked_at__isnull=False).select_related("run", "member")
    done = 0
    for table_import in asked.order_by("undo_asked_at"):
        run = table_import.run
        if run is not None:
            try:
                if not take_back_in_batches(run=run, now=clock(), stop=stop):
                    return done
            except UndoRefused as refusal:
                ImportRun.objects.filter(pk=run.pk).update(message=str(refusal))
        TableImport.objects.filter(pk=table_import.pk).update(undo_asked_at=None)
        done += 1
    return done


def take_back_in_batches(*, run: ImportRun, now: datetime.datetime, stop: threading.Event | None = None) -> bool:
    """Undo a run, a few rows in a transaction, after a look at all of them; whether it came to its end.

    Raises UndoRefused with everything that stands in the way, before the first row is touched.
    """
    table_import = TableImport.objects.filter(run=run).select_related("member").first()
    if table_import is not None:
        _refuse_obstacles(table_import, list(ImportedRow.objects.filter(run=run).order_by("-pk")))
        while rows := list(ImportedRow.objects.filter(run=run).order_by("-pk")[:BATCH]):
            if stop is not None and stop.is_set():
                return False
            with transaction.atomic():
                _refuse_obstacles(table_import, rows)
                _take_back(table_import, rows, now)
    undo_import(run=run, at=now)
    return True


def take_back_rows(*, run: ImportRun, now: datetime.datetime) -> None:
    """Undo the rows of a run in its importer's name, the last first; a run of another kind has none.

    Raises UndoRefused with everything that stands in the way, and leaves the rest to the caller's transaction.
    """
    table_import = TableImport.objects.filter(run=run).select_related("member").first()
    if table_import is not None:
        rows = list(ImportedRow.objects.filter(run=run).order_by("-pk"))
        _refuse_obstacles(table_import, rows)
        _take_back(table_import, rows, now)


def _refuse_obstacles(table_import: TableImport, rows: Sequence[ImportedRow]) -> None:
    kind = KINDS[table_import.kind]
    obstacles = [f"row {row.line}: {why}" for row in reversed(rows) if (why := kind.obstacle(row))]
    if obstacles:
        left = len(obstacles) - _SHOWN
        more = [f"and {left:,} more"] if left > 0 else []
        raise UndoRefused(f"It stays as it is: {'; '.join([*obstacles[:_SHOWN], *more])}.")


def _take_back(table_import: TableImport, rows: Sequence[ImportedRow], now: datetime.datetime) -> None:
    kind = KINDS[table_import.kind]
    for row in rows:
        try:
            kind.take_back(row, table_import.member, now)
        except Refusal as refusal:
            raise UndoRefused(f"It stays as it is: row {row.line}: {refusal}") from refusal
    ImportedRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
