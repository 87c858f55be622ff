"""Complaints of the public record as sightings."""

import csv
import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from products.actions.imports import undo_import
from products.actions.unmatched_names import decide_alias, decide_create, decide_ignore
from products.models import ImportRun, Product, UnmatchedName
from tests.builders.products import a_category, make_component, make_product
from tests.products.importers.running import NOW, counts, imported
from wiki.importers.complaints import ComplaintImporter
from wiki.models import Complaint, ComplaintComponent, SeriesWeek, Sighting
from wiki.queries.series import differences
from wiki.queries.tallies import tally_of

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[4] / "shared" / "data"
COLUMNS = ("ODINO", "MAKETXT", "MODELTXT", "YEARTXT", "FAILDATE", "LDATE", "COMPDESC", "CDESCR", "CMPL_TYPE")


def line(number: str = "11", component: str = "ENGINE", **other: str) -> str:
    """A row of the flat file."""
    fields = [""] * 49
    fields[0:12] = [
        "1", number, "Hyundai", other.get("make", "HYUNDAI"), other.get("model", "TUCSON"), "2016", "N",
        other.get("failed", "20240213"), other.get("fire", "N"), "0", "0", component,
    ]  # fmt: skip
    fields[15], fields[16] = other.get("added", ""), other.get("received", "20240219")
    fields[17], fields[19], fields[20] = "41000", other.get("text", "IT STALLED, caf\xe9"), other.get("type", "")
    fields[45] = "V"
    return "\t".join(fields) + "\r\n"


def flat(folder: Path, *lines: str, encoding: str = "latin-1") -> Path:
    path = folder / "FLAT_CMPL.txt"
    path.write_bytes("".join(lines).encode(encoding))
    return path


def table(folder: Path, columns: tuple[str, ...], *rows: tuple[str, ...]) -> Path:
    path = folder / "complaints.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def run_of(path: Path) -> ImportRun:
    return imported(ComplaintImporter(create_missing=True), path)


def weeks() -> list[tuple[object, ...]]:
    fields = ("product", "component", "week", "reports", "recall_prompted", "fires", "crashes", "injuries")
    return list(SeriesWeek.objects.order_by(*fields[:3]).values_list(*fields))


def refusals(run: ImportRun) -> list[tuple[int, str]]:
    return list(run.refusals.values_list("line", "reason"))


def test_a_complaint_with_two_components_is_one_sighting_and_both_components_are_kept(tmp_path: Path) -> None:
    path = flat(tmp_path, line("11", "ENGINE"), line("11", "STEERING"), line("12", "ENGINE", type="RC"))
    call_command("import_nhtsa_flat", path, "--create-missing")
    assert Sighting.objects.count() == Complaint.objects.count() == 2
    assert set(ComplaintComponent.objects.filter(sighting__external_number="11").values_list("words", flat=True)) == {
        "ENGINE",
        "STEERING",
    }
    sighting = Sighting.objects.get(external_number="11")
    assert (sighting.usage, str(sighting.seen_on), sighting.dated) == (41000, "2024-02-13", "exact")
    assert sighting.text.endswith("caf\xe9")
    assert list(Complaint.objects.filter(prompted_by_recall=True).values_list("number", flat=True)) == ["12"]


def test_a_complaint_about_two_products_is_counted_once_and_seen_on_both(tmp_path: Path) -> None:
    path = flat(tmp_path, line("11", "ENGINE"), line("11", "STEERING", model="SONATA"), line("11", "STEERING"))
    run_of(path)
    assert Complaint.objects.count() == 1
    assert [
        (sighting.product.path, sorted(sighting.complaint_components.values_list("words", flat=True)))
        for sighting in Sighting.objects.order_by("product__path")
    ] == [("cars/hyundai/sonata/2016", ["STEERING"]), ("cars/hyundai/tucson/2016", ["ENGINE", "STEERING"])]


def test_the_official_flags_and_the_words_give_a_sighting_its_severity(tmp_path: Path) -> None:
    run_of(flat(tmp_path, line("11"), line("12", fire="Y"), line("13", text="It crashed into a wall.")))
    assert list(Sighting.objects.order_by("external_number").values_list("severity", "harm")) == [
        ("none", False),
        ("fire", True),
        ("crash", False),
    ]


def test_a_second_run_changes_nothing_and_undo_leaves_nothing_behind(tmp_path: Path) -> None:
    path = flat(tmp_path, line("11", "ENGINE"), line("11", "STEERING"))
    products = Product.objects.count()
    first, second = run_of(path), run_of(path)
    assert counts(second) == (0, 0, 2, 0)
    undo_import(run=first, at=timezone.now())
    assert not Sighting.objects.exists()
    assert not ComplaintComponent.objects.exists()
    assert Product.objects.count() == products


def test_a_number_that_a_second_file_repeats_adds_only_what_is_new_and_undoing_that_file_takes_it_back(
    tmp_path: Path,
) -> None:
    engine = make_component(name="Engine")
    first = run_of(table(tmp_path, COLUMNS, ("11", "Kia", "Rio", "2016", "20240213", "", "UNKNOWN OR OTHER", "A", "")))
    sighting = Sighting.objects.get()
    assert sighting.component is None
    second = run_of(
        table(
            tmp_path,
            COLUMNS,
            ("11", "KIA", "RIO", "2016.0", "20240214", "", "ENGINE", "B", ""),
            ("12", "KIA", "RIO", "2016.0", "20240214", "", "ENGINE", "C", ""),
        )
    )
    assert counts(second) == (2, 0, 0, 0)
    sighting.refresh_from_db()
    assert (sighting.component, sighting.text, str(sighting.seen_on)) == (engine, "A", "2024-02-13")
    assert sighting.complaint_components.count() == 2

    undo_import(run=second, at=NOW)
    sighting.refresh_from_db()
    assert sighting.component is None
    assert [each.created_by_run for each in ComplaintComponent.objects.all()] == [first]
    undo_import(run=first, at=NOW)
    assert not Complaint.objects.exists()


def test_the_series_count_what_each_file_adds_as_if_all_sightings_were_counted_anew(tmp_path: Path) -> None:
    for name in ("Engine", "Steering"):
        make_component(name=name)
    first = run_of(flat(tmp_path, line("11", type="RC"), line("12", fire="Y"), line("13", "STEERING"), line("14", "")))
    assert differences() == []
    before = weeks()
    # A second product of a complaint counts as its first row said, whatever this row says of the recall.
    second = run_of(
        flat(tmp_path, line("11", model="KONA"), line("15"), line("15", model="KONA"), line("14", "ENGINE"))
    )
    assert differences() == []
    assert sum(row[3] for row in weeks()) == 5, "12, 13, 14 and twice 15"
    assert sum(row[4] for row in weeks()) == 2, "11, at both products"
    undo_import(run=second, at=NOW)
    assert differences() == []
    assert weeks() == before
    undo_import(run=first, at=NOW)
    assert weeks() == []


def test_rows_of_an_unknown_name_wait_until_a_person_makes_a_product_of_it(tmp_path: Path) -> None:
    a_category(name="Cars")
    path = flat(tmp_path, line("11", "ENGINE"), line("12", "ENGINE"))
    call_command("import_nhtsa_flat", path)
    assert not Sighting.objects.exists()
    run = ImportRun.objects.get()
    assert (run.rows_waiting, run.rows_refused, run.rows_total, run.refusals.count()) == (2, 0, 2, 0)
    assert "2 rows wait for names" in run.message
    name = UnmatchedName.objects.get()  # nothing is called Hyundai, so below it nothing was looked for
    assert (name.kind, name.name, name.waiting.get().rows) == ("make", "Hyundai", 2)

    decide_create(names=[name.pk], by="admin", at=timezone.now())
    call_command("import_nhtsa_flat", path)
    assert Sighting.objects.count() == 2
    assert str(Sighting.objects.all()[0].product) == "2016 Hyundai Tucson"
    assert not UnmatchedName.objects.filter(decision="").exists()


def test_another_name_brings_the_rows_in_and_an_ignored_one_leaves_them_out(tmp_path: Path) -> None:
    make = make_product(kind="make", name="Hyundai Motor")
    path = flat(tmp_path, line("11", "ENGINE"), line("12", "ENGINE", make="KIA"))
    call_command("import_nhtsa_flat", path)
    hyundai, kia = UnmatchedName.objects.order_by("name")
    decide_alias(names=[hyundai.pk], product=make, by="admin", at=timezone.now())
    decide_ignore(names=[kia.pk], by="admin", at=timezone.now())
    call_command("import_nhtsa_flat", path)
    run = ImportRun.objects.latest("pk")
    assert (run.rows_waiting, run.rows_ignored) == (1, 1)
    tucson = UnmatchedName.objects.get(decision="")
    assert (tucson.name, tucson.above) == ("Tucson", "Hyundai")


@pytest.mark.parametrize(
    ("dates", "seen_on"),
    [
        ({"failed": "00000000"}, "2024-02-19"),
        ({"failed": ""}, "2024-02-19"),
        ({"failed": "99991231"}, "2024-02-19"),
        ({"failed": "20240231"}, "2024-02-19"),
        ({"failed": "20250101"}, "2024-02-19"),
        ({"failed": "0", "received": "99990101", "added": "20240220"}, "2024-02-20"),
    ],
)
def test_without_a_usable_day_of_the_failure_the_day_of_receipt_counts(
    tmp_path: Path, dates: dict[str, str], seen_on: str
) -> None:
    run_of(flat(tmp_path, line(**dates)))
    sighting = Sighting.objects.get()
    assert (str(sighting.seen_on), sighting.dated) == (seen_on, "estimated")


def test_a_row_without_any_usable_date_and_a_cut_row_are_refused_with_their_lines(tmp_path: Path) -> None:
    rows = [line(str(number)) for number in range(200)]
    run = run_of(flat(tmp_path, *rows, line("900", failed="99990101", received="00000000"), "1\t2"))
    assert refusals(run) == [
        (201, "Neither a date of the failure nor one of the complaint: “99990101”, “00000000”."),
        (202, "2 fields instead of 49."),
    ]
    assert Sighting.objects.count() == 200


def test_a_text_with_more_commas_than_the_row_has_tabs_is_no_csv(tmp_path: Path) -> None:
    run_of(flat(tmp_path, line(text="," * 60)))
    assert Sighting.objects.get().text == "," * 60


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_a_flat_file_in_utf_8_or_latin_1_plain_or_packed_keeps_its_letters(tmp_path: Path, encoding: str) -> None:
    path = flat(tmp_path, line(), encoding=encoding)
    path.write_bytes(gzip.compress(path.read_bytes()))
    run_of(path)
    assert Sighting.objects.get().text == "IT STALLED, caf\xe9"


@pytest.mark.parametrize("fields", [20, 46, 47, 48, 49])
def test_every_vintage_of_the_flat_file_is_read(tmp_path: Path, fields: int) -> None:
    run_of(flat(tmp_path, "\t".join(line(type="RP").rstrip("\r\n").split("\t")[:fields]) + "\n"))
    assert Complaint.objects.filter(prompted_by_recall=fields > 20).count() == 1


def test_the_type_column_of_a_csv_marks_what_a_recall_prompted(tmp_path: Path) -> None:
    rows = [
        (str(n), "KIA", "RIO", "2016", "20240213", "", "ENGINE", "", kind) for n, kind in enumerate(("IVOQ", "rc "))
    ]
    run_of(table(tmp_path, COLUMNS, *rows))
    assert list(Complaint.objects.order_by("number").values_list("received_as", "prompted_by_recall")) == [
        ("IVOQ", False),
        ("RC", True),
    ]


def test_the_columns_of_the_studied_cars_are_read_with_their_estimated_month(tmp_path: Path) -> None:
    columns = ("odi_number", "model_year", "make", "model", "description", "crashed", "mileage", "est_filed_month")
    run_of(table(tmp_path, columns, ("10022578", "2003", "SATURN", "ION", "SEAT BELT", "Y", "300.0", "2003-06")))
    sighting = Sighting.objects.get()
    assert (sighting.product.path, sighting.usage, sighting.severity) == ("cars/saturn/ion/2003", 300, "crash")
    assert (str(sighting.seen_on), sighting.dated) == ("2003-06-01", "estimated")


def test_bare_texts_become_sightings_of_a_car_without_a_date_and_stay_out_of_what_is_counted_by_year(
    tmp_path: Path,
) -> None:
    path = table(tmp_path, ("sentences",), ("loss of power steering",), ("it brakes by itself",))
    assert counts(run_of(path)) == (2, 0, 0, 0)
    assert counts(run_of(path)) == (0, 0, 2, 0)
    sighting = Sighting.objects.get(text="it brakes by itself")
    assert (sighting.product.path, sighting.seen_on, sighting.dated) == ("cars", NOW.date(), "unknown")
    assert [(row.year, row.count) for row in tally_of([sighting.product]).unassigned] == [(None, 2)]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([line("11"), line("12", "EN\0GINE")], "line 2: a NUL byte"),
        ([line("11"), "x" * 1_000_001], "line 2: longer than"),
        ([line("11").replace("\t", ";").replace("\xe9", "e")], "line 1: no column"),
        (["ODINO|MAKETXT\n"], "line 1: no column"),
        ([""], "is empty"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_the_refusal_is_on_record(
    tmp_path: Path, lines: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("import_nhtsa_flat", flat(tmp_path, *lines), "--create-missing")
    assert not Sighting.objects.exists()
    run = ImportRun.objects.get()
    assert (run.state, run.checkpoint) == ("refused", 0)
    assert sentence in run.message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (gzip.compress(line().encode("latin-1") + b"x" * 64_000_000), "line 2: longer than"),
        (gzip.compress(",".join(COLUMNS).encode() + b"\n1," + b"x" * 64_000_000), "line 2: longer than"),
        (gzip.compress(line().encode("latin-1") * 500)[:-40], "cut off or damaged"),
        (line().encode("utf-16"), "is UTF-16 text"),
        (",".join(COLUMNS).encode() + b"\n1,KIA,RIO,2016,20240213,,ENGINE,caf\xe9,\n", "is not UTF-8 text"),
        (",".join(COLUMNS).encode() + b'\n1,KIA,RIO,2016,20240213,,ENGINE,"cut off', "no well-formed CSV from line 2"),
    ],
)
def test_a_hostile_file_is_refused_with_one_sentence_and_nothing_is_half_done(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "FLAT_CMPL.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        call_command("import_nhtsa_flat", path, "--create-missing")
    assert not Product.objects.filter(path__startswith="cars/kia").exists()
    assert not Sighting.objects.exists()
    assert ImportRun.objects.get().state == "refused"


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the published files are not here")
def test_the_published_files_come_in_whole_and_a_second_time_change_nothing() -> None:
    published = {
        "nhtsa_complaints/all_makes_feb_2024.csv.gz": (1_820, 1_750),
        "nhtsa_complaints/hyundai_kia_unknown_other_2022_2026.csv.gz": (1_786, 1_768 - 11),
        "nhtsa_complaints/gm_ignition_recall_cars_complaints_2003_2014.csv.gz": (2_734, 2_734),
        "nhtsa_complaints/driver_assist_complaint_texts_nodate.csv.gz": (5_317, 5_317),
        "nhtsa_layouts/FLAT_CMPL_sample100.txt": (100, 77),
    }
    for name, (rows, complaints) in published.items():
        there = Complaint.objects.count()
        run = run_of(REAL / name)
        assert (run.checkpoint, run.rows_refused, Complaint.objects.count() - there) == (rows, 0, complaints), name
    assert Sighting.objects.count() == Complaint.objects.count()
    for name in published:
        again = run_of(REAL / name)
        assert (again.rows_created, again.rows_updated) == (0, 0), name
