"""The engine of recorded imports: what it refuses, when it stops, and that nothing is left half done."""

import csv
import gzip
import tracemalloc

import pytest
from django.core.management import CommandError, call_command

from products.errors import FileRefused, RunStopped
from products.importers.lock import one_at_a_time
from products.importers.recall_documents import RecallDocumentImporter
from products.importers.vehicles import VehicleImporter
from products.models import ImportRun, Product
from tests.products.importers.running import NOW, SAMPLES, counts, imported, written

pytestmark = pytest.mark.django_db
VEHICLES = SAMPLES / "vehicles.csv"


def refused(path, importer=None) -> str:
    """The sentence with which a file is refused; nothing but the run is left of it."""
    with pytest.raises(FileRefused) as refusal:
        imported(importer or VehicleImporter(), path)
    run = ImportRun.objects.latest("pk")
    assert (run.state, run.message, run.checkpoint) == ("refused", str(refusal.value), 0)
    assert not Product.objects.exists()
    return str(refusal.value)


def test_a_run_records_what_was_read_and_how_it_ended():
    run = imported(VehicleImporter(), VEHICLES, started_by="olive")
    assert (run.importer, run.source_name, run.started_by) == ("import_vehicles", "vehicles.csv", "olive")
    assert (run.state, run.checkpoint, run.started_at, run.finished_at) == ("finished", 5, NOW, NOW)
    assert len(run.source_digest) == 64
    assert run.message == "5 rows added something, 0 changed something, 0 changed nothing."


def test_a_gzipped_file_is_read_like_a_plain_one(tmp_path):
    path = tmp_path / "vehicles.csv.gz"
    path.write_bytes(gzip.compress(VEHICLES.read_bytes()))
    assert counts(imported(VehicleImporter(), path)) == (5, 0, 0, 0)


def test_a_wrong_header_refuses_the_file_in_one_sentence(tmp_path):
    path = written(tmp_path, "make,year,model\nFord,2004,F-150\n")
    assert refused(path) == (
        "list.csv is another kind of file: its first row is “make,year,model”, not “year,make,model”."
    )


def test_a_wrong_encoding_refuses_the_file_and_says_where(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"year,make,model\n2004,Citro\xebn,C3\n")
    assert "list.csv is not UTF-8 text" in refused(path)
    path.write_bytes("year,make,model\n2004,Ford,F-150\n".encode("utf-16"))
    assert refused(path) == "list.csv is UTF-16 text; a CSV file in UTF-8 is needed, plain or gzipped."


def test_a_file_that_is_cut_off_is_refused_before_anything_is_written(tmp_path):
    rows = "".join(f"2004,Ford,Model {number}\n" for number in range(20_000))
    whole = gzip.compress(f"year,make,model\n{rows}".encode())
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path) == "cut.csv.gz is cut off or damaged: its gzip data does not unpack to the end."


def test_an_empty_a_missing_and_an_unreadable_file_are_refused(tmp_path):
    assert refused(written(tmp_path, "")) == "list.csv is empty."
    with pytest.raises(FileRefused, match="cannot be read: No such file or directory"):
        imported(VehicleImporter(), tmp_path / "none.csv")
    with pytest.raises(FileRefused, match="cannot be read: Is a directory"):
        imported(VehicleImporter(), tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_no_reason_to_refuse(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbfyear,make,model\r\n2004,Ford,F-150\r\n")
    assert counts(imported(VehicleImporter(), path)) == (1, 0, 0, 0)


def test_hostile_files_are_refused_with_a_sentence_each(shared_data):
    hostile = shared_data / "hostile" / "files"
    for name, why in {
        "nul_bytes.csv": "is another kind of file",
        "utf16_bom.csv": "is UTF-16 text",
        "one_field_64MB.csv.gz": "characters",
        "zipbomb_100MB.xlsx": "a zip file or a spreadsheet",
        "bomb_20000x20000_1bit.png": "a picture",
        "empty.png": "is empty",
        "billion_laughs_full.xml": "is another kind of file",
    }.items():
        assert why in refused(hostile / name), name


def test_a_nul_byte_between_the_rows_refuses_the_file(tmp_path):
    path = written(tmp_path, "year,make,model\n2004,Ford,F\x00150\n")
    assert refused(path) == "list.csv, line 2: a NUL byte, so it is no text file."


def test_one_endless_field_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "endless.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write(b'year,make,model\n2004,Ford,"')
        for _ in range(64):
            file.write(b"a" * 1_000_000)
    tracemalloc.start()
    try:
        sentence = refused(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sentence == "endless.csv.gz, line 2: longer than 1,000,000 characters."
    assert peak < 30_000_000


def test_a_field_that_spans_many_lines_is_bounded_too(tmp_path):
    lines = "a" * 900 + "\n"
    assert "no well-formed CSV" in refused(written(tmp_path, f'year,make,model\n2004,Ford,"{lines * 200}"\n'))
    assert csv.field_size_limit() == 100_000


def test_up_to_one_percent_of_refused_rows_are_listed_and_left_out(tmp_path):
    rows = "".join(f"2004,Ford,Model {number}\n" for number in range(198))
    path = written(tmp_path, f"year,make,model\n20x4,Ford,F-150\n{rows}2004,---,F-150\n")
    run = imported(VehicleImporter(), path)
    assert counts(run) == (198, 0, 0, 2)
    assert [(r.line, r.reason, r.excerpt) for r in run.refusals.all()] == [
        (2, "“20x4” is no model year.", "20x4,Ford,F-150"),
        (201, "The make has no letter or digit.", "2004,---,F-150"),
    ]
    assert run.message.endswith(" 2 rows were refused.")


def test_more_than_one_percent_stops_the_run_before_the_first_row_is_written(tmp_path):
    rows = "".join(f"2004,Ford,Model {number}\n" for number in range(197))
    path = written(tmp_path, f"year,make,model\n{rows}x,Ford,A\ny,Ford,B\nz,Ford,C\n")
    with pytest.raises(RunStopped, match=r"^3 of 200 rows were refused, more than 1 %: .* nothing has to be undone"):
        imported(VehicleImporter(), path)
    run = ImportRun.objects.get()
    assert (run.state, run.rows_refused, run.refusals.count()) == ("refused", 3, 3)
    assert not Product.objects.exists()


def test_a_small_file_may_have_one_refused_row_but_not_two(tmp_path):
    run = imported(VehicleImporter(), written(tmp_path, "year,make,model\nx,Ford,A\n2004,Ford,B\n"))
    assert counts(run) == (1, 0, 0, 1)
    with pytest.raises(RunStopped):
        imported(VehicleImporter(), written(tmp_path, "year,make,model\nx,Ford,A\ny,Ford,B\n"))


def test_one_importer_runs_once_at_a_time_and_others_beside_it():
    with one_at_a_time("import_vehicles"):
        with pytest.raises(RunStopped, match="import_vehicles is running in another process"):
            imported(VehicleImporter(), VEHICLES)
        assert imported(RecallDocumentImporter(), SAMPLES / "recall_documents.csv").state == "finished"
    assert imported(VehicleImporter(), VEHICLES).state == "finished"


class _Interrupted(VehicleImporter):
    """An importer that someone stops with Ctrl-C in its second batch."""

    batch_size = 2
    batches = 0

    def write(self, records, run):
        self.batches += 1
        if self.batches == 2:
            raise KeyboardInterrupt
        return super().write(records, run)


def test_ctrl_c_leaves_a_run_that_the_same_command_goes_on_with():
    with pytest.raises(KeyboardInterrupt):
        imported(_Interrupted(), VEHICLES)
    stopped = ImportRun.objects.get()
    assert (stopped.state, stopped.checkpoint) == ("interrupted", 2)
    assert stopped.message == "Stopped after 2 of 5 rows (interrupted); the same command resumes."
    said: list[str] = []
    run = imported(VehicleImporter(), VEHICLES, say=said.append)
    assert (run.pk, run.state, run.checkpoint) == (stopped.pk, "finished", 5)
    assert counts(run) == (5, 0, 0, 0)
    assert said == [f"Run {run.pk} was interrupted in this file and goes on after 2 rows."]


def test_a_run_that_another_process_moved_on_stops_and_writes_nothing_twice():
    class Overtaken(VehicleImporter):
        def prepare(self, run):
            super().prepare(run)
            ImportRun.objects.filter(pk=run.pk).update(checkpoint=5)

    with pytest.raises(RunStopped, match="Another process is at run"):
        imported(Overtaken(), VEHICLES)


def test_the_commands_say_what_they_did_or_why_not(capsys, tmp_path):
    call_command("import_vehicles", VEHICLES)
    run = ImportRun.objects.get()
    assert capsys.readouterr().out == f"vehicles.csv (run {run.pk}): {run.message}\n"
    call_command("list_imports")
    assert "import_vehicles vehicles.csv (finished)" in capsys.readouterr().out
    with pytest.raises(CommandError, match="another kind of file"):
        call_command("import_fault_codes", VEHICLES)
    with pytest.raises(CommandError, match="There is no import run 99"):
        call_command("undo_import", 99)
    bad = written(tmp_path, "year,make,model\nx,Ford,A\n2004,Ford,B\n")
    call_command("import_vehicles", bad)
    call_command("list_imports", run=ImportRun.objects.latest("pk").pk)
    assert "line 2: “x” is no model year.  x,Ford,A" in capsys.readouterr().out
    call_command("undo_import", run.pk + 2)
    assert "Undone" in capsys.readouterr().out
