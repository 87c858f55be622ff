"""Acts on a table that somebody brings: keep the file, say how it is read, start, stop, let it go on, forget."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from products.models import ImportRun
from wiki.errors import NotAllowed
from wiki.models import RememberedColumns, TableImport

KEPT = datetime.timedelta(days=1)
"""How long a file waits for its run, and a run for its undoing."""
MOST_KEPT = 20


@transaction.atomic
def keep_table(
    *,
    kind: str,
    organisation_id: int | None,
    name: str,
    content: bytes,
    reading: Mapping[str, Any],
    actor: User,
    now: datetime.datetime,
) -> TableImport:
    """Keep a file until it is imported, privately. Raises NotAllowed where too many wait already."""
    if TableImport.objects.filter(member=actor, content__isnull=False).count() >= MOST_KEPT:
        raise NotAllowed(f"{MOST_KEPT} files of yours wait to be imported. Finish or drop some of them first.")
    return TableImport.objects.create(
        kind=kind,
        organisation_id=organisation_id,
        member=actor,
        source_name=name[-255:] or "table.csv",
        content=content,
        reading=dict(reading),
        created_at=now,
    )


@transaction.atomic
def choose_columns(
    *, table_import: TableImport, reading: Mapping[str, Any], remembered: Mapping[str, str], actor: User
) -> TableImport:
    """Say how a file is read, and remember for the next one what each heading meant."""
    table_import = TableImport.objects.select_for_update().get(pk=table_import.pk)
    _check_open(table_import, actor)
    table_import.reading = dict(reading)
    table_import.save(update_fields=["reading"])
    of: dict[str, Any] = {"organisation_id": table_import.organisation_id, "member": None}
    if table_import.organisation_id is None:
        of = {"organisation_id": None, "member": actor}
    row, made = RememberedColumns.objects.get_or_create(
        kind=table_import.kind, **of, defaults={"columns": dict(remembered)}
    )
    if not made:
        row.columns = {**row.columns, **remembered}
        row.save(update_fields=["columns"])
    return table_import


@transaction.atomic
def start_table(*, table_import: TableImport, rows: int, actor: User, now: datetime.datetime) -> TableImport:
    """Begin the run of a table that was checked. Raises NotAllowed where it began already."""
    table_import = TableImport.objects.select_for_update(of=("self",)).select_related("run").get(pk=table_import.pk)
    _check_open(table_import, actor)
    table_import.run = ImportRun.objects.create(
        importer="import_table",
        source_name=table_import.source_name,
        source_digest=hashlib.sha256(bytes(table_import.content or b"")).hexdigest(),
        options={"kind": table_import.kind},
        started_by=actor.username,
        started_at=now,
        rows_total=rows,
    )
    table_import.save(update_fields=["run"])
    return table_import


@transaction.atomic
def stop_table(*, table_import: TableImport, actor: User, now: datetime.datetime) -> ImportRun:
    """Let a run pause after its batch; it can go on, or be taken back. Raises NotAllowed."""
    run = _run_of(table_import, actor, ImportRun.State.RUNNING)
    run.state = ImportRun.State.INTERRUPTED
    run.finished_at = now
    run.message = f"Stopped after {run.checkpoint:,} rows. Let it go on, or take back what it wrote."
    run.save(update_fields=["state", "finished_at", "message"])
    return run


@transaction.atomic
def resume_table(*, table_import: TableImport, actor: User) -> ImportRun:
    """Let a stopped run go on from its checkpoint. Raises NotAllowed."""
    run = _run_of(table_import, actor, ImportRun.State.INTERRUPTED)
    if table_import.content is None:
        raise NotAllowed("The file was deleted after a day: take back what was written, and bring it again.")
    run.state = ImportRun.State.RUNNING
    run.finished_at = None
    run.message = ""
    run.save(update_fields=["state", "finished_at", "message"])
    return run


@transaction.atomic
def drop_table(*, table_import: TableImport, actor: User) -> None:
    """Delete a file that was not imported. Raises NotAllowed where its run began."""
    table_import = TableImport.objects.select_for_update().get(pk=table_import.pk)
    _check_open(table_import, actor)
    table_import.delete()


@transaction.atomic
def forget_tables(*, now: datetime.datetime) -> int:
    """Delete the files that have waited for a day; the number. What was imported and its record stay."""
    old = TableImport.objects.filter(created_at__lt=now - KEPT, content__isnull=False)
    stopped = old.filter(run__state=ImportRun.State.INTERRUPTED).update(content=None)
    gone, _ = old.filter(run__isnull=True).delete()
    gone += old.filter(run__state__in=(ImportRun.State.REFUSED, ImportRun.State.UNDONE)).update(content=None)
    return stopped + gone


def _check_open(table_import: TableImport, actor: User) -> None:
    if table_import.member_id != actor.pk:
        raise NotAllowed
    if table_import.content is None:
        raise NotAllowed("This table was imported already, or its file was deleted after a day.")
    if table_import.run is not None and table_import.run.state != ImportRun.State.REFUSED:
        raise NotAllowed("This table was started already.")


def _run_of(table_import: TableImport, actor: User, state: str) -> ImportRun:
    if table_import.member_id != actor.pk:
        raise NotAllowed
    run = ImportRun.objects.select_for_update().filter(table_import=table_import.pk, state=state).first()
    if run is None:
        raise NotAllowed("This has changed meanwhile. Look again.")
    return run
