"""The reliability page of a model: what a second-hand buyer reads."""

import datetime
from decimal import Decimal

import pytest

from tests.builders.accounts import NOW, make_organisation
from tests.builders.products import a_make, a_model, a_year, brake_light_switch, make_component, make_diagnostic
from tests.builders.wiki import (
    make_fix,
    make_issue,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_unassigned,
)
from tests.html import read
from wiki.actions.sightings import report_sighting
from wiki.rules.buying import MOST_ASKED, questions

pytestmark = pytest.mark.django_db


def page_of(client, product):
    return read(client.get(f"{product.get_absolute_url()}reliability/"))


@pytest.fixture
def founding_case():
    """The switch for sixty dollars beside the computer for fifteen hundred, seen by two owners."""
    problem = make_problem(product=a_year(), component=brake_light_switch(), title="Brake lights stay on")
    fix = make_fix(problem=problem, title="Replace the switch", cost=Decimal(60), first_check="Press the pedal.")
    make_outcome(fix=fix)
    make_link(problem=problem, diagnostic=make_diagnostic(products=[a_model()]))
    for _ in range(2):
        report_sighting(problem=problem, actor=make_regular(), now=NOW)
    return problem


def test_costs_stand_both_ways_with_what_to_look_at_and_ask(client, founding_case):
    make_diagnostic(kind="recall", number="14V047000", title="Ignition switch", products=[a_year()])
    page = page_of(client, a_model())
    row = page.one("cost-row").text
    for words in ("Brake lights stay on", "Replace the switch", "1 of 1", "$1,500"):
        assert words in row
    assert "Press the pedal." in page.one("look-row").text
    asked = [part.text for part in page.all("question")]
    assert asked[0].startswith("Was the recall done")
    assert asked[1].startswith(f"{founding_case.component.name}: has anything been repaired")
    assert page.one("official-row").text.startswith("Recall 14V047000")


def test_it_says_that_reports_are_no_rates(client, founding_case):
    assert "Reports are not rates." in page_of(client, a_year()).one("no-rates").text


def test_reports_of_each_system_are_shown_by_year_filed_or_not(client, founding_case):
    make_unassigned(component=make_component(name="Steering"), seen_on=datetime.date(2024, 5, 1))
    page = page_of(client, a_year())
    said = {part.select(".//h3")[0].text: part for part in page.all("system")}
    filed = next(part for title, part in said.items() if title.endswith(": 2"))
    steering = next(part for title, part in said.items() if title == "Steering: 1")
    assert filed.select(".//tbody/tr")[-1].text == "2026 2"
    assert [row.text for row in steering.select(".//tbody/tr")] == ["2024 1", "2025 0", "2026 0"]


def test_only_listed_issues_stand_there_and_lead_to_their_page(client):
    maker = make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])
    listed = make_issue(is_public=True)
    make_issue(product=a_model(), is_public=False)
    page = page_of(client, a_model())
    assert list(page.one("issue").links.values()) == [f"/brand/{maker.slug}/issue/{listed.pk}/"]
    assert any("owners report more than usual" in part.text for part in page.all("question"))


def test_hidden_problems_are_not_counted(client, founding_case):
    type(founding_case).objects.update(state="hidden")
    assert not page_of(client, a_year()).has("cost-row")


def test_without_any_report_it_says_that_this_is_no_sign_of_quality(client):
    page = page_of(client, a_model())
    assert "no sign of quality" in page.one("nothing-known").text
    assert page.has("ask")


def test_makes_categories_and_unknown_paths_have_none(client):
    assert client.get(f"{a_make().get_absolute_url()}reliability/").status_code == 404
    assert client.get("/p/cars/nowhere/reliability/").status_code == 404


def test_the_product_leads_to_it(client, founding_case):
    link = read(client.get(a_year().get_absolute_url())).one("reliability")
    assert link.attribute("href") == f"{a_year().get_absolute_url()}reliability/"


def test_it_takes_as_many_queries_for_many(client, founding_case, django_assert_max_num_queries):
    for number in range(12):
        problem = make_problem(product=a_year(), component=make_component(name=f"Part {number}"))
        make_fix(problem=problem)
        report_sighting(problem=problem, actor=make_regular(), now=NOW)
        make_issue(component=problem.component, is_public=True)
        make_diagnostic(kind="recall", products=[a_year()])
    client.get("/help/")
    with django_assert_max_num_queries(26):
        client.get(f"{a_year().get_absolute_url()}reliability/")


def test_the_questions_are_few_and_each_part_is_asked_about_once():
    parts = ["Switch", "Switch", *(f"Part {number}" for number in range(9))]
    asked = questions(recalls=3, parts=parts, emerging=["Steering"], has_codes=True)
    assert asked[0].startswith("Were all 3 recalls done")
    assert sum("repaired or replaced" in question for question in asked) == MOST_ASKED
    assert len(asked) == MOST_ASKED + 4
    assert questions(recalls=0, parts=[], emerging=[], has_codes=False) == (
        "What was replaced on suspicion, without curing what it was replaced for?",
    )
