"""The diagnostics gap of a manufacturer: what is counted, who stands first, who sees what."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from tests.builders.accounts import NOW, make_membership, make_organisation, make_owned_product, make_staff
from tests.builders.products import a_make, a_year, make_diagnostic
from tests.builders.wiki import make_fix, make_link, make_outcome, make_problem, make_regular, make_remedy
from tests.html import read
from wiki.demo import load_demonstration
from wiki.models import Outcome


@pytest.fixture
def maker(db):
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def staff_client(maker):
    client = Client()
    client.force_login(make_staff(product=a_make(), organisation=maker))
    return client


def follow(diagnostic, *, failed, worked=0, money=1500, **fields):
    """So many owners followed the procedure."""
    remedy = make_remedy(diagnostic=diagnostic)
    for place in range(failed + worked):
        result = Outcome.Result.FAILED if place < failed else Outcome.Result.WORKED
        said = {"result": result, "money": Decimal(money), "procedure_followed": True, "product": a_year()} | fields
        make_outcome(remedy=remedy, **said)


def gaps_of(client, maker):
    return read(client.get(f"/brand/{maker.slug}/gap/")).all("gap")


def test_the_founding_case_leads_the_demonstration_brands_list(db, client):
    load_demonstration(now=NOW)
    maker = Organisation.objects.get(slug="land-rover-demo")

    response = client.get(f"/brand/{maker.slug}/gap/")
    page = read(response)
    first = page.all("gap")[0]

    assert first.one("gap-title").text == "Replace the body computer"
    assert "Replaced, not fixed: 9 of 11" in first.one("gap-counts").text
    assert first.one("gap-loss").text == "$14,410"
    assert "Replace the brake light switch" in first.one("gap-rival").text
    assert page.one("demonstration")


def test_a_diagnostic_is_judged_from_ten_outcomes_on_and_only_staff_sees_what_is_missing(maker, client, staff_client):
    diagnostic = make_diagnostic(products=[a_make()])
    follow(diagnostic, failed=7, worked=2)

    assert gaps_of(client, maker) == []
    assert read(client.get(f"/brand/{maker.slug}/gap/")).all("gap-waiting") == []
    assert "9 of 10" in read(staff_client.get(f"/brand/{maker.slug}/gap/")).one("gap-waiting").text

    follow(diagnostic, failed=0, worked=1)
    assert "Replaced, not fixed: 7 of 10" in gaps_of(client, maker)[0].one("gap-counts").text


def test_outcomes_that_do_not_say_that_the_procedure_was_followed_are_not_counted(maker, client):
    diagnostic = make_diagnostic(products=[a_make()])
    follow(diagnostic, failed=10)
    follow(diagnostic, failed=5, procedure_followed=False)
    follow(diagnostic, failed=5, procedure_followed=None)

    assert "not fixed: 10 of 10" in gaps_of(client, maker)[0].one("gap-counts").text


def test_ten_reports_of_four_people_are_no_gap(maker, client):
    remedy = make_remedy(diagnostic=make_diagnostic(products=[a_make()]))
    for _ in range(4):
        member = make_regular()
        for _ in range(3):
            owned = make_owned_product(member=member, product=a_year())
            make_outcome(remedy=remedy, member=member, owned_product=owned, result="failed", procedure_followed=True)

    assert gaps_of(client, maker) == []


def test_the_makers_own_staff_does_not_improve_its_rate(maker, client):
    diagnostic = make_diagnostic(products=[a_make()])
    follow(diagnostic, failed=10)
    member = make_regular()
    make_outcome(remedy=make_remedy(diagnostic=diagnostic), member=member, product=a_year(), procedure_followed=True)
    make_membership(organisation=maker, member=member)

    assert "not fixed: 10 of 10" in gaps_of(client, maker)[0].one("gap-counts").text


def test_what_came_back_was_not_fixed(maker, client):
    diagnostic = make_diagnostic(products=[a_make()])
    follow(diagnostic, failed=0, worked=10)
    Outcome.objects.update(came_back_on="2026-11-20")

    assert "not fixed: 10 of 10" in gaps_of(client, maker)[0].one("gap-counts").text


def test_the_greater_loss_stands_first_against_the_best_proven_fix(maker, client):
    problem = make_problem(product=a_year())
    dear, cheap = (
        make_diagnostic(products=[a_make()]),
        make_diagnostic(products=[a_make()], remedy_title="Replace a fuse"),
    )
    follow(cheap, failed=10, money=20)
    follow(dear, failed=10, money=1600)
    make_link(problem=problem, diagnostic=dear)
    fix = make_fix(problem=problem)
    for _ in range(3):
        make_outcome(fix=fix, tier="owner", money=Decimal(65))
    make_fix(problem=problem, title="Pray", cost=Decimal(1))

    first, second = gaps_of(client, maker)

    assert first.one("gap-title").text == "Replace the body computer"
    assert first.one("gap-loss").text == "$16,000"
    assert "Replace the brake light switch" in first.one("gap-rival").text
    assert second.one("gap-title").text == "Replace a fuse"
    assert second.all("gap-rival") == []


def test_other_makes_outcomes_stay_with_them(maker, client):
    other = a_year(model="Wrangler", make="Jeep")
    follow(make_diagnostic(products=[other]), failed=12, product=other)

    assert gaps_of(client, maker) == []


def test_the_list_costs_the_same_with_more_diagnostics(maker, client):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/brand/{maker.slug}/gap/").status_code == 200
        return len(caught)

    def one_more():
        diagnostic, problem = make_diagnostic(products=[a_make()]), make_problem(product=a_year())
        follow(diagnostic, failed=10)
        make_link(problem=problem, diagnostic=diagnostic)
        make_outcome(fix=make_fix(problem=problem), tier="owner")

    one_more()
    before = queries()
    one_more()
    one_more()
    assert queries() == before
