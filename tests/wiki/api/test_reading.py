"""Reading by the API, without a key."""

import pytest

from tests.builders.products import a_make, a_model, a_year
from tests.builders.wiki import make_fix, make_outcome, make_problem
from wiki.models import Fix, Problem

pytestmark = pytest.mark.django_db


def test_the_founding_case_is_found_and_its_plan_begins_with_the_switch(api, world):
    found = api("search", q="brake light", code="P0571")
    assert found["problems"][0]["id"] == world.problem.pk
    assert found["problems"][0]["first_step"]["title"] == "Replace the brake light switch"
    plan = api(f"problems/{world.problem.pk}/plan", way="workshop")
    assert [step["kind"] for step in plan["steps"]].count("official") == 1
    assert plan["steps"][0]["remedy"] == world.fix.remedy.pk
    assert plan["steps"][0]["chance"]["reports"] == 1


def test_what_a_reader_says_changes_the_plan(api, world):
    tried = api(f"problems/{world.problem.pk}/plan", tried=[world.fix.remedy.pk])
    assert tried["steps"][-1]["remedy"] == world.fix.remedy.pk
    assert "tried" in tried["steps"][-1]["why"]


def test_a_list_goes_on_where_it_ended_and_ends(api, world):
    a_make(name="Saab")
    seen, after = [], None
    while True:
        page = api("products", limit=2, **({"after": after} if after else {}))
        seen += [row["id"] for row in page["items"]]
        after = page["next_after"]
        assert (page["next"] is None) == (after is None)
        if after is None:
            break
    everything = [row["id"] for row in api("products", limit=100)["items"]]
    assert seen == everything
    assert len(seen) == len(set(seen)) > 4


def test_products_are_found_by_name_level_and_parent(api, world):
    make = a_model().parent
    assert [row["id"] for row in api("products", parent=make.pk)["items"]] == [a_model().pk]
    assert [row["name"] for row in api("products", kind="make")["items"]] == ["Land Rover"]
    assert api("products", name="Land Rov")["items"][0]["id"] == make.pk
    assert api(f"products/{make.pk}")["path"] == make.path


def test_codes_components_and_official_diagnostics_say_what_pages_say(api, world):
    assert api("codes", code="p0571-00")["items"][0]["description"] == "Brake switch A circuit"
    component = api("components", name="brake light")["items"][0]
    assert component["safety_class"] == "amber"
    diagnostics = api("official-diagnostics", product=a_year().path)["items"]
    assert [row["id"] for row in diagnostics] == api(f"problems/{world.problem.pk}")["official_diagnostics"]


def test_outcomes_name_no_people(api, world):
    row = api("outcomes", problem=world.problem.pk)["items"][0]
    assert row["note"] == "Gone since then."
    assert not {"member", "owned_product", "job_number", "mail_digest"} & row.keys()
    assert world.outcome.member.username not in str(row)


def test_what_is_hidden_is_absent(api, world):
    hidden = make_problem(title="A hidden one")
    fix = make_fix(problem=hidden)
    outcome = make_outcome(remedy=fix.remedy)
    Problem.objects.filter(pk=hidden.pk).update(state="hidden")
    api(f"problems/{hidden.pk}", status=404)
    api(f"problems/{hidden.pk}/plan", status=404)
    api(f"fixes/{fix.pk}", status=404)
    api(f"outcomes/{outcome.pk}", status=404)
    assert hidden.pk not in [row["id"] for row in api("problems")["items"]]
    Fix.objects.filter(pk=world.fix.pk).update(state="deleted")
    assert api("fixes")["items"] == []
    assert api("outcomes")["items"] == []


def test_a_filter_that_names_nothing_is_an_error_and_not_ignored(api, world):
    said = api("problems", product="cars/tesla", status=404)
    assert said["detail"] == "There is no product at cars/tesla."


def test_a_list_costs_the_same_queries_at_any_length(api, world, django_assert_num_queries):
    def queries(address):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as captured:
            api(address)
        return len(captured)

    lists = ["problems", "fixes", "outcomes", "official-diagnostics", "products", "codes"]
    before = {name: queries(name) for name in lists}
    for _ in range(3):
        make_outcome(remedy=make_fix(problem=make_problem()).remedy)
    assert {name: queries(name) for name in lists} == before


def test_a_vin_is_read_from_the_body_and_not_kept(send, world):
    response = send("vin", {"vin": "SALLMAMH44A123456"})
    assert response.status_code == 200
    assert [make["name"] for make in response.json()["makes"]] == ["Land Rover"]
    assert "SALLMAMH44A123456" not in response.content.decode()
    assert send("vin", {"vin": "NOTAVINATALL"}).status_code == 409
