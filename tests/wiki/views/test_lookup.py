"""The dealer's lookup."""

import datetime
from decimal import Decimal

import pytest

from tests.builders.accounts import make_professional, make_user
from tests.builders.products import a_year, brake_light_switch, make_diagnostic, make_fault_code, make_product
from tests.builders.wiki import make_fix, make_link, make_outcome, make_problem
from tests.html import read
from wiki.models import FixPart, Outcome, Sighting

pytestmark = pytest.mark.django_db

VIN = "SALLMAMH44A123456"
SCAN = """Fault report 2026-11-20 11:02
Engine control module
  P0571-00 (2A)  Brake switch A circuit
ABS module
  C1A00 - supply voltage"""


@pytest.fixture
def case():
    """The founding case with workshops and owners."""
    make_fault_code(code="P0571", description="Brake switch A circuit")
    problem = make_problem(product=a_year(), component=brake_light_switch(), code_text="P0571")
    fix = make_fix(problem=problem, title="Replace the brake light switch", cost=Decimal(60))
    workshop = make_professional(product=a_year())
    for number in ("J-1", "J-2"):
        make_outcome(remedy=fix.remedy, member=workshop, job_number=number, part_number="xkb500110")
    make_outcome(remedy=fix.remedy, member=make_user(reputation=50))
    make_link(problem=problem, diagnostic=make_diagnostic(products=[a_year()], situation="The lights stay on."))
    return problem, fix


def ask(client, **said):
    return read(client.post("/pro/lookup/", {"usage_unit": "mi", **said}))


def test_a_vin_and_a_scanners_text_find_the_switch_above_the_computer(client, case):
    page = ask(client, vin=VIN, text=SCAN, usage="121000")
    assert "Replace the brake light switch first" in page.one("before-you-replace").text
    assert "$1,500" in page.one("before-you-replace").text
    assert "2 of 2 workshops" in page.one("before-you-replace").text
    assert "1 of 1 owner " in page.one("before-you-replace").text
    assert "2004 Land Rover Range Rover" in page.one("is-this-it").text
    assert "The lights stay on." in page.one("procedure").text
    assert "Brake switch A circuit" in page.one("meanings").text
    assert "121,000" in page.one("ccc").text


def test_the_vin_is_in_no_link_of_the_answer(client, case):
    page = ask(client, vin=VIN, text="P0571")
    assert not [link for link in page.links.values() if VIN.lower() in link.lower()]
    assert client.get(f"/pro/lookup/?vin={VIN}").status_code == 200
    assert VIN not in client.get(f"/pro/lookup/?vin={VIN}").content.decode()


def test_a_scanners_report_brings_its_own_vin_which_stays_in_no_link(client, case):
    page = ask(client, text=f"VIN: {VIN}  Land Rover\n{SCAN}")
    assert "2004 Land Rover Range Rover" in page.one("is-this-it").text
    assert page.one("unexplained").text.startswith("C1A00")
    unknown = ask(client, text=f"VIN {VIN} U0999 rattles")
    links = [*page.links.values(), *unknown.links.values()]
    assert any("rattles" in link for link in links)
    assert not [link for link in links if VIN.lower() in link.lower()]


def test_a_problem_that_only_words_found_says_that_the_codes_are_not_its_own(client, case):
    page = ask(client, text="U0999 brake lights stay on", product=a_year().full_name)
    assert "found by its words" in page.one("unexplained").text


def test_the_mileage_goes_along_in_its_unit_and_is_marked_in_the_histogram(client_of, case):
    problem, _fix = case
    Sighting.objects.create(
        problem=problem,
        product=a_year(),
        seen_on="2026-01-01",
        usage=200_000,
        usage_unit="km",
        created_at="2026-01-01T00:00Z",
    )
    client = client_of(make_professional(product=a_year()))
    page = read(client.post("/pro/lookup/", {"vin": VIN, "text": "P0571", "usage": "194000", "usage_unit": "km"}))
    assert "120,000" in page.one("by-mileage").select(".//tr[.//*[@data-testid='ours']]")[0].text
    recorded = client.get(page.one("record").attribute("href"))
    assert read(recorded).form("job-form").values["usage"] == "194000"
    assert read(recorded).form("job-form").values["usage_unit"] == "km"


def test_workshops_stand_apart_from_owners_with_parts_and_comebacks(client, case):
    _problem, fix = case
    FixPart.objects.create(fix=fix, name="Switch", number="XKB500110", replaced_by="XKB500111", price=Decimal(58))
    back = Outcome.objects.filter(job_number="J-2").get()
    Outcome.objects.filter(pk=back.pk).update(came_back_on=back.happened_on + datetime.timedelta(days=20))
    row = next(row for row in ask(client, text="P0571", product=a_year().full_name).all("remedy"))
    assert "XKB500110 → XKB500111, 58.00 USD (2×)" in " ".join(row.text.split())
    assert "1 of 3" in row.text


def test_an_open_recall_on_the_configuration_stands_beside_the_answer(client, case):
    make_diagnostic(kind="recall", number="26V-118", title="Fuel line may leak", products=[a_year()])
    lane = ask(client, vin=VIN, text="P0571").one("official-lane").text
    assert "26V-118" in lane and "Recall open" in lane and "Fuel line may leak" in lane


def test_a_comeback_after_the_thirty_days_does_not_count_as_one(client, case):
    outcome = Outcome.objects.filter(job_number="J-2").get()
    Outcome.objects.filter(pk=outcome.pk).update(came_back_on=outcome.happened_on + datetime.timedelta(days=31))
    assert "0 of 3" in ask(client, text="P0571", product=a_year().full_name).all("remedy")[0].text


def test_the_mileages_of_sightings_are_shown(client, case):
    problem, _fix = case
    for usage in (100_000, 110_000, 10_000):
        Sighting.objects.create(
            problem=problem,
            product=a_year(),
            seen_on="2026-01-01",
            usage=usage,
            usage_unit="mi",
            created_at="2026-01-01T00:00Z",
        )
    assert ask(client, text="P0571", product=a_year().full_name).one("by-mileage") is not None


def test_a_vin_of_several_products_asks_which_and_takes_the_answer(client, case):
    sport = make_product(parent=a_year().parent.parent, kind="model", name="Range Rover Sport")
    other = make_product(parent=sport, kind="year", name="2004", year_from=2004, year_to=2004)
    page = ask(client, vin=VIN, text="P0571")
    assert other.full_name in page.one("is-this-it").text
    assert "switch" in page.one("before-you-replace").text
    chosen = ask(client, vin=VIN, text="P0571", is_it=other.path)
    assert "Range Rover Sport" in chosen.one("is-this-it").text
    assert chosen.has("nothing") or "Nothing was found for" in chosen.text


def test_a_slip_in_the_vin_is_said_beside_it_and_nothing_is_lost(client, case):
    page = ask(client, vin="SALLMAMH44A1234", text=SCAN, usage="5")
    values = page.form("lookup-form").values
    assert (values["vin"], values["usage"]) == ("SALLMAMH44A1234", "5")
    assert "P0571" in values["text"]
    assert not page.has("answer")


def test_nothing_at_all_is_asked_for(client):
    assert "any of them is enough" in ask(client).text


def test_unknown_codes_lead_to_asking_with_what_was_pasted(client, case):
    page = ask(client, text="U0999")
    assert page.one("nothing") is not None
    assert any("/ask/" in link and "U0999" in link for link in page.links.values())


@pytest.mark.parametrize("text", ["", "\x00P0571", "P0571 " * 3000, "🚗" * 500, "' OR 1=1 --", "AND NOT ("])
def test_whatever_is_pasted_is_answered(client, case, text):
    assert client.post("/pro/lookup/", {"text": text, "usage_unit": "mi"}).status_code == 200
