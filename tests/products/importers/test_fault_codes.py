"""Lists of fault codes, each meaning with its source."""

import pytest

from products.actions.imports import undo_import
from products.errors import FileRefused
from products.importers.fault_codes import FaultCodeImporter
from products.models import FaultCode, Product
from tests.products.importers.running import NOW, SAMPLES, catalogue, counts, imported, written

pytestmark = pytest.mark.django_db


def take(name: str, source: str = ""):
    path = SAMPLES / name
    return imported(FaultCodeImporter.for_file(path, source), path)


def test_meanings_that_contradict_each_other_stand_side_by_side_by_source():
    take("fault_codes_with_titles.csv")
    take("fault_codes_without_header.csv", source="A forum's list")
    take("fault_codes_by_make.csv")
    assert set(FaultCode.objects.filter(base="P0571").values_list("source", "description", "make")) == {
        ("fault codes with titles", "Cruise Control/Brake Switch A Circuit Malfunction", None),
        ("A forum's list", "Cruise Control Accel Signal Malfunction", None),
        ("fault codes by make", "Brake Switch A Circuit", None),
    }


def test_titles_and_blank_lines_between_the_codes_are_no_rows_and_a_repeated_row_counts_once():
    run = take("fault_codes_with_titles.csv")
    assert counts(run) == (2, 0, 1, 0)


def test_a_makes_own_meaning_hangs_on_the_make_and_an_unnamed_make_is_said_with_the_source():
    take("fault_codes_by_make.csv")
    assert set(FaultCode.objects.filter(base="P1571").values_list("make__path", "source")) == {
        ("cars/ford", "fault codes by make"),
        ("cars/chevrolet", "fault codes by make"),
        (None, "fault codes by make, make not named"),
    }


def test_a_code_with_two_meanings_in_one_file_keeps_the_first(tmp_path):
    path = written(tmp_path, "dtc,description\nP0109,Intermittent pressure\nP0109,Intake air temperature\n")
    run = imported(FaultCodeImporter.for_file(path), path)
    assert FaultCode.objects.get().description == "Intermittent pressure"
    assert [(refusal.line, refusal.reason) for refusal in run.refusals.all()] == [
        (3, "P0109 stands in this file before with another meaning.")
    ]


def test_a_corrected_list_of_the_same_source_corrects_the_meaning_and_undoing_puts_the_old_one_back(tmp_path):
    take("fault_codes_without_header.csv", source="list")
    before = catalogue()
    path = written(tmp_path, 'P0571,"Brake Switch A Circuit"\nP0572,"Brake Switch A Circuit Low"\n')
    run = imported(FaultCodeImporter.for_file(path, "list"), path)
    assert counts(run) == (0, 1, 1, 0)
    assert FaultCode.objects.get(base="P0571").description == "Brake Switch A Circuit"
    undo_import(run=run, at=NOW)
    assert catalogue() == before


def test_the_list_read_again_changes_nothing():
    take("fault_codes_by_make.csv")
    before = list(FaultCode.objects.order_by("pk").values()), Product.objects.count()
    assert counts(take("fault_codes_by_make.csv")) == (0, 0, 4, 0)
    assert (list(FaultCode.objects.order_by("pk").values()), Product.objects.count()) == before


def test_a_list_of_another_kind_is_refused_with_the_difference(tmp_path):
    path = written(tmp_path, "name,price\nP0571,12\n", "prices.csv")
    with pytest.raises(FileRefused, match=r"prices\.csv is another kind of file: its first row is “name,price”"):
        imported(FaultCodeImporter.for_file(path), path)
    assert not FaultCode.objects.exists()
