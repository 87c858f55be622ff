"""The pages of guided diagnosis, as a visitor without an account and as a member meet them."""

import pytest

from tests.builders.forms import human_fields
from tests.builders.products import a_year, make_diagnostic
from tests.builders.wiki import (
    make_diagnostic_test,
    make_experienced,
    make_fix,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_remedy,
)
from tests.html import read
from wiki.models import DiagnosticTest, ReportedReading

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """A cheap and a dearer proven fix before a dear official path, and a test that tells the two apart."""
    problem = make_problem(product=a_year())
    block = make_fix(problem=problem, title="New O-rings", cost=8, hours=1)
    spring = make_fix(problem=problem, title="Replace the spring", cost=260, hours=3)
    for fix in (block, spring):
        for _ in range(3):
            make_outcome(fix=fix, tier="professional", product=a_year())
    diagnostic = make_diagnostic(products=[a_year()], remedy_title="Replace strut and compressor", remedy_cost=1850)
    make_link(problem=problem, diagnostic=diagnostic)
    official = make_remedy(diagnostic=diagnostic)
    test = make_diagnostic_test(
        problem=problem, title="Spray soapy water", points={block.remedy.pk: 2, spring.remedy.pk: -2}
    )
    return {"problem": problem, "block": block, "spring": spring, "official": official, "test": test}


def links(part):
    return [anchor.get("href") for anchor in part.element.xpath(".//a")]


def test_a_visitor_is_led_from_the_test_to_the_official_way_by_the_address_alone(client, case):
    problem = case["problem"]
    page = read(client.get(f"/problem/{problem.pk}-{problem.slug}/diagnose/"))
    assert "Spray soapy water" in page.one("next").text
    pressed, free = links(page.one("answers"))

    page = read(client.get(pressed))
    assert "New O-rings" in page.one("next").text
    page = read(client.get(free))
    assert "Replace the spring" in page.one("next").text
    assert "not pressed" in page.one("way").text
    before = page.one("remaining").text

    page = read(client.get(page.one("no-luck").attribute("href")))
    assert "New O-rings" in page.one("next").text
    assert page.one("remaining").text != before
    page = read(client.get(page.one("no-luck").attribute("href")))
    assert "official way: Replace strut and compressor" in page.one("next").text
    page = read(client.get(page.one("no-luck").attribute("href")))
    assert "Nothing is left" in page.one("next").text
    assert len(page.one("way").element.xpath("./li")) == 4

    undo = page.one("way").element.xpath("./li[1]//a")[0].get("href")
    assert "reading=" not in undo
    assert "tried=" in undo


def test_a_test_can_be_passed_over_and_a_nonsense_address_is_read_kindly(client, case):
    problem = case["problem"]
    address = f"/problem/{problem.pk}-{problem.slug}/diagnose/"
    page = read(client.get(read(client.get(address)).one("skip").attribute("href")))
    assert "New O-rings" in page.one("next").text
    assert "Spray" in read(client.get(f"{address}?reading=999999&reading=x&skip=-1&tried=zz")).one("next").text
    moved = client.get(f"/problem/{problem.pk}/diagnose/?tried=1")
    assert moved.status_code == 301
    assert moved["Location"] == f"{address}?tried=1"


def test_the_plan_shows_the_test_first_and_reckons_with_the_reading(client, case):
    problem, test = case["problem"], case["test"]
    page = read(client.get(problem.get_absolute_url()))
    assert "Spray soapy water" in page.one("first-test").text
    assert "saves about" in page.one("test-worth").text
    assert page.all("remedy-title")[0].text == "New O-rings"

    free = test.readings.last()
    page = read(client.get(f"{problem.get_absolute_url()}?reading={free.pk}"))
    assert page.all("first-test") == []
    assert page.all("remedy-title")[0].text == "Replace the spring"
    assert "You saw: not pressed" in page.one("test-worth").text
    assert page.select(f"//form//input[@name='reading'][@value='{free.pk}']")


def test_a_test_that_nobody_trusted_stands_behind_is_listed_and_not_shown_first(client, case, member_client, client_of):
    DiagnosticTest.objects.update(is_checked=False, checked_by=None)
    problem = case["problem"]
    page = read(client.get(problem.get_absolute_url()))
    assert page.all("first-test") == []
    assert "nobody trusted" in page.one("test").text
    assert "New O-rings" in read(client.get(f"/problem/{problem.pk}-{problem.slug}/diagnose/")).one("next").text

    assert read(member_client.get(problem.get_absolute_url())).all("stand-behind-form") == []
    experienced = client_of(make_experienced())
    assert read(experienced.get(problem.get_absolute_url())).one("stand-behind-form")
    experienced.post(f"/test/{case['test'].pk}/stand-behind/")
    assert read(client.get(problem.get_absolute_url())).one("first-test")


def test_the_way_stands_on_the_sheet(client, case):
    free, block = case["test"].readings.last(), case["block"]
    address = f"/fix/{block.pk}-{block.slug}/sheet/?reading={free.pk}&tried={case['spring'].remedy.pk}"
    page = read(client.get(address))
    assert "Spray soapy water: not pressed" in page.one("sheet-way").text
    assert "Replace the spring: tried" in page.one("sheet-way").text
    assert f"reading={free.pk}" not in page.one("sheet").text
    assert page.element.xpath(f"//input[@name='reading'][@value='{free.pk}']")
    assert read(client.get(address.partition("?")[0])).all("sheet-way") == []


def test_readings_are_reported_with_the_outcome_and_sharpen_the_test(member, member_client, case):
    free, spring = case["test"].readings.last(), case["spring"]
    address = f"/remedy/{spring.remedy.pk}/outcome/?problem={case['problem'].pk}&result=worked&reading={free.pk}"
    form = read(member_client.get(address)).form("outcome-form")
    assert form.values[f"reading_{case['test'].pk}"] == str(free.pk)
    member_client.post(address, form.values | human_fields())
    assert ReportedReading.objects.get().reading == free


def test_a_member_adds_a_test_and_what_was_typed_stays_when_it_is_refused(member_client, case):
    address = f"/problem/{case['problem'].pk}/test/new/"
    typed = {
        "title": "Listen for the pump",
        "how": "Ignition on, **listen**.",
        "money": "0",
        "currency": "USD",
        "hours": "0.05",
        "safety_class": "green",
        "reading_1": "it runs",
        "reading_2": "It runs",
        f"points_1_{case['block'].remedy.pk}": "1",
    }
    page = read(member_client.post(address, human_fields() | typed))
    assert "Another reading says the same" in page.one("form-errors").text
    values = page.form("test-form").values
    assert values["title"] == "Listen for the pump"
    assert values[f"points_1_{case['block'].remedy.pk}"] == "1"
    member_client.post(address, human_fields() | typed | {"reading_2": "it is silent"})
    assert DiagnosticTest.objects.filter(title="Listen for the pump", is_checked=False).exists()


def test_a_test_is_edited_with_its_history_and_a_conflict_shows_both(client_of, case):
    client, test = client_of(case["test"].author), case["test"]
    address = f"/test/{test.pk}/edit/"
    form = read(client.get(address)).form("test-form")
    assert client.post(address, human_fields() | form.values | {"title": "Spray it"}).status_code == 302
    late = client.post(address, human_fields() | form.values | {"title": "Mine"})
    assert late.status_code == 409
    assert read(late).form("test-form").values["title"] == "Mine"
    assert len(read(client.get(f"/test/{test.pk}/history/")).all("revision")) == 2
    assert "Spray" in client.get(f"/test/{test.pk}/diff/1..2/").content.decode()
    client.post(f"/test/{test.pk}/restore/1/", {"base_version": "2"})
    test.refresh_from_db()
    assert test.title == "Spray soapy water"
    client.post(f"/test/{test.pk}/delete/")
    assert read(client.get(case["problem"].get_absolute_url())).all("test") == []


def test_a_step_takes_a_constant_number_of_queries(client, case, django_assert_max_num_queries):
    problem = case["problem"]
    for _ in range(4):
        make_outcome(fix=case["spring"], member=make_regular(), product=a_year())
        make_diagnostic_test(problem=problem, points={case["block"].remedy.pk: 1})
    with django_assert_max_num_queries(14):
        client.get(f"/problem/{problem.pk}-{problem.slug}/diagnose/")
