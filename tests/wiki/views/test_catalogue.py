"""Pages about what exists: hubs of products, makes, components, fault codes."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.queries import community_rules
from products.actions.tree import read_again, rename_product
from tests.builders.accounts import NOW, make_organisation
from tests.builders.products import (
    a_make,
    a_model,
    a_year,
    brake_light_switch,
    make_component,
    make_diagnostic,
    make_fault_code,
    make_product,
)
from tests.builders.wiki import make_fix, make_outcome, make_problem
from tests.html import read
from wiki.models import Sighting

HUB = "/p/cars/land-rover/range-rover/"


def unassigned(*, product, component=None, count: int = 1) -> None:
    """Imported complaints that nobody has filed under a problem yet."""
    for _ in range(count):
        Sighting.objects.create(
            product=product, component=component, seen_on=datetime.date(2026, 1, 2), created_at=NOW, source="a test"
        )


def queries(client, address: str) -> int:
    community_rules.forget()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


# ---------------------------------------------------------------- products


def test_a_hub_lists_problems_above_and_below_it_most_sightings_first(db, client):
    below = make_problem(product=a_year(), title="Below")
    above = make_problem(product=a_make(), title="Above")
    elsewhere = make_problem(product=a_model(name="Golf", make="Volkswagen"), title="Elsewhere")
    for problem, count in ((below, 3), (above, 7), (elsewhere, 9)):
        problem.sighting_count = count
        problem.save()

    rows = read(client.get(HUB)).all("problem")

    assert [row.one("sightings").text for row in rows] == ["7", "3"]
    assert [list(row.links)[-1] for row in rows] == ["Above", "Below"]


def test_a_hidden_problem_and_a_duplicate_are_not_listed(db, client, moderator_client):
    kept = make_problem(title="Kept")
    make_problem(title="Hidden")
    type(kept).objects.filter(title="Hidden").update(state="hidden")
    type(kept).objects.filter(pk=make_problem(title="Duplicate").pk).update(duplicate_of=kept)

    assert [list(row.links)[-1] for row in read(client.get(HUB)).all("problem")] == ["Kept"]
    assert len(read(moderator_client.get(HUB)).all("problem")) == 2


def test_a_row_says_what_to_try_first_and_what_it_costs(db, client):
    make_outcome(fix=make_fix(cost=Decimal(60), hours=Decimal(0)), tier="professional")

    row = read(client.get(HUB)).one("problem")

    assert row.one("first-try").text == "Replace the brake light switch, too early to say (1 of 1)"
    assert row.one("first-cost").text == "$60"


def test_a_problem_without_a_remedy_says_so(db, client):
    make_problem()

    assert read(client.get(HUB)).one("first-try").text == "Nobody knows a remedy yet"


def test_problems_are_counted_by_system_and_narrowed_to_one(db, client):
    make_problem(title="Switch", component=brake_light_switch())
    make_problem(title="Rattle", component=make_component(name="Exhaust"))

    page = read(client.get(HUB))
    assert [chip.text for chip in page.all("system")] == ["Brakes 1", "Exhaust 1"]

    narrowed = read(client.get(f"{HUB}?component=brakes"))
    assert [list(row.links)[-1] for row in narrowed.all("problem")] == ["Switch"]
    assert client.get(f"{HUB}?component=nothing").status_code == 404


def test_a_product_without_problems_shows_its_recalls_its_unassigned_sightings_and_where_to_start(db, client):
    unassigned(product=a_year(), component=brake_light_switch(), count=3)
    unassigned(product=a_model())
    make_diagnostic(kind="recall", number="26V118", products=[a_year()])

    page = read(client.get(HUB))

    start = page.one("start-here").links["Describe the first problem"]
    assert start == "/ask/?product=cars/land-rover/range-rover"
    assert [row.text for row in page.all("unassigned-row")] == ["Brakes 3", "Not said 1"]
    assert "26V118" in page.one("official-row").text
    assert "May apply, check your VIN" in page.one("official-row").text


def test_official_diagnostics_are_counted_and_paged_and_a_superseded_one_says_so(db, client):
    newer = make_diagnostic(kind="recall", number="NEWER", products=[a_model()], issued_on=datetime.date(2020, 1, 1))
    make_diagnostic(kind="recall", number="OLDER", products=[a_year()], superseded_by=newer)
    for _ in range(10):
        make_diagnostic(products=[a_make()], issued_on=datetime.date(2018, 1, 1))

    page = read(client.get(HUB))
    assert page.one("official-count").text == "12"
    assert len(page.all("official-row")) == 10
    assert page.one("official-pages").links == {"Older": "?recalls=2#official"}

    second = read(client.get(f"{HUB}?recalls=2"))
    assert "OLDER" in second.all("official-row")[-1].text
    assert "Superseded by NEWER" in second.all("official-row")[-1].text


def test_levels_may_be_missing_and_siblings_stand_beside(db, client):
    generation = make_product(parent=a_model(), kind="generation", name="L322")
    make_product(parent=read_again(generation), kind="year", name="2004")
    make_product(parent=read_again(a_model()), kind="year", name="1999")

    model = read(client.get(HUB))
    assert [row.text for row in model.all("chips")] == ["Generation L322", "Year 1999 2004"]

    year = read(client.get(f"{HUB}1999/"))
    assert year.select(".//*[@aria-current='page' and contains(@class,'chip')]")[0].text == "1999"


def test_a_makes_hub_says_that_it_is_run_by_owners(db, client):
    a_make()

    assert "run by owners, not by Land Rover" in read(client.get("/p/cars/land-rover/")).one("run-by-owners").text
    assert not read(client.get("/p/cars/")).has("run-by-owners")


def test_a_former_path_and_another_spelling_lead_to_the_product_and_an_unknown_path_nowhere(db, client):
    rename_product(product=a_model(name="Rangie"), name="Range Rover")

    moved = client.get("/p/cars/land-rover/rangie/?recalls=2")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{HUB}?recalls=2")
    assert client.get("/p/Cars/Land-Rover/Range-Rover/").headers["Location"] == HUB
    assert client.get("/p/cars/land-rover/nothing/").status_code == 404


@pytest.mark.parametrize("asked", ["page=999", "page=x", "recalls=-1", "recalls=x&page="])
def test_a_page_that_does_not_exist_shows_one_that_does(asked, db, client):
    make_problem()
    make_diagnostic(products=[a_model()])

    page = read(client.get(f"{HUB}?{asked}"))

    assert page.has("problem") and page.has("official-row")


def test_a_hub_costs_the_same_with_more_of_everything(db, client):
    def more(count: int, name: str) -> None:
        for number in range(count):
            component = make_component(name=f"{name} {number}")
            make_outcome(fix=make_fix(problem=make_problem(component=component)), tier="owner")
            unassigned(product=a_year(), component=component)
            make_diagnostic(kind="recall", products=[a_year()])
            make_product(parent=read_again(a_model()), kind="year", name=f"{1950 + number + 10 * len(name)}")

    more(1, "One")
    few = queries(client, HUB)
    more(5, "Many")

    assert queries(client, HUB) == few <= 25


# ---------------------------------------------------------------- makes


def test_a_make_is_gathered_over_its_categories(db, client):
    make_problem(product=a_model(name="SMS46", make="Bosch", category="Dishwashers"), title="Does not drain")
    make_problem(product=a_model(name="Performance", make="Bosch", category="Bicycles"), title="Error 503")
    maker = make_organisation(kind="manufacturer", name="Bosch GmbH", scope=[a_make(name="Bosch", category="Bicycles")])

    page = read(client.get("/make/bosch/"))

    assert [place.headings[0][1] for place in page.all("place")] == ["Bicycles", "Dishwashers"]
    assert {list(row.links)[-1] for row in page.all("problem")} == {"Does not drain", "Error 503"}
    assert "run by owners, not by Bosch" in page.one("run-by-owners").text
    assert page.one("run-by-owners").links == {"Bosch GmbH takes part": maker.get_absolute_url()}


def test_an_unknown_make_is_not_found_and_one_without_problems_says_where_to_start(db, client):
    a_make()

    assert client.get("/make/nothing/").status_code == 404
    assert client.get("/make/range-rover/").status_code == 404
    assert read(client.get("/make/land-rover/")).has("start-here")


def test_a_makes_page_costs_the_same_in_more_categories(db, client):
    make_fix(problem=make_problem(product=a_model(name="SMS46", make="Bosch", category="Dishwashers")))
    few = queries(client, "/make/bosch/")
    for category in ("Bicycles", "Drills", "Ovens"):
        make_fix(problem=make_problem(product=a_model(name="One", make="Bosch", category=category)))

    assert queries(client, "/make/bosch/") == few <= 20


# ---------------------------------------------------------------- components


def test_a_component_gathers_problems_and_diagnostics_of_all_below_it(db, client):
    switch = brake_light_switch()
    problem = make_problem(component=switch)
    make_problem(title="Rattle", component=make_component(name="Exhaust"))
    make_diagnostic(number="GTR-418", components=[switch])
    make_diagnostic(number="OTHER", products=[a_year()])

    page = read(client.get("/component/brakes/"))

    assert [list(row.links)[-1] for row in page.all("problem")] == [problem.title]
    assert ["GTR-418" in row.text for row in page.all("official-row")] == [True]
    assert list(page.one("children").links) == ["Brake switches"]
    assert "To a workshop only" in page.one("safety-class").text


def test_a_part_names_its_aliases_and_its_place_and_invites_a_first_problem(db, client):
    brake_light_switch()

    page = read(client.get("/component/brake-light-switch/"))

    assert page.one("aliases").text == "Also called Stop lamp switch."
    assert list(page.one("breadcrumbs").links) == ["Brakes", "Brake switches"]
    assert page.one("no-problems").links["Describe a problem"] == "/ask/?component=brake-light-switch"
    assert client.get("/component/nothing/").status_code == 404


def test_a_component_costs_the_same_with_more_problems(db, client):
    switch = brake_light_switch()
    make_outcome(fix=make_fix(problem=make_problem(component=switch)))
    make_diagnostic(components=[switch])
    few = queries(client, "/component/brakes/")
    for _ in range(5):
        make_outcome(fix=make_fix(problem=make_problem(component=switch)))
        make_diagnostic(components=[switch])

    assert queries(client, "/component/brakes/") == few <= 15


# ---------------------------------------------------------------- fault codes


def test_every_makes_meaning_stands_beside_the_others_with_its_source(db, client):
    rover, ford = a_make(), a_make(name="Ford")
    make_fault_code(code="P1571", make=rover, description="Brake switch", source="A", module="ECM")
    make_fault_code(code="P1571", make=ford, description="Speed signal", source="B")

    rows = read(client.get("/code/p1571/")).all("meaning")

    assert [row.text for row in rows] == ["Ford Speed signal any module B", "Land Rover Brake switch ECM A"]
    assert not read(client.get("/code/p1571/")).has("contradicted")


def test_sources_that_contradict_each_other_both_stand_and_say_so(db, client):
    make_fault_code(code="P0571", description="Brake switch A", source="A")
    make_fault_code(code="P0571", description="Cruise control", source="B")

    page = read(client.get("/code/p0571/"))

    assert len(page.all("meaning")) == 2
    assert page.one("contradicted").text == "sources disagree"


def test_problems_and_diagnostics_with_the_base_code_are_listed_and_others_are_not(db, client):
    with_code = make_problem(title="With it", code_text="P0571-00")
    make_problem(title="Without", code_text="P0570")
    make_diagnostic(number="GTR-418", codes=[make_fault_code(code="P0571-64")])

    page = read(client.get("/code/p0571/"))

    assert [list(row.links)[-1] for row in page.all("problem")] == [with_code.title]
    assert "GTR-418" in page.one("official-row").text


@pytest.mark.parametrize("spelling", ["P0571", "p 0571", "P0571-00", "p0571-64 (2A)"])
def test_any_spelling_leads_to_the_base_code(spelling, db, client):
    assert client.get(f"/code/{spelling}/").headers["Location"] == "/code/p0571/"


def test_an_unknown_code_is_not_found_but_helps_on(db, client):
    answer = client.get("/code/p0999/")

    assert answer.status_code == 404
    assert read(answer).one("unknown-code").links == {
        "Search for it": "/search/?q=P0999",
        "Describe a problem": "/ask/?q=P0999",
    }


def test_a_code_costs_the_same_with_more_meanings(db, client):
    make_fault_code(code="P0571", make=a_make())
    make_fix(problem=make_problem())
    few = queries(client, "/code/p0571/")
    for name in ("Ford", "Kia", "Volvo"):
        make_fault_code(code="P0571", make=a_make(name=name))
        make_fix(problem=make_problem())

    assert queries(client, "/code/p0571/") == few <= 12
