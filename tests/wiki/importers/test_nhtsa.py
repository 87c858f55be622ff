"""Complaints of the public record as sightings."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from products.actions.imports import undo_import
from products.actions.unmatched_names import decide_alias, decide_create, decide_ignore
from products.models import ImportRun, Product, UnmatchedName
from tests.builders.products import a_category, make_product
from wiki.models import Complaint, ComplaintComponent, Sighting

pytestmark = pytest.mark.django_db


def _line(number: str, component: str, **other: str) -> str:
    fields = [""] * 49
    fields[0:12] = [
        "1", number, "Hyundai", other.get("make", "HYUNDAI"), "TUCSON", "2016", "N", other.get("failed", "20240213"),
        other.get("fire", "N"), "0", "0", component,
    ]  # fmt: skip
    fields[16], fields[17], fields[19], fields[20] = "20240219", "41000", "IT STALLED, caf\xe9", other.get("type", "")
    fields[45] = "V"
    return "\t".join(fields) + "\r\n"


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "FLAT_CMPL.txt"
    path.write_bytes("".join(lines).encode("latin-1"))
    return path


def test_a_complaint_with_two_components_is_one_sighting_and_both_components_are_kept(tmp_path: Path) -> None:
    path = _file(tmp_path, _line("11", "ENGINE"), _line("11", "STEERING", fire="Y"), _line("12", "ENGINE", type="RC"))
    call_command("import_nhtsa_flat", path, "--create-missing")
    assert Sighting.objects.count() == Complaint.objects.count() == 2
    assert set(ComplaintComponent.objects.filter(complaint__number="11").values_list("words", flat=True)) == {
        "ENGINE",
        "STEERING",
    }
    sighting = Sighting.objects.get(external_number="11")
    assert (sighting.usage, str(sighting.seen_on), sighting.severity) == (41000, "2024-02-13", "none")
    assert sighting.text.endswith("caf\xe9")
    assert list(Complaint.objects.filter(prompted_by_recall=True).values_list("number", flat=True)) == ["12"]


def test_the_official_flags_and_the_words_give_a_sighting_its_severity(tmp_path: Path) -> None:
    path = _file(tmp_path, _line("11", "ENGINE"), _line("12", "ENGINE", fire="Y"))
    call_command("import_nhtsa_flat", path, "--create-missing")
    assert list(Sighting.objects.order_by("external_number").values_list("severity", "harm")) == [
        ("none", False),
        ("fire", True),
    ]


def test_a_second_run_changes_nothing_and_undo_leaves_nothing_behind(tmp_path: Path) -> None:
    path = _file(tmp_path, _line("11", "ENGINE"), _line("11", "STEERING"))
    products = Product.objects.count()
    call_command("import_nhtsa_flat", path, "--create-missing")
    call_command("import_nhtsa_flat", path, "--create-missing")
    first, second = ImportRun.objects.order_by("pk")
    assert (second.rows_created, second.rows_unchanged) == (0, 2)
    undo_import(run=first, at=timezone.now())
    assert not Sighting.objects.exists()
    assert not ComplaintComponent.objects.exists()
    assert Product.objects.count() == products


def test_rows_of_an_unknown_name_wait_until_a_person_makes_a_product_of_it(tmp_path: Path) -> None:
    a_category(name="Cars")
    path = _file(tmp_path, _line("11", "ENGINE"), _line("12", "ENGINE"))
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
    path = _file(tmp_path, _line("11", "ENGINE"), _line("12", "ENGINE", make="KIA"))
    call_command("import_nhtsa_flat", path)
    hyundai, kia = UnmatchedName.objects.order_by("name")
    decide_alias(names=[hyundai.pk], product=make, by="admin", at=timezone.now())
    decide_ignore(names=[kia.pk], by="admin", at=timezone.now())
    call_command("import_nhtsa_flat", path)
    run = ImportRun.objects.latest("pk")
    assert (run.rows_waiting, run.rows_ignored) == (1, 1)
    tucson = UnmatchedName.objects.get(decision="")
    assert (tucson.name, tucson.above) == ("Tucson", "Hyundai")


@pytest.mark.parametrize(("failed", "seen_on"), [("00000000", "2024-02-19"), ("", "2024-02-19")])
def test_without_a_failure_date_the_day_of_receipt_counts(tmp_path: Path, failed: str, seen_on: str) -> None:
    call_command("import_nhtsa_flat", _file(tmp_path, _line("11", "ENGINE", failed=failed)), "--create-missing")
    assert str(Sighting.objects.get().seen_on) == seen_on


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([_line("11", "ENGINE"), _line("12", "EN\0GINE")], "line 2: a NUL byte"),
        ([_line("11", "ENGINE"), "x" * 1_000_001], "line 2: longer than"),
        ([_line("11", "ENGINE").replace("\t", ";").replace("\xe9", "e")], "line 1: no column"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, lines: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("import_nhtsa_flat", _file(tmp_path, *lines), "--create-missing")
    assert not Sighting.objects.exists()


def test_a_cut_row_and_a_date_of_the_year_9999_are_refused_with_their_lines(tmp_path: Path) -> None:
    path = _file(
        tmp_path, *[_line(str(n), "ENGINE") for n in range(200)], _line("900", "ENGINE", failed="99990101"), "1\t2"
    )
    call_command("import_nhtsa_flat", path, "--create-missing")
    assert list(ImportRun.objects.get().refusals.values_list("line", flat=True)) == [201, 202]
    assert Sighting.objects.count() == 200
