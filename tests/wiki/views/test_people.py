"""Public pages: a member with the ledger behind their reputation, an organisation with all that it did."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.erasure import erase_member
from accounts.models import User
from products.models import Product
from tests.builders.accounts import NOW, PASSWORD, make_organisation, make_professional, make_user
from tests.builders.products import a_model
from tests.builders.wiki import make_fix, make_outcome, make_problem, make_regular
from tests.html import read


@pytest.fixture
def olga(db):
    olga = make_regular(username="Olga", about="Mends <b>cars</b>")
    make_fix(author=olga, problem=make_problem(author=olga))
    return olga


def test_a_member_is_shown_with_posts_and_the_ledger(olga, client):
    page = read(client.get("/u/Olga/"))

    assert page.one("reputation").text == "100"
    assert "+100 your fix was voted up" in page.one("ledger").text
    assert "Replace the brake light switch" in page.one("fixes").text
    assert "gear lever" in page.one("problems").text
    assert page.one("about").text == "Mends <b>cars</b>"


def test_neither_the_mail_address_nor_the_garage_is_shown(olga, client, moderator_client):
    for reader in (client, moderator_client):
        assert olga.email not in reader.get("/u/Olga/").content.decode()


def test_a_name_in_another_case_leads_to_the_member_and_an_unknown_one_nowhere(olga, client):
    assert client.get("/u/olga/").headers["Location"] == "/u/Olga/"
    assert client.get("/u/nobody/").status_code == 404


def test_a_hidden_fix_is_listed_for_moderators_alone(olga, client, moderator_client):
    olga.fix_posts.update(state="hidden")

    assert "Replace" not in read(client.get("/u/Olga/")).one("fixes").text
    assert "Replace" in read(moderator_client.get("/u/Olga/")).one("fixes").text


def test_an_erased_member_is_a_former_member_without_a_name(db, client):
    member = make_user(username="erdmute")
    erase_member(member=member, password=PASSWORD, now=NOW)
    nameless = User.objects.get(pk=member.pk)

    assert client.get("/u/erdmute/").status_code == 404
    assert read(client.get(nameless.get_absolute_url())).headings[0] == (1, "A former member")


def test_the_page_of_a_member_costs_the_same_with_more_posts(olga, client):
    with CaptureQueriesContext(connection) as few:
        client.get("/u/Olga/")
    for number in range(4):
        problem = make_problem(author=olga, title=f"Another problem {number}")
        make_fix(author=olga, problem=problem)
        make_outcome(member=olga, fix=make_fix())
    with CaptureQueriesContext(connection) as many:
        client.get("/u/Olga/")
    assert len(many) <= len(few) <= 9


@pytest.fixture
def workshop(db):
    return make_organisation(name="Torque & Sons", scope=[a_model()], place="Leeds")


def test_an_organisation_is_shown_with_people_scope_and_outcomes(workshop, client):
    mechanic = make_professional(product=a_model(), organisation=workshop, username="max", reputation=100)
    make_outcome(member=mechanic, product=Product.objects.get(pk=a_model().pk), job_number="J1")
    page = read(client.get(f"/org/{workshop.slug}/"))

    assert page.headings[0] == (1, "Torque & Sons")
    assert page.one("members").text == "People max"
    assert page.one("scope").text == "Works on Land Rover Range Rover"
    assert "It worked 1" in page.one("by-result").text


def test_an_organisation_that_is_not_verified_equals_absent(client, db):
    organisation = make_organisation(is_verified=False)

    assert client.get(f"/org/{organisation.slug}/").status_code == 404
