"""The engine of recorded imports: check the whole file, then write it in batches, each with its checkpoint.

The first pass reads everything and writes nothing: a broken file, or one with more than 1 % refused rows, leaves no
trace but the record of the run. The second pass writes batches of 2,000 rows, each in one transaction with the
checkpoint, so that a run killed at any moment goes on where it stood when the same file comes again. A finished file
read again changes nothing and says so; `products.actions.imports.undo_import` takes a run back.

An importer is a subclass of `Importer`, in the app in which its rows belong:

- `name`, which is its command's name too;
- `rows(path)`, for a file that is no CSV, as `products.importers.flat_files.read_flat_rows`;
- `recognise(first_row, name)`: the header check, usually `return is_header(first_row, name, COLUMNS)`;
- `read(fields)`: one row as a record, touching no database; `RowRefused("…")` lists the row with its line, None skips
  it (a blank line, a title);
- `survey(record)`, if the first pass has to gather something, such as the products that the file names;
- `prepare(run)`, if something has to be there before the first batch: products, through one `load_products`;
- `write(records, run)`: a batch, inside its transaction, in a constant number of queries; returns a `Tally`. Rows that
  are there already count as unchanged; new ones carry `created_by_run=run` (models that inherit `Imported`), changed
  ones go through `products.importers.changes.change_rows`. Both are what undoing needs, and nothing else is. Whatever
  search shows gets its `Change` row here.

Its command is a subclass of `products.importers.command.ImportCommand`.
"""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

from django.db import transaction
from django.db.models import F
from tqdm import tqdm

from products.errors import FileRefused, RunStopped
from products.importers.files import digest_of, read_rows
from products.importers.lock import one_at_a_time
from products.models import ImportRefusal, ImportRun

# Of a file with fewer than 100 rows one may be refused.
_MOST_REFUSED_SHARE = 0.01
_FEWEST_ROWS = 100
_MOST_REFUSED = 20_000
_REFUSALS_KEPT = 1_000

Record = TypeVar("Record")


class RowRefused(Exception):
    """A row that is left out, with the reason."""


@dataclass(slots=True)
class Tally:
    """How many rows of a batch made something, changed something, or changed nothing.

    `waiting` rows name a product that nobody has named yet, `ignored` ones a name that a person chose to ignore.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    waiting: int = 0
    ignored: int = 0

    def count(self, *, created: bool, updated: bool) -> None:
        """Count one row by the most that it did."""
        if created:
            self.created += 1
        elif updated:
            self.updated += 1
        else:
            self.unchanged += 1


class Importer(ABC, Generic[Record]):
    """What one kind of file needs: how to know it, how to read a row, and how to write a batch."""

    name: str
    batch_size = 2_000

    @property
    def options(self) -> dict[str, Any]:
        """What the importer was told besides the file; a run resumes only under the same options."""
        return {}

    def rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """Every row with its line, the first among them. Raises FileRefused."""
        return read_rows(path)

    @abstractmethod
    def recognise(self, first_row: list[str], name: str) -> bool:
        """Whether the first row is a header (else it is data). Raises FileRefused for a file of another kind."""

    @abstractmethod
    def read(self, fields: list[str]) -> Record | None:
        """The row as a record, or None for one that says nothing. Raises RowRefused. Touches no database."""

    def survey(self, record: Record) -> None:
        """See a record in the first pass, before anything is written. Raises RowRefused."""

    def prepare(self, run: ImportRun) -> None:
        """Write what all batches need, in one transaction, before the first of them and again when resuming."""

    @abstractmethod
    def write(self, records: list[Record], run: ImportRun) -> Tally:
        """Write a batch, inside its transaction."""


def is_header(first_row: list[str], name: str, columns: Sequence[str]) -> bool:
    """True when the row is the header that was expected, in any case. Raises FileRefused with the difference."""
    found = [field.strip().casefold() for field in first_row]
    if found == [column.casefold() for column in columns]:
        return True
    shown = ",".join(field.strip() for field in first_row)[:120]
    raise FileRefused(f"{name} is another kind of file: its first row is “{shown}”, not “{','.join(columns)}”.")


@dataclass(slots=True)
class _Checked:
    rows: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    excerpts: dict[int, str] = field(default_factory=dict)


def run_import(
    *,
    importer: Importer[Any],
    path: Path,
    clock: Callable[[], datetime.datetime],
    started_by: str = "",
    show_progress: bool = False,
    say: Callable[[str], None] = lambda sentence: None,
) -> ImportRun:
    """Import a file as a recorded run, or go on with the run that was interrupted in it.

    Raises FileRefused for a file that cannot be read, and RunStopped when more than 1 % of its rows are refused or when
    another process runs the same importer. On KeyboardInterrupt the run stays resumable and the interrupt goes on.
    """
    with one_at_a_time(importer.name):
        digest = digest_of(path)
        try:
            checked = _check(importer, path, show_progress)
        except FileRefused as refusal:
            _record(importer, path, digest, clock(), started_by, refused=str(refusal))
            raise
        if len(checked.refused) > _MOST_REFUSED_SHARE * max(checked.rows, _FEWEST_ROWS):
            _stop(importer, path, digest, clock(), started_by, checked)
        run = _started_run(importer, path, digest, clock(), started_by, say)
        try:
            _write(importer, path, run, checked, show_progress)
        except RunStopped:
            raise
        except BaseException as error:
            _interrupt(run, checked, error, clock())
            raise
        run.refresh_from_db()
        run.state = ImportRun.State.FINISHED
        run.finished_at = clock()
        run.message = _summary(run)
        run.save(update_fields=["state", "finished_at", "message"])
        return run


def _stop(
    importer: Importer[Any], path: Path, digest: str, now: datetime.datetime, started_by: str, checked: _Checked
) -> NoReturn:
    """Record a file with too many refused rows and raise RunStopped: nothing of it was written."""
    message = f"{len(checked.refused):,} of {checked.rows:,} rows were refused, more than 1 %: the run stopped. "
    earlier = _interrupted_run(importer, digest)
    if earlier is None:
        message += "It was found out before the first row was written, so nothing has to be undone."
    else:
        message += f"An earlier run had begun on this file: `undo_import {earlier.pk}` takes back what it wrote."
    run = _record(importer, path, digest, now, started_by, refused=message)
    run.rows_refused = len(checked.refused)
    run.save(update_fields=["rows_refused"])
    _keep_refusals(run, checked, list(checked.refused)[:_REFUSALS_KEPT])
    raise RunStopped(f"{message} `list_imports --run {run.pk}` shows the rows with the reasons.")


def _interrupt(run: ImportRun, checked: _Checked, error: BaseException, now: datetime.datetime) -> None:
    """Leave a run resumable after Ctrl-C or a fault; a killed process leaves it `running`, which resumes too."""
    why = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
    run.refresh_from_db()
    run.state = ImportRun.State.INTERRUPTED
    run.finished_at = now
    run.message = f"Stopped after {run.checkpoint:,} of {checked.rows:,} rows ({why[:200]}); the same command resumes."
    run.save(update_fields=["state", "finished_at", "message"])


def _records(importer: Importer[Any], path: Path) -> Iterator[tuple[int, list[str]]]:
    rows = importer.rows(path)
    first = next(rows, None)
    if first is None:
        raise FileRefused(f"{path.name} holds no row.")
    if not importer.recognise(first[1], path.name):
        yield first
    yield from rows


def _check(importer: Importer[Any], path: Path, show_progress: bool) -> _Checked:
    checked = _Checked()
    with tqdm(desc="Checking", unit=" rows", disable=not show_progress, mininterval=0.3) as bar:
        for line, fields in _records(importer, path):
            checked.rows += 1
            try:
                record = importer.read(fields)
                if record is not None:
                    importer.survey(record)
            except RowRefused as refusal:
                checked.refused[line] = str(refusal)
                if len(checked.excerpts) < _REFUSALS_KEPT:
                    checked.excerpts[line] = ",".join(fields)[:200]
                if len(checked.refused) > _MOST_REFUSED:
                    break
            if not checked.rows % 1000:
                bar.update(1000)
        bar.update(checked.rows % 1000)
    return checked


def _write(importer: Importer[Any], path: Path, run: ImportRun, checked: _Checked, show_progress: bool) -> None:
    run.rows_total = checked.rows
    run.save(update_fields=["rows_total"])
    with transaction.atomic():
        importer.prepare(run)
    done = run.checkpoint
    rows = islice(_records(importer, path), done, None)
    with tqdm(
        desc="Importing", unit=" rows", total=checked.rows, initial=done, disable=not show_progress, mininterval=0.3
    ) as bar:
        while batch := list(islice(rows, importer.batch_size)):
            _write_batch(importer, run, done, batch, checked)
            done += len(batch)
            bar.update(len(batch))


@transaction.atomic
def _write_batch(
    importer: Importer[Any], run: ImportRun, done: int, batch: list[tuple[int, list[str]]], checked: _Checked
) -> None:
    refused = [line for line, _ in batch if line in checked.refused]
    claimed = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING, checkpoint=done).update(
        checkpoint=done + len(batch)
    )
    if not claimed:
        raise RunStopped(f"Another process is at run {run.pk}, or it was undone; this one stopped and changed nothing.")
    records = [importer.read(fields) for line, fields in batch if line not in checked.refused]
    tally = importer.write([record for record in records if record is not None], run)
    _keep_refusals(run, checked, refused)
    ImportRun.objects.filter(pk=run.pk).update(
        rows_created=F("rows_created") + tally.created,
        rows_updated=F("rows_updated") + tally.updated,
        rows_unchanged=F("rows_unchanged") + tally.unchanged,
        rows_refused=F("rows_refused") + len(refused),
        rows_waiting=F("rows_waiting") + tally.waiting,
        rows_ignored=F("rows_ignored") + tally.ignored,
    )


def _keep_refusals(run: ImportRun, checked: _Checked, lines: list[int]) -> None:
    ImportRefusal.objects.bulk_create(
        [
            ImportRefusal(
                run=run, line=line, reason=checked.refused[line][:255], excerpt=checked.excerpts.get(line, "")
            )
            for line in lines
        ],
        batch_size=500,
    )


def _interrupted_run(importer: Importer[Any], digest: str) -> ImportRun | None:
    return (
        ImportRun.objects.filter(
            importer=importer.name,
            source_digest=digest,
            options=importer.options,
            state__in=[ImportRun.State.RUNNING, ImportRun.State.INTERRUPTED],
        )
        .order_by("-pk")
        .first()
    )


def _started_run(
    importer: Importer[Any],
    path: Path,
    digest: str,
    now: datetime.datetime,
    started_by: str,
    say: Callable[[str], None],
) -> ImportRun:
    """The interrupted run of this file, taken up again, or a new one."""
    run = _interrupted_run(importer, digest)
    if run is None:
        return _record(importer, path, digest, now, started_by)
    run.state = ImportRun.State.RUNNING
    run.message = f"Run {run.pk} was interrupted in this file and goes on after {run.checkpoint:,} rows."
    run.finished_at = None
    run.save(update_fields=["state", "message", "finished_at"])
    say(run.message)
    return run


def _record(
    importer: Importer[Any], path: Path, digest: str, now: datetime.datetime, started_by: str, *, refused: str = ""
) -> ImportRun:
    """A new run: begun, or refused with a sentence."""
    return ImportRun.objects.create(
        importer=importer.name,
        source_name=path.name[:255],
        source_digest=digest,
        options=importer.options,
        started_by=started_by[:150],
        started_at=now,
        finished_at=now if refused else None,
        state=ImportRun.State.REFUSED if refused else ImportRun.State.RUNNING,
        message=refused,
    )


def _summary(run: ImportRun) -> str:
    apart = "".join(
        f" {number:,} {one if number == 1 else many}."
        for number, one, many in (
            (run.rows_refused, "row was refused", "rows were refused"),
            (run.rows_waiting, "row waits for a name", "rows wait for names"),
            (run.rows_ignored, "row of an ignored name was left out", "rows of ignored names were left out"),
        )
        if number
    )
    if not run.rows_created and not run.rows_updated:
        there = f"Nothing changed: all {run.rows_unchanged:,} rows were there already."
        return f"{there if run.rows_unchanged or not apart else 'Nothing was added.'}{apart}"
    return (
        f"{run.rows_created:,} rows added something, {run.rows_updated:,} changed something, "
        f"{run.rows_unchanged:,} changed nothing.{apart}"
    )
