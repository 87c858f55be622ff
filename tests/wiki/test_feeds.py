"""Lists as Atom, JSON Feed and CSV: what stands in them, in which order, and what they cost who has them already."""

import csv
import datetime
import io
from pathlib import Path

import lxml.etree
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders.products import a_model, a_year, brake_light_switch, make_component
from tests.builders.wiki import NOW, make_fix, make_outcome, make_problem
from tests.html import read
from wiki import feeds
from wiki.models import Problem
from wiki.queries.listings import Item, Listing
from wiki.search import indexer, whoosh_engine

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
XML = {"l": "urn:fixlore:list:1"}
LIST = lxml.etree.XMLSchema(lxml.etree.parse(Path(__file__).parents[2] / "static" / "list-1.xsd"))
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def index_folder(tmp_path, settings):
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.SITE_URL = "https://fixlore.example"
    whoosh_engine.close()
    yield
    whoosh_engine.close()


@pytest.fixture
def problems():
    """An old problem that is seen often and a new one."""
    part = brake_light_switch()
    old = make_problem(product=a_year(), title="Gearbox fault, brake lights stay on", component=part)
    new = make_problem(product=a_model(), title="Gearbox whines", component=part)
    Problem.objects.update(code_bases=" P0571 ")
    Problem.objects.filter(pk=old.pk).update(created_at=NOW - 9 * DAY, updated_at=NOW - 2 * DAY, sighting_count=80)
    Problem.objects.filter(pk=new.pk).update(created_at=NOW - 3 * DAY, updated_at=NOW - 3 * DAY)
    make_outcome(remedy=make_fix(problem=old, title="Replace the brake light switch").remedy)
    indexer.drain()
    return old, new


ADDRESSES = [
    "/search/?q=gearbox",
    "/p/cars/land-rover/range-rover/",
    "/make/land-rover/",
    "/component/brakes/",
    "/code/p0571/",
]


def entries(response):
    feed = lxml.etree.fromstring(response.content)
    return feed.xpath("//a:entry", namespaces=ATOM)


def valid(body):
    """The items of a list as XML, which is as its schema says."""
    LIST.assertValid(tree := lxml.etree.fromstring(body))
    return tree.findall("l:item", XML)


def said(entry, name):
    return entry.xpath(f"string(a:{name})", namespaces=ATOM)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_such_list_is_a_feed_with_the_newest_first_and_the_page_says_so(client, problems, address):
    old, new = problems
    page = read(client.get(address))
    link = page.one("feed-links").links["Save as a feed"]
    (head,) = page.select(".//link[@rel='alternate'][@type='application/atom+xml']")
    assert head.attribute("href") == link
    response = client.get(address.split("?")[0] + link)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    found = entries(response)
    assert [said(entry, "id") for entry in found] == [
        f"tag:fixlore.example,2026:problem/{new.pk}",
        f"tag:fixlore.example,2026:problem/{old.pk}",
    ]
    assert said(found[1], "updated") == (NOW - 2 * DAY).isoformat()
    assert "Try first: Replace the brake light switch" in said(found[1], "summary")
    assert found[1].xpath("string(a:link/@href)", namespaces=ATOM).startswith("https://fixlore.example/problem/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_json_and_csv_tell_the_same(client, problems, address):
    joint = "&" if "?" in address else "?"
    feed = client.get(f"{address}{joint}format=json")
    assert feed["Content-Type"].startswith("application/feed+json")
    items = feed.json()["items"]
    table = client.get(f"{address}{joint}format=csv")
    assert table["Content-Disposition"].startswith('attachment; filename="')
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert [row["title"] for row in rows] == [item["title"] for item in items]
    assert [row["product"] for row in rows] == [item["_fixlore"]["product"] for item in items]
    assert rows[1]["sightings"] == "80"
    assert rows[1]["try_first"] == "Replace the brake light switch"


@pytest.mark.parametrize("name", ["atom", "json", "csv", "xml"])
def test_who_has_it_already_is_told_so_until_it_changes(client, problems, name):
    address = f"/p/cars/land-rover/range-rover/?format={name}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    Problem.objects.filter(pk=problems[0].pk).update(title="Gearbox fault", updated_at=NOW)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert client.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 200
    assert changed.content == client.get(address).content


def test_what_is_hidden_is_in_no_feed_not_even_a_moderators(client, moderator_client, problems):
    Problem.objects.filter(pk=problems[0].pk).update(state="hidden")
    for address in ADDRESSES:
        joint = "&" if "?" in address else "?"
        for reader in (client, moderator_client):
            assert len(entries(reader.get(f"{address}{joint}format=atom"))) == 1


def test_a_feed_is_narrowed_as_its_page_is(client, problems):
    Problem.objects.filter(pk=problems[1].pk).update(component=make_component(name="Transmission"))
    response = client.get("/p/cars/land-rover/range-rover/?component=transmission&format=atom")
    assert [said(entry, "title") for entry in entries(response)] == ["Gearbox whines"]
    assert client.get("/p/cars/land-rover/range-rover/?component=none&format=atom").status_code == 404
    assert client.get("/make/none/?format=atom").status_code == 404


@pytest.mark.parametrize("typed", ["", "zzzz", "\0\x1b", "<script>", "x" * 5000, "\ud7ff\uffff"])
@pytest.mark.parametrize("name", ["atom", "json", "csv", "xml"])
def test_any_search_is_a_feed_that_can_be_parsed(client, problems, typed, name):
    response = client.get("/search/", {"q": typed, "format": name})
    assert response.status_code == 200
    if name == "atom":
        assert entries(response) == []
    if name == "xml":
        assert len(valid(response.content)) == 0
    assert (
        client.get("/search/", {"q": typed, "format": name}, headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )


def test_demonstration_data_says_so(client, problems):
    Problem.objects.filter(pk=problems[0].pk).update(is_demonstration=True)
    new, old = entries(client.get("/code/p0571/?format=atom"))
    assert "demonstration" in old.xpath("a:category/@term", namespaces=ATOM)
    assert "demonstration" not in new.xpath("a:category/@term", namespaces=ATOM)


def test_an_unknown_form_is_the_page(client, problems):
    assert read(client.get("/search/", {"q": "gearbox", "format": "exe"})).has("count")


def test_a_cell_is_never_run_as_a_formula_and_text_stays_text(client):
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a,b", 'say "x"', "two\nlines", "<b>\x1b\x00</b>"]
    items = tuple(
        Item(key=f"x/{n}", path="/x/", title=title, summary=title, published=NOW, updated=NOW, cells={"n": -n})
        for n, title in enumerate(evil)
    )
    listing = Listing(title="=evil", path="/x/?a=1", items=items, columns=("n", "none"))
    rows = list(csv.DictReader(io.StringIO(feeds.table(listing), newline="")))
    assert [row["title"] for row in rows] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "a,b", 'say "x"', "two\nlines", "<b></b>",
    ]  # fmt: skip
    assert [row["n"] for row in rows] == [str(-n) for n in range(len(evil))]
    items = valid(feeds.xml_list(listing).encode())
    assert [item.findtext("l:title", namespaces=XML) for item in items][5:] == [
        "\n=1", "a,b", 'say "x"', "two\nlines", "<b></b>",
    ]  # fmt: skip
    feed = lxml.etree.fromstring(feeds.atom(listing).encode())
    assert feed.xpath("string(//a:entry[10]/a:title)", namespaces=ATOM) == "<b></b>"
    (summary,) = feed.xpath("//a:entry[10]/a:summary", namespaces=ATOM)
    assert (summary.get("type"), summary.text) == ("html", "&lt;b&gt;&lt;/b&gt;")
    assert feed.xpath("string(//a:link[@rel='self']/@href)", namespaces=ATOM).endswith("/x/?a=1&format=atom")


def test_a_feed_costs_the_same_with_more_problems_and_ends_at_its_limit(client, problems, monkeypatch):
    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = {address: queries(address) for address in ["/code/p0571/?format=atom", "/search/?q=gearbox&format=atom"]}
    for number in range(6):
        make_problem(product=a_model(), title=f"Gearbox {number}", code_text="P0571")
    indexer.drain()
    assert {address: queries(address) for address in few} == few
    monkeypatch.setattr("wiki.queries.listings.MOST_ITEMS", 3)
    assert len(entries(client.get("/code/p0571/?format=atom"))) == 3


def test_xml_says_what_csv_says_and_survives_what_people_type(client, problems):
    Problem.objects.filter(pk=problems[0].pk).update(title="Stuck ]]> <![CDATA[ & \x0b\ufffe \"quoted\" 'so'")
    rows = list(csv.DictReader(io.StringIO(client.get("/code/p0571/?format=csv").content.decode())))
    response = client.get("/code/p0571/?format=xml")
    assert response["Content-Type"].startswith("application/xml")
    items = valid(response.content)
    for item, row in zip(items, rows, strict=True):
        cells = {cell.get("name"): cell.text or "" for cell in item.findall("l:cell", XML)}
        assert cells == {name: row[name] for name in cells}
        assert {"product", "sightings", "codes"} <= set(cells)
        assert item.findtext("l:title", namespaces=XML) == row["title"]
        assert item.get("url") == row["url"]
    assert rows[1]["title"] == "Stuck ]]> <![CDATA[ &  \"quoted\" 'so'"


def test_a_long_list_goes_on_where_a_part_ends(client, problems, monkeypatch):
    monkeypatch.setattr("wiki.queries.listings.MOST_ITEMS", 1)
    old, new = problems
    address, found = "/make/land-rover/?format=json", []
    while address:
        feed = client.get(address).json()
        found += [item["id"] for item in feed["items"]]
        address = feed.get("next_url", "").removeprefix("https://fixlore.example")
    assert found == [f"tag:fixlore.example,2026:problem/{pk}" for pk in (new.pk, old.pk)]
    first = client.get("/make/land-rover/?format=atom")
    (link,) = lxml.etree.fromstring(first.content).xpath("a:link[@rel='next']/@href", namespaces=ATOM)
    assert first["Link"] == f'<{link}>; rel="next"'
    last = client.get(link)
    assert "Link" not in last
    assert said(entries(last)[0], "id").endswith(f"/{old.pk}")
    xml = lxml.etree.fromstring(client.get("/make/land-rover/?format=xml").content)
    assert xml.get("next") == "https://fixlore.example/make/land-rover/?format=xml&page=2"
    for beyond in ("0", "-1", "x", "99999", "1e9", "9" * 30):
        assert client.get("/make/land-rover/", {"format": "csv", "page": beyond}).status_code == 200
