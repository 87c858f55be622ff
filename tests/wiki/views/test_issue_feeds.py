"""Feeds of emerging issues, public and for a manufacturer's team."""

import datetime

import lxml.etree
import pytest
from django.test import Client

from tests.builders.accounts import NOW, make_organisation, make_staff, make_user
from tests.builders.products import a_make, a_model, a_year
from tests.builders.wiki import make_issue
from tests.html import read
from wiki.actions.emerging_issues import answer_issue
from wiki.actions.following import follow
from wiki.models import Follow

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def maker():
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def staff(maker):
    return make_staff(product=a_make(), organisation=maker)


def entries(response) -> dict[str, str]:
    """The ids of a feed's entries and where they lead."""
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = lxml.etree.fromstring(response.content)
    return {
        entry.findtext("a:id", namespaces=ATOM).partition(",2026:")[2]: entry.find("a:link", ATOM).get("href")
        for entry in feed.findall("a:entry", ATOM)
    }


def own_feed(member) -> tuple[Client, str]:
    client = Client()
    client.force_login(member)
    console = f"/brand/{member.memberships.get().organisation.slug}/issues/"
    return client, read(client.get(console)).one("feed").attribute("href")


def test_the_public_feed_has_each_state_of_listed_issues_once(client, maker, staff):
    listed = make_issue(is_public=True)
    make_issue(product=a_year(year=2005), is_public=False)
    for answer in ("A part is on its way.", "It is there."):
        answer_issue(issue=listed, answer=answer, actor=staff, now=NOW + datetime.timedelta(days=1))
    address = f"http://127.0.0.1:8000/brand/{maker.slug}/issue/{listed.pk}/"
    assert entries(client.get("/feeds/emerging/")) == {
        f"issue/{listed.pk}/answered": address,
        f"issue/{listed.pk}/alert": address,
    }


def test_it_is_narrowed_by_product_and_level(client):
    alert = make_issue(is_public=True, product=a_model())
    watch = make_issue(is_public=True, product=a_year(), level="watch")
    make_issue(is_public=True, product=a_year(model="Discovery"))
    below = {"product": a_model().path}
    assert set(entries(client.get("/feeds/emerging/", below))) == {f"issue/{alert.pk}/alert", f"issue/{watch.pk}/watch"}
    assert set(entries(client.get("/feeds/emerging/", below | {"level": "alert"}))) == {f"issue/{alert.pk}/alert"}
    for wrong in ({"level": "panic"}, {"product": "cars/nowhere"}):
        assert client.get("/feeds/emerging/", wrong).status_code == 404


def test_the_team_has_a_feed_of_its_own_with_what_is_not_listed(client, staff):
    issue = make_issue(is_public=False)
    _, address = own_feed(staff)
    assert list(entries(client.get(address))) == [f"issue/{issue.pk}/alert"]
    assert entries(client.get("/feeds/emerging/")) == {}
    assert client.get(address)["X-Robots-Tag"] == "noindex"
    said = client.get(address)["Cache-Control"]
    assert "private" in said
    assert "public" not in said
    assert "public" in client.get("/feeds/emerging/")["Cache-Control"]


def test_it_comes_as_json_and_csv_too(client):
    issue = make_issue(is_public=True)
    found = client.get("/feeds/emerging/", {"format": "json", "level": "alert"}).json()
    assert found["items"][0]["_fixlore"]["ratio"] == 3.0
    assert "format=json" in found["feed_url"]
    lines = client.get("/feeds/emerging/", {"format": "csv"}).content.decode().splitlines()
    assert lines[0].startswith("id,title,url,published,updated,product,component,level,state")
    assert f"{issue}: alert" in lines[1]


def test_the_public_reads_the_public_feed_in_the_console(maker):
    client = Client()
    page = read(client.get(f"/brand/{maker.slug}/issues/"))
    assert page.one("feed").attribute("href") == "/feeds/emerging/"


def test_a_key_dies_with_the_place_the_password_and_a_letter(client, maker, staff):
    make_issue(is_public=False)
    _, address = own_feed(staff)
    assert client.get(address[:-3] + "xx/").status_code == 404
    staff.set_password("another one entirely")
    staff.save()
    assert client.get(address).status_code == 404
    _, address = own_feed(staff)
    assert client.get(address).status_code == 200
    staff.memberships.update(until=NOW - datetime.timedelta(days=1))
    assert client.get(address).status_code == 404


def test_the_feed_takes_as_many_queries_for_many(client, maker, django_assert_max_num_queries):
    for year in range(2000, 2012):
        make_issue(is_public=True, product=a_year(year=year))
    with django_assert_max_num_queries(4):
        assert len(entries(client.get("/feeds/emerging/"))) == 12


def test_an_issue_is_followed_from_its_page_and_the_level_of_a_product_is_chosen_in_the_list(maker):
    issue, member = make_issue(is_public=True), make_user()
    client = Client()
    client.force_login(member)
    address = f"/brand/{maker.slug}/issue/{issue.pk}/"
    form = read(client.get(address)).form("follow-form")
    assert client.post(form.action, form.values).url == address
    assert Follow.objects.get().issue == issue
    follow(thing=a_model(), actor=member, now=NOW)
    form = read(client.get("/me/following/")).form("level-form")
    assert form.values["issues"] == "alert"
    client.post(form.action, form.values | {"issues": "watch"})
    assert Follow.objects.get(product=a_model()).issues == "watch"


def test_an_issue_that_is_not_public_is_absent_for_who_may_not_see_it():
    issue = make_issue(is_public=False)
    client = Client()
    client.force_login(make_user())
    assert client.post(f"/follow/issue/{issue.pk}/").status_code == 404
