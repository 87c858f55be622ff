"""The manufacturer's console: who gets which face of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders.accounts import NOW, make_membership, make_moderator, make_organisation, make_staff, make_user
from tests.builders.products import a_category, a_make, a_year, make_component, make_diagnostic
from tests.builders.wiki import make_fix, make_issue, make_outcome, make_problem
from tests.html import read
from wiki.permissions import console_of


@pytest.fixture
def maker(db):
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def staff_client(maker, client_of):
    return client_of(make_staff(product=a_make(), organisation=maker, username="stella"))


@pytest.fixture
def client_of():
    from django.test import Client

    def signed_in(person):
        client = Client()
        client.force_login(person)
        return client

    return signed_in


def test_staff_sees_the_console_and_everybody_else_its_public_face(maker, client, staff_client):
    address = f"/brand/{maker.slug}/"

    assert "Team" in read(staff_client.get(address)).one("console-tabs").text
    public = client.get(address)
    assert public.status_code == 200
    assert "Team" not in read(public).one("console-tabs").text


def test_a_moderator_of_the_whole_scope_reads_and_one_of_a_part_is_anybody(maker, client_of):
    address = f"/brand/{maker.slug}/team/"

    assert client_of(make_moderator()).get(address).status_code == 200
    assert client_of(make_moderator(product=a_category())).get(address).status_code == 200
    assert client_of(make_moderator(product=a_year())).get(address).status_code == 404


def test_moderators_read_and_staff_acts(maker):
    staff, moderator = make_staff(product=a_make(), organisation=maker), make_moderator()

    assert (console_of(staff, maker).reads, console_of(staff, maker).acts) == (True, True)
    assert (console_of(moderator, maker).reads, console_of(moderator, maker).acts) == (True, False)


def test_staff_of_another_manufacturer_has_the_public_face(maker, client_of):
    rival = client_of(make_staff(product=a_make(name="Jeep")))

    assert rival.get(f"/brand/{maker.slug}/").status_code == 200
    assert rival.get(f"/brand/{maker.slug}/team/").status_code == 404


def test_who_left_the_manufacturer_no_longer_sees_the_console(maker, client_of):
    former = make_user()
    make_membership(organisation=maker, member=former, until=NOW)

    assert client_of(former).get(f"/brand/{maker.slug}/team/").status_code == 404


def test_an_unverified_manufacturer_and_a_workshop_have_no_console(db, client, client_of):
    unverified = make_organisation(kind="manufacturer", scope=[a_make()], is_verified=False)
    workshop = make_organisation(scope=[a_make()])
    staff = client_of(make_staff(product=a_make(), organisation=unverified))

    assert client.get(f"/brand/{workshop.slug}/").status_code == 404
    assert staff.get(f"/brand/{unverified.slug}/").status_code == 404
    assert staff.get(f"/brand/{unverified.slug}/team/").status_code == 404


def test_the_team_is_listed_with_those_who_left_last(maker, staff_client):
    make_membership(organisation=maker, member=make_user(username="boss"), is_manager=True)
    make_membership(organisation=maker, member=make_user(username="anna"), until=NOW)

    page = read(staff_client.get(f"/brand/{maker.slug}/team/"))

    assert [row.text.split()[:2] for row in page.all("member")] == [
        ["boss", "Manager"],
        ["stella", "you"],
        ["anna", "Left"],
    ]


def test_the_console_counts_its_own_scope_alone(maker, staff_client):
    make_outcome(fix=make_fix(problem=make_problem(product=a_year())))
    make_problem(product=a_year(model="Wrangler", make="Jeep"))
    make_diagnostic(products=[a_make()], number="LR-1")
    make_diagnostic(products=[a_make(name="Jeep")], number="JP-1")

    page = read(staff_client.get(f"/brand/{maker.slug}/"))

    assert page.one("figures").text.endswith("Problems described 1 Sightings 0 Outcomes reported 1")
    assert [row.text.split()[2] for row in page.all("official-row")] == ["LR-1"]


def test_the_first_page_shows_the_strongest_issues(maker, client, staff_client):
    make_issue(component=make_component(name="Horn"), score=8, is_public=True)
    make_issue(component=make_component(name="Seat"), score=20)

    def shown(reader):
        part = read(reader.get(f"/brand/{maker.slug}/")).one("strongest")
        return [row.select(".//th/a")[0].text for row in part.all("issue")]

    assert (shown(client), shown(staff_client)) == (["Horn"], ["Seat", "Horn"])


def test_the_list_of_manufacturers_begins_with_ones_own(maker, staff_client, client):
    make_organisation(kind="manufacturer", name="Acme", scope=[a_make(name="Acme")])

    assert [row.text.split(" ")[0] for row in read(client.get("/brand/")).all("brand")] == ["Acme", "Land"]
    own = read(staff_client.get("/brand/")).all("brand")
    assert [row.text.split(" ")[0] for row in own] == ["Land", "Acme"]
    assert "Your console" in own[0].text


def test_the_console_costs_the_same_with_more_of_everything(maker, staff_client):
    make_issue(is_public=True)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert staff_client.get(f"/brand/{maker.slug}/").status_code == 200
        return len(caught)

    make_diagnostic(products=[a_make()])
    before = queries()
    for _ in range(3):
        make_problem(product=a_year())
        make_issue(component=make_component())
        make_diagnostic(products=[a_make()])
    assert queries() == before
