"""What imported recalls, bulletins and investigations say on the pages: plan, hub and official page."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from products.models import Investigation, OfficialDiagnostic, Product
from tests.builders.products import a_category, make_diagnostic
from tests.builders.wiki import make_link, make_problem
from tests.html import read
from tests.products.importers.flat_rows import bulletin, flat, investigation, recall
from tests.products.importers.running import written
from tests.products.importers.test_recalls_api import PARTS, RESULT

pytestmark = pytest.mark.django_db
TUCSON = "/p/cars/hyundai/tucson/2020/"


@pytest.fixture
def park_it(tmp_path: Path) -> OfficialDiagnostic:
    """A recall of the interface that says: do not use it."""
    result = RESULT | {"parkIt": True, "parkOutSide": False, "overTheAirUpdate": True}
    call_command("import_recalls_api", written(tmp_path, json.dumps({"results": [result]}), "answer.json"))
    return OfficialDiagnostic.objects.get()


class TestARecallThatSaysDoNotUseIt:
    def test_stops_the_use_above_the_plan_of_a_problem_it_is_linked_with(self, client, park_it):
        problem = make_problem(product=Product.objects.get(path="cars/hyundai/tucson/2020"))
        assert "Stop using it" not in read(client.get(problem.get_absolute_url())).text
        make_link(problem=problem, diagnostic=park_it)
        page = read(client.get(problem.get_absolute_url()))
        assert "Stop using it" in page.text
        assert "A recall that may apply says: do not use it until the recall is done." in page.text
        assert "may apply, check your VIN" in page.text

    def test_is_marked_on_the_hub_and_may_apply(self, client, park_it):
        row = read(client.get(TUCSON)).one("official-row").text
        assert "20V543" in row
        assert "Do not use" in row
        assert "May apply, check your VIN" in row

    def test_says_on_its_page_what_can_follow_what_is_done_and_where(self, client, park_it):
        page = read(client.get("/recall/20V543000/", follow=True))
        assert "Do not use it" in page.one("park-it").text
        assert not page.all("park-outside")
        assert page.one("consequence").text.endswith("A fire can increase the risk of injury.")
        assert "Dealers will replace the fuse" in page.one("action").text
        assert "over the air" in page.one("over-the-air").text


def test_a_bulletin_stands_on_the_hub_and_no_one_need_check_their_number(client, tmp_path):
    call_command("import_nhtsa_flat", flat(tmp_path, bulletin()))
    row = read(client.get("/p/cars/ford/taurus/1995/")).one("official-row").text
    assert "Front brake vibration when stopping" in row
    assert "May apply" not in row


def test_the_years_of_a_model_stand_together_with_the_days_between_which_they_were_built(client, tmp_path):
    call_command(
        "import_nhtsa_flat", flat(tmp_path, recall(YEARTXT="2021"), recall(BGMAN="20180101"), recall(MODELTXT="KONA"))
    )
    page = read(client.get(OfficialDiagnostic.objects.get().get_absolute_url()))
    rows = [item.text for item in page.select("//*[@data-testid='covered']/li")]
    assert rows == [
        "Hyundai Kona: 2020 built from 2 Mar 2019 to 11 Jul 2020",
        "Hyundai Tucson: 2020, 2021 built from 1 Jan 2018 to 11 Jul 2020",
    ]


def test_parts_that_differ_in_their_numbers_are_one_row(client, tmp_path):
    rows = "".join(f"20V543000,Harness,,A-{n},KET,The harness may overheat.,\n" for n in range(3))
    call_command("import_recalls_api", written(tmp_path, PARTS + rows + "20V543000,Fuse,,F-1,,It may fail.,\n"))
    page = read(client.get(OfficialDiagnostic.objects.get().get_absolute_url()))
    parts = [item.text for item in page.select("//*[@data-testid='parts']//li")]
    assert parts == ["Fuse F-1", "Harness Made by KET 3 part numbers A-0, A-1, A-2"]


class TestInvestigations:
    def test_stand_with_their_days_on_the_hub_and_on_the_recall_they_led_to(self, client, tmp_path):
        call_command("import_nhtsa_flat", flat(tmp_path, investigation(), name="FLAT_INV.txt"))
        call_command("import_nhtsa_flat", flat(tmp_path, recall(), recall(CAMPNO="21V001000"), name="FLAT_RCL.txt"))
        said = "PE19003 Engine compartment fires Preliminary evaluation, opened 29 Mar 2019, closed 23 Apr 2021"
        assert said in read(client.get(TUCSON)).one("investigation").text
        assert said in read(client.get("/recall/20V543/", follow=True)).one("investigation").text
        assert not read(client.get("/recall/21V001/", follow=True)).all("investigation")

    def test_say_nothing_on_other_products_and_on_a_whole_category(self, client, tmp_path):
        call_command(
            "import_nhtsa_flat",
            flat(tmp_path, investigation(), investigation(MODEL="KONA", NHTSA_ACTION_NUMBER="EA1234")),
        )
        assert Investigation.objects.count() == 2
        assert len(read(client.get("/p/cars/hyundai/kona/")).all("investigation")) == 1
        assert not read(client.get(a_category().get_absolute_url())).all("investigation")

    def test_of_the_same_number_are_no_business_of_a_bulletin(self, client, tmp_path):
        call_command("import_nhtsa_flat", flat(tmp_path, investigation()))
        other = make_diagnostic(kind="bulletin", number="20V543", publisher="Hyundai")
        assert not read(client.get(other.get_absolute_url())).all("investigation")
