"""The front page: ask first, then what was confirmed, open recalls and the categories."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.queries import community_rules
from tests.builders.accounts import make_owned_product
from tests.builders.products import a_model, a_year, make_diagnostic
from tests.builders.wiki import make_fix, make_link, make_outcome, make_problem, make_remedy
from tests.html import read


def a_saving(*, number: int = 1, professional: bool = True, **fields):
    """A problem whose switch, paid 60, a professional has proved beside an official remedy of 1,500."""
    product = a_model(name=f"Model {number}")
    problem = make_problem(product=product, title=f"Stays on, number {number}", **fields)
    fix = make_fix(problem=problem, **fields)
    tier = "professional" if professional else "unverified"
    make_outcome(fix=fix, tier=tier, money=Decimal(60), **fields)
    make_remedy(diagnostic=make_diagnostic(products=[product], remedy_cost=Decimal(1500)))
    make_link(problem=problem, diagnostic=product.coverage.get().diagnostic)
    return problem


def test_the_symptom_box_comes_first_and_leads_to_the_search(db, client):
    page = read(client.get("/"))

    assert page.headings[0] == (1, "What is it doing?")
    assert page.form("search-form").action == "/search/"
    assert [field.attribute("name") for field in page.one("search-form").select(".//input")] == ["q"]


def test_a_confirmed_fix_stands_with_what_was_paid_and_the_difference_to_the_official_price(db, client):
    problem = a_saving()

    row = read(client.get("/")).one("savings").one("saving")

    assert row.links == {problem.title: problem.get_absolute_url()}
    assert [row.one(name).text for name in ("paid", "official", "saved")] == ["$60", "$1,500", "$1,440"]
    assert row.one("report-count").text == "1 of 1"


def test_a_fix_that_nobody_verified_has_proved_is_no_saving(db, client):
    a_saving(professional=False)

    page = read(client.get("/"))

    assert not page.has("savings")
    assert "No fix has been confirmed yet" in page.one("no-savings").text


@pytest.mark.parametrize("state", ["hidden", "deleted"])
def test_a_problem_that_is_not_published_is_no_saving(state, db, client):
    problem = a_saving()
    problem.state = state
    problem.save()

    assert not read(client.get("/")).has("savings")


def test_a_repair_that_came_back_is_no_saving(db, client):
    problem = a_saving()
    problem.fixes.get().remedy.outcomes.update(came_back_on=datetime.date(2026, 11, 20))

    assert not read(client.get("/")).has("savings")


def test_demonstration_data_is_labelled(db, client):
    a_saving(is_demonstration=True)

    page = read(client.get("/"))

    assert page.has("demonstration")
    assert "demonstration" in page.one("saving").text


def test_the_last_confirmed_comes_first(db, client):
    old, new = a_saving(number=1), a_saving(number=2)
    new.fixes.get().remedy.outcomes.update(happened_on=datetime.date(2026, 11, 1))
    old.fixes.get().remedy.outcomes.update(happened_on=datetime.date(2026, 11, 20))

    rows = read(client.get("/")).all("saving")

    assert [next(iter(row.links)) for row in rows] == [old.title, new.title]


def test_recalls_in_force_are_named_with_their_products_and_superseded_ones_are_not(db, client):
    newer = make_diagnostic(kind="recall", number="26V118", title="Booster", products=[a_year(), a_year(year=2005)])
    make_diagnostic(kind="recall", number="20V001", title="Old booster", superseded_by=newer)

    recalls = read(client.get("/")).one("recalls")

    assert [recall.links for recall in recalls.all("recall")] == [{"Booster": newer.get_absolute_url()}]
    assert "2004 Land Rover Range Rover and 1 more" in recalls.text


def test_my_product_narrows_the_search_and_a_stranger_has_none(member, member_client, client):
    make_owned_product(member=member, product=a_year(), is_default=True)

    form = read(member_client.get("/")).form("search-form")
    assert form.values == {"product": "cars/land-rover/range-rover/2004"}
    assert not read(client.get("/")).has("my-product")


def test_the_front_page_costs_the_same_with_more_savings_and_recalls(db, client):
    def queries() -> int:
        community_rules.forget()
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/").status_code == 200
        return len(asked)

    a_saving(number=1)
    make_diagnostic(kind="recall", products=[a_year()])
    queries()  # what rises is worked out, and kept for some minutes
    few = queries()
    for number in range(2, 7):
        a_saving(number=number)
        make_diagnostic(kind="recall", products=[a_year(year=2000 + number)])

    assert queries() == few <= 9
