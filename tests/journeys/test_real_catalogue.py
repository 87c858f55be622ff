"""A real catalogue, scaled down: vehicles, fault codes and recalls imported from the files as they are published.

Every row of Land Rover and one in a thousand of the others, in files with the published header, through the commands.
"""

import csv
import gzip
from pathlib import Path

import pytest
from django.core.management import call_command

from products.models import DiagnosticDocument, FaultCode, OfficialDiagnostic, Product
from products.queries.tree_check import faults_of_the_product_tree
from tests.html import read
from wiki.search import whoosh_engine

_MODELS = {"Range Rover", "Range Rover Sport", "Range Rover Velar", "Range Rover Evoque", "Discovery", "Defender 110"}


def _slice(source: Path, folder: Path, make_column: int) -> Path:
    """The rows of Land Rover and one in a thousand of the others."""
    wanted = folder / source.name
    with (
        gzip.open(source, "rt", encoding="utf-8", newline="") as rows,
        gzip.open(wanted, "wt", encoding="utf-8", newline="") as kept,
    ):
        writer = csv.writer(kept)
        for number, row in enumerate(csv.reader(rows)):
            if number == 0 or number % 1000 == 0 or row[make_column].casefold() == "land rover":
                writer.writerow(row)
    return wanted


@pytest.fixture
def catalogue(db, shared_data, tmp_path, settings):
    """What the files make, and an index of it."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    whoosh_engine.close()
    vehicles = shared_data / "vehicle_models"
    call_command(
        "import_vehicles",
        _slice(vehicles / "us_car_models_1992_2026.csv.gz", tmp_path, 1),
        _slice(vehicles / "arthurkao_make_model_year.csv.gz", tmp_path, 1),
    )
    codes = shared_data / "fault_codes"
    call_command("import_fault_codes", codes / "dtcdb_generic.csv", codes / "mytrile_obd_trouble_codes.csv")
    call_command("import_fault_codes", _slice(codes / "wal33d_dtc_definitions.csv.gz", tmp_path, 1))
    recalls = shared_data / "nhtsa_official" / "recall_documents_2020_2026_full.csv.gz"
    call_command("import_recall_documents", _slice(recalls, tmp_path, 2))
    call_command("rebuild_search", verbosity=0)
    yield recalls
    whoosh_engine.close()


def test_a_make_in_two_spellings_is_one_page_with_its_models_years_and_campaigns(client, catalogue):
    makes = Product.objects.filter(kind="make", key="landrover", parent__name="Cars")
    assert [make.path for make in makes] == ["cars/land-rover"]
    assert set(makes[0].get_children().values_list("name", flat=True)) >= _MODELS
    assert faults_of_the_product_tree() == []

    model = Product.objects.get(path="cars/land-rover/range-rover")
    page = read(client.get("/p/cars/land-rover/range-rover/"))
    assert page.one("product-title").text.startswith("Land Rover Range Rover")
    years = set(model.get_children().values_list("name", flat=True))
    assert {"1995", "2004", "2013", "2023"} <= years
    response = client.get("/p/cars/land-rover/range-rover/2004/")
    assert read(response).one("product-title").text == "2004 Land Rover Range Rover"

    campaigns = set(OfficialDiagnostic.objects.applying_to(model).values_list("number", flat=True))
    assert int(page.one("official-count").text) == len(campaigns) > 10
    listed = [row.text for row in page.all("official-row")]
    assert listed
    assert all(any(number in row for number in campaigns) for row in listed)


def test_every_campaign_that_names_land_rover_is_there_with_its_documents(catalogue):
    with gzip.open(catalogue, "rt", encoding="utf-8", newline="") as rows:
        published = {(row[0], row[1]) for row in csv.reader(rows) if row[2] == "LAND ROVER"}
    numbers = {number for number, _ in published}
    assert len(numbers) == 58
    assert OfficialDiagnostic.objects.filter(number__in=numbers).count() == 58
    stored = set(
        DiagnosticDocument.objects.filter(diagnostic__number__in=numbers).values_list("diagnostic__number", "name")
    )
    assert stored >= published


def test_a_fault_code_and_a_campaign_number_are_found(client, catalogue):
    page = read(client.get("/search/?q=P0571"))
    meanings = " ".join(meaning.text for meaning in page.all("code-meaning"))
    assert "Cruise Control/Brake Switch A Circuit Malfunction" in meanings
    codes = read(client.get("/code/p0571/"))
    assert FaultCode.objects.filter(base="P0571").count() == len(codes.all("meaning")) >= 2
    recall = OfficialDiagnostic.objects.get(number="23V790")
    for typed in ("23V790", "23v-790"):
        found = read(client.get("/search/", {"q": typed}))
        assert recall.title in " ".join(hit.text for hit in [*found.all("official-hit"), *found.all("official-lane")])
    assert read(client.get("/search/?q=99V999")).all("official-hit") == []


def test_the_same_files_again_change_nothing(catalogue, tmp_path, capsys):
    before = Product.objects.count(), OfficialDiagnostic.objects.count(), DiagnosticDocument.objects.count()
    call_command("import_vehicles", tmp_path / "us_car_models_1992_2026.csv.gz")
    call_command("import_recall_documents", tmp_path / "recall_documents_2020_2026_full.csv.gz")
    assert capsys.readouterr().out.count("Nothing changed") == 2
    after = Product.objects.count(), OfficialDiagnostic.objects.count(), DiagnosticDocument.objects.count()
    assert after == before
