"""Open Repair Data: what a row becomes, what is refused, and that a run can be repeated, resumed and undone."""

import csv
import gzip
import os
import signal
from pathlib import Path

import pytest
from django.utils import timezone

from products.actions.imports import undo_import
from products.errors import FileRefused
from products.models import Product
from tests.products.importers.running import counts, imported
from wiki.importers.ords import OpenRepairImporter
from wiki.models import Repair, Sighting
from wiki.rules.open_repair import COLUMNS

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[4] / "shared" / "data" / "ords" / "ords_combined.csv.gz"


def row(number="a_1", category="Vacuum", brand="Dyson", status="Fixed", day="2020-02-01", problem="No suction", **more):
    values = {
        "id": number,
        "data_provider": "The Restart Project",
        "country": "GBR",
        "product_category": category,
        "brand": brand,
        "repair_status": status,
        "event_date": day,
        "problem": problem,
    } | more
    return [values.get(name, "") for name in COLUMNS]


def a_file(folder, *rows, header=COLUMNS):
    path = folder / "repairs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def held():
    return list(
        Repair.objects.order_by("external_number").values_list(
            "external_number", "product__path", "result", "barrier", "repaired_on", "provider", "sighting__text"
        )
    )


def test_a_row_becomes_a_product_an_unassigned_sighting_and_a_repair_without_a_remedy(tmp_path):
    run = imported(OpenRepairImporter(), a_file(tmp_path, row(product_age="5.0", problem="Saugt nicht")))
    repair = Repair.objects.get()
    assert counts(run) == (1, 0, 0, 0)
    assert (repair.product.path, repair.result, str(repair.age_years)) == ("vacuum/dyson", "fixed", "5.0")
    assert (repair.sighting.problem, repair.sighting.text) == (None, "Saugt nicht")
    assert repair.sighting.source == "Open Repair Data, The Restart Project, CC BY-SA 4.0"
    assert repair.sighting.severity == "none"


def test_a_text_that_tells_of_smoke_gives_its_sighting_a_severity(tmp_path):
    imported(OpenRepairImporter(), a_file(tmp_path, row(problem="Black smoke came from the plug")))
    assert Sighting.objects.filter(severity="property", harm=True).count() == 1


@pytest.mark.parametrize(
    ("problem", "severity", "harm"),
    [
        ("The motor caught fire", "fire", True),
        ("Iron started to smoke while being used.", "property", True),
        ("Doll with broken leg", "none", False),
        ("", "none", False),
    ],
)
def test_fire_and_smoke_are_told_from_the_text_and_a_broken_leg_is_no_injury(tmp_path, problem, severity, harm):
    imported(OpenRepairImporter(), a_file(tmp_path, row(problem=problem)))
    assert Sighting.objects.values_list("severity", "harm").get() == (severity, harm)


def test_an_unknown_brand_stays_with_the_category(tmp_path):
    imported(OpenRepairImporter(), a_file(tmp_path, row(brand="Unknown"), row("a_2", brand="???")))
    assert set(Repair.objects.values_list("product__path", flat=True)) == {"vacuum"}


def test_an_odd_date_of_1999_stays_and_an_impossible_one_is_refused_with_its_line(tmp_path):
    rows = [row(day="1999-12-13"), row("a_2", day="00000000")]
    run = imported(OpenRepairImporter(), a_file(tmp_path, *rows))
    assert counts(run) == (1, 0, 0, 1)
    assert [(refusal.line, refusal.reason) for refusal in run.refusals.all()] == [
        (3, "“00000000” is no date like 2024-05-31.")
    ]


def test_a_number_that_comes_twice_is_refused_the_second_time(tmp_path):
    run = imported(OpenRepairImporter(), a_file(tmp_path, row(), row(problem="Other words")))
    assert counts(run) == (1, 0, 0, 1)
    assert Sighting.objects.get().text == "No suction"


@pytest.mark.parametrize("damage", ["header", "nul", "truncated"])
def test_a_broken_file_is_refused_in_a_sentence_and_leaves_nothing(tmp_path, damage):
    path = a_file(tmp_path, row(), header=COLUMNS[1:] if damage == "header" else COLUMNS)
    if damage == "nul":
        path.write_bytes(path.read_bytes().replace(b"suction", b"suc\0tion"))
    if damage == "truncated":
        path.write_bytes(gzip.compress(path.read_bytes() * 50)[:-12])
    with pytest.raises(FileRefused, match=r"repairs\.csv"):
        imported(OpenRepairImporter(), path)
    assert not Repair.objects.exists()
    assert not Sighting.objects.exists()
    assert not Product.objects.exists()


def test_a_second_run_changes_nothing_and_undoing_leaves_nothing(tmp_path):
    path = a_file(tmp_path, row(), row("a_2", status="End of life", barrier="x"))
    first = imported(OpenRepairImporter(), path)
    before = held()
    again = imported(OpenRepairImporter(), path)
    assert counts(again) == (0, 0, 2, 0)
    assert held() == before
    undo_import(run=again, at=timezone.now())
    undo_import(run=first, at=timezone.now())
    assert (Repair.objects.count(), Sighting.objects.count(), Product.objects.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_resumes_to_the_same_rows(tmp_path):
    """The child dies by SIGKILL in its second batch, after writing it and before its transaction ends."""
    path = a_file(tmp_path, *[row(f"a_{number}", brand=f"Brand {number % 3}") for number in range(25)])

    class Small(OpenRepairImporter):
        batch_size = 10
        dies_in = 0
        batches = 0

        def write(self, records, run):
            tally = super().write(records, run)
            self.batches += 1
            if self.batches == self.dies_in:
                os.kill(os.getpid(), signal.SIGKILL)
            return tally

    from django.db import connection

    connection.close()
    child = os.fork()
    if not child:
        dying = Small()
        dying.dies_in = 2
        imported(dying, path)
        os._exit(0)  # not reached
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert Repair.objects.count() == 10
    run = imported(Small(), path)
    assert counts(run) == (25, 0, 0, 0)
    assert Repair.objects.count() == Sighting.objects.count() == 25


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real file is not here")
def test_every_row_of_the_real_file_is_there():
    run = imported(OpenRepairImporter(), REAL)
    assert counts(run) == (121_692, 0, 0, 0)
    assert Repair.objects.count() == Sighting.objects.count() == 121_692
