"""Checking a table as a whole, and running it as a recorded run: all of it or nothing.

A short table is written in one transaction while its page waits. A long one is checked to its last row first; then it
is written in batches, each in one transaction with its checkpoint, so that a killed run goes on where it stood. A row
that is refused after all (somebody was faster) takes back what the run had written.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable, Sequence
from itertools import islice

from django import forms
from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F

from accounts.errors import Refusal
from products.errors import ProductsRefusal, RunStopped, UndoRefused
from products.importers.lock import one_at_a_time
from products.models import ImportRun
from wiki.actions.table_imports import forget_tables, start_table
from wiki.errors import TableRefused
from wiki.importers.tables.access import bringer_of
from wiki.importers.tables.all_kinds import KINDS
from wiki.importers.tables.kinds import SAME, Checked, Ready, TableKind
from wiki.importers.tables.rows import Reading, lines_of, rows_of, table_of
from wiki.importers.tables.undo import take_back_asked, take_back_in_batches
from wiki.models import ImportedRow, TableImport
from wiki.rules.tables import AT_ONCE

logger = logging.getLogger(__name__)

IMPORTER = "import_table"
POLL = 2.0
"""Seconds between two looks for a table that waits."""
FORGET_EVERY = datetime.timedelta(hours=1)
Clock = Callable[[], datetime.datetime]


def check_table(table_import: TableImport, now: datetime.datetime) -> Checked:
    """Check every row of a table that is kept; writes nothing. Raises ValidationError, and NotAllowed."""
    return check_lines(table_import, lines_of(table_import), now)


def check_lines(table_import: TableImport, lines: Sequence[Sequence[str]], now: datetime.datetime) -> Checked:
    """The same for lines that were read already."""
    who = bringer_of(table_import)
    rows, wrong = rows_of(table_of(table_import), lines, Reading.of(table_import))
    checked = KINDS[table_import.kind].check(rows, who, now)
    said = {(each.line, each.column) for each in wrong}
    also = [each for each in checked.wrong if (each.line, each.column) not in said]
    checked.wrong = sorted([*wrong, *also], key=lambda each: (each.line, len(each.letter), each.letter))
    return checked


def is_long(checked: Checked) -> bool:
    """Whether the table goes on in the background."""
    return checked.new + checked.changed > AT_ONCE


@transaction.atomic
def run_at_once(*, table_import: TableImport, checked: Checked, clock: Clock) -> ImportRun:
    """Write a short table that was checked, in one transaction with its run. Raises TableRefused; nothing is kept."""
    started = start_table(table_import=table_import, rows=len(checked.ready), actor=table_import.member, now=clock())
    run = _write_batch(started, checked.ready, 0, clock())
    return _finish(started, run, clock())


@transaction.atomic
def bring_at_once(*, table_import: TableImport, checked: Checked, clock: Clock) -> ImportRun:
    """The same for a table that is not kept yet."""
    table_import.save()
    return run_at_once(table_import=table_import, checked=checked, clock=clock)


def run_waiting(*, clock: Clock, stop: threading.Event | None = None) -> int:
    """Run, or take back, every table that waits or was interrupted by a death; how many were looked at.

    Raises RunStopped when another process is at it.
    """
    done = 0
    with one_at_a_time(IMPORTER):
        waiting = TableImport.objects.filter(run__state=ImportRun.State.RUNNING).select_related("run", "member")
        for table_import in waiting.order_by("run__started_at", "pk"):
            if stop is not None and stop.is_set():
                break
            _run_long(table_import, clock, stop)
            done += 1
        return done + take_back_asked(clock=clock, stop=stop)


def _run_long(table_import: TableImport, clock: Clock, stop: threading.Event | None) -> None:
    try:
        checked = check_table(table_import, clock())
        if checked.wrong:
            raise TableRefused(str(checked.wrong[0]))
        kind = KINDS[table_import.kind]
        run = table_import.run
        assert run is not None  # run_waiting asked for tables with one
        ImportRun.objects.filter(pk=run.pk).update(rows_total=len(checked.ready))
        done = run.checkpoint
        rows = islice(checked.ready, done, None)
        while batch := list(islice(rows, kind.batch_size)):
            if stop is not None and stop.is_set():
                return
            with transaction.atomic():
                run = _write_batch(table_import, batch, done, clock())
            done += len(batch)
        with transaction.atomic():
            _finish(table_import, run, clock())
    except (forms.ValidationError, Refusal, ProductsRefusal) as refusal:
        if not isinstance(refusal, RunStopped):
            sentence = refusal.messages[0] if isinstance(refusal, forms.ValidationError) else str(refusal)
            _give_up(table_import, sentence, clock())
    except DatabaseError:
        raise  # the next look goes on from the checkpoint
    except Exception:
        logger.exception("import of table %s stopped", table_import.pk)
        message = "It stopped for a fault of this site, which was logged. Let it go on, or take back what it wrote."
        ImportRun.objects.filter(table_import=table_import.pk).update(
            state=ImportRun.State.INTERRUPTED, message=message, finished_at=clock()
        )


def _write_batch(table_import: TableImport, batch: Sequence[Ready], done: int, now: datetime.datetime) -> ImportRun:
    """Write rows and move the checkpoint on from where it has to be. Raises TableRefused, and RunStopped."""
    run = table_import.run
    if run is None:
        raise RunStopped("This table was not started.")
    claimed = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING, checkpoint=done).update(
        checkpoint=done + len(batch)
    )
    if not claimed:
        raise RunStopped("Another process is at this table, or it was stopped.")
    who = bringer_of(table_import)
    kind = KINDS[table_import.kind]
    made: list[ImportedRow] = []
    try:
        if type(kind).write_all is TableKind.write_all:
            for each in batch:
                line = each.line
                made += kind.write_all([each], who, run, now)
        else:
            line = batch[0].line if batch else 0
            made = kind.write_all(batch, who, run, now)
    except (Refusal, ProductsRefusal) as refusal:
        raise TableRefused(f"Row {line}: {refusal}") from refusal
    ImportedRow.objects.bulk_create(made, batch_size=500)
    changed = sum(1 for each in batch if each.status == "changed")
    same = sum(1 for each in batch if each.status == SAME)
    ImportRun.objects.filter(pk=run.pk).update(
        rows_created=F("rows_created") + len(batch) - changed - same,
        rows_updated=F("rows_updated") + changed,
        rows_unchanged=F("rows_unchanged") + same,
    )
    return run


def _finish(table_import: TableImport, run: ImportRun, now: datetime.datetime) -> ImportRun:
    """Say what the run did, and delete the file."""
    run.refresh_from_db()
    run.state = ImportRun.State.FINISHED
    run.finished_at = now
    run.message = (
        f"{run.rows_created:,} made, {run.rows_updated:,} changed, {run.rows_unchanged:,} unchanged."
        if run.rows_created or run.rows_updated
        else f"Nothing changed: all {run.rows_unchanged:,} rows were here already."
    )
    run.save(update_fields=["state", "finished_at", "message"])
    TableImport.objects.filter(pk=table_import.pk).update(content=None)
    return run


def _give_up(table_import: TableImport, sentence: str, now: datetime.datetime) -> None:
    """Take back what a refused run has written, and say why."""
    run = ImportRun.objects.get(table_import=table_import.pk)
    try:
        take_back_in_batches(run=run, now=now)
        run.refresh_from_db()
        run.state = ImportRun.State.REFUSED
        run.message = f"{sentence} Nothing was kept."
    except UndoRefused as late:
        run.state = ImportRun.State.INTERRUPTED
        run.message = f"{sentence} What was written so far stays for now: {late}"
        run.finished_at = now
    run.save(update_fields=["state", "message", "finished_at"])


def follow(stop: threading.Event, clock: Clock) -> None:
    """Run tables as they come and forget old files, until stopped; a thread or a process of its own."""
    forgotten_at = clock() - FORGET_EVERY
    while not stop.is_set():
        try:
            close_old_connections()
            run_waiting(clock=clock, stop=stop)
            if clock() - forgotten_at >= FORGET_EVERY:
                forgotten_at = clock()
                forget_tables(now=forgotten_at)
        except RunStopped:
            pass  # another process does it
        except DatabaseError as error:
            logger.warning("imports: the database refused, %s", error)
        stop.wait(POLL)


_thread: threading.Thread | None = None


def start_thread(clock: Clock) -> threading.Thread:
    """Start this process's thread for tables once; it ends with the process."""
    global _thread
    if _thread is None or not _thread.is_alive():
        _thread = threading.Thread(target=follow, args=(threading.Event(), clock), name="table-imports", daemon=True)
        _thread.start()
    return _thread
