"""Long tables in the background: killed, stopped, refused half-way, forgotten; to the person all of it or nothing."""

import datetime
import os
import signal

import pytest
from django.db import connections
from django.utils import timezone

from products.errors import RunStopped
from products.importers.lock import one_at_a_time
from products.models import ImportRun
from tests.builders.accounts import make_moderator, make_professional
from tests.builders.products import a_make, a_year
from tests.builders.wiki import make_fix, make_problem, make_table_import
from tests.html import read
from wiki.actions.table_imports import forget_tables, start_table
from wiki.importers.tables import run as running
from wiki.importers.tables import undo as undoing
from wiki.importers.tables.outcomes import OutcomeTable
from wiki.importers.tables.run import run_waiting
from wiki.models import Fix, ImportedRow, Outcome, TableImport

ROWS = 12


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 3)
    monkeypatch.setattr(undoing, "AT_ONCE", 3)
    monkeypatch.setattr(undoing, "BATCH", 5)
    monkeypatch.setattr(OutcomeTable, "batch_size", 5)


@pytest.fixture
def fix(db):
    return make_fix(problem=make_problem(product=a_year()))


@pytest.fixture
def workshop(db):
    return make_professional(product=a_make())


def a_long_table(workshop, fix, *, other=None):
    """Twelve jobs on a fix; the ninth on another where one is given."""
    lines = ["job_number,remedy,product,result"]
    for number in range(1, ROWS + 1):
        remedy = other if other is not None and number == 9 else fix
        lines.append(f"J-{number},{remedy.remedy.pk},{a_year().path},worked")
    return make_table_import(member=workshop, fix=fix, content="\n".join(lines) + "\n")


def outcomes():
    return Outcome.objects.filter(state="published").count()


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_process_is_killed_goes_on_where_it_stood(workshop, fix):
    table_import = a_long_table(workshop, fix)
    start_table(table_import=table_import, rows=ROWS, actor=workshop, now=timezone.now())
    child = os.fork()
    if child == 0:
        for connection in connections.all():
            connection.connection = None  # the parent's file stays the parent's
        write = OutcomeTable.write

        def dying(self, ready, who, run, now):
            if ready.line == 9:
                os.kill(os.getpid(), signal.SIGKILL)
            return write(self, ready, who, run, now)

        OutcomeTable.write = dying
        try:
            run_waiting(clock=timezone.now)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    run = ImportRun.objects.get()
    assert (run.state, run.checkpoint, outcomes(), ImportedRow.objects.count()) == ("running", 5, 5, 5)
    assert run_waiting(clock=timezone.now) == 1
    run.refresh_from_db()
    assert (run.state, run.checkpoint, run.rows_created, outcomes()) == ("finished", ROWS, ROWS, ROWS)
    assert ImportedRow.objects.count() == ROWS
    table_import.refresh_from_db()
    assert table_import.content is None
    assert run_waiting(clock=timezone.now) == 0


def test_a_long_table_shows_its_progress_and_can_be_stopped_resumed_and_undone(workshop, fix, client_of):
    table_import = a_long_table(workshop, fix)
    client, address = client_of(workshop), f"/import/{table_import.pk}/"
    assert "in the background" in read(client.get(address)).one("run-form").text
    client.post(f"{address}run/")
    page = read(client.get(address))
    assert "0 of 12 rows" in page.one("progress").text and not page.has("undo")
    assert outcomes() == 0
    client.post(f"{address}stop/")
    assert run_waiting(clock=timezone.now) == 0
    assert "Stopped after 0 rows" in read(client.get(address)).one("state").text
    client.post(f"{address}resume/")
    assert run_waiting(clock=timezone.now) == 1
    page = read(client.get(address))
    assert page.one("made").text == str(ROWS) and len(page.all("imported-row")) == ROWS
    assert "finished" in read(client_of(make_moderator()).get("/operators/imports/")).one("run").text
    client.post(f"{address}undo/")
    assert "being taken back. 12 rows to go" in read(client.get(address)).one("state").text
    assert outcomes() == ROWS
    run_waiting(clock=timezone.now)
    assert outcomes() == 0
    assert "undone" in read(client.get(address)).one("state").text


def test_a_long_undo_is_refused_with_the_list_before_the_first_row(workshop, fix, client_of):
    table_import = a_long_table(workshop, fix)
    client, address = client_of(workshop), f"/import/{table_import.pk}/"
    client.post(f"{address}run/")
    run_waiting(clock=timezone.now)
    Outcome.objects.filter(job_number="J-3").update(has_evidence=True)
    client.post(f"{address}undo/")
    run_waiting(clock=timezone.now)
    page = read(client.get(address))
    assert "row 4: a moderator has seen proof of the report of row 4" in page.one("state").text
    assert outcomes() == ROWS and page.has("undo")


def test_a_row_refused_half_way_takes_back_what_was_written(workshop, fix, client_of, monkeypatch):
    other = make_fix(problem=fix.problem, title="Another")
    table_import = a_long_table(workshop, fix, other=other)
    client, address = client_of(workshop), f"/import/{table_import.pk}/"
    client.post(f"{address}run/")
    write = OutcomeTable.write

    def somebody_was_faster(self, ready, who, run, now):
        if ready.line == 9:
            assert outcomes() >= 5, "the first batch is written"
            Fix.objects.filter(pk=other.pk).update(state="hidden")
        return write(self, ready, who, run, now)

    monkeypatch.setattr(OutcomeTable, "write", somebody_was_faster)
    run_waiting(clock=timezone.now)
    page = read(client.get(address))
    assert "Row 10" in page.one("why").text and "Nothing was kept." in page.one("why").text
    assert outcomes() == 0
    Fix.objects.filter(pk=other.pk).update(state="published")
    monkeypatch.setattr(OutcomeTable, "write", write)
    client.post(f"{address}run/")
    run_waiting(clock=timezone.now)
    assert outcomes() == ROWS


def test_a_member_who_has_left_brings_nothing_any_more(workshop, fix):
    table_import = a_long_table(workshop, fix)
    start_table(table_import=table_import, rows=ROWS, actor=workshop, now=timezone.now())
    workshop.memberships.update(until=timezone.now() - datetime.timedelta(days=1))
    run_waiting(clock=timezone.now)
    run = ImportRun.objects.get()
    assert run.state == "refused" and "You may not bring this table any more." in run.message
    assert outcomes() == 0


def test_one_process_works_at_a_time(workshop, fix):
    with one_at_a_time(running.IMPORTER), pytest.raises(RunStopped):
        run_waiting(clock=timezone.now)


def test_files_are_forgotten_after_a_day_and_an_import_is_undone_within_one(workshop, fix, client_of):
    waiting, done = a_long_table(workshop, fix), a_long_table(workshop, fix)
    start_table(table_import=done, rows=ROWS, actor=workshop, now=timezone.now())
    run_waiting(clock=timezone.now)
    assert forget_tables(now=timezone.now()) == 0
    day = datetime.timedelta(days=1, minutes=1)
    assert forget_tables(now=timezone.now() + day) == 1
    assert not TableImport.objects.filter(pk=waiting.pk).exists()
    ImportRun.objects.update(finished_at=timezone.now() - day)
    client, address = client_of(workshop), f"/import/{done.pk}/"
    assert not read(client.get(address)).has("undo")
    page = read(client.post(f"{address}undo/", follow=True))
    assert "within a day" in page.text and outcomes() == ROWS
    run = ImportRun.objects.get()
    client_of(make_moderator()).post(f"/operators/imports/{run.pk}/undo/")
    run_waiting(clock=timezone.now)
    assert outcomes() == 0
