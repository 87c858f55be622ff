"""Vehicles in service: loaded by the manufacturer's staff, taken back, turned into rates, and seen by nobody else."""

import datetime
import io
import json
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders.accounts import NOW, make_moderator, make_organisation, make_staff
from tests.builders.products import a_make, a_model, a_year, brake_light_switch
from tests.builders.wiki import make_issue, make_unassigned
from tests.html import read
from wiki.actions.in_service import UnitsRow, load_units, take_back_load
from wiki.errors import NotAllowed, NothingLoaded
from wiki.models import ServiceLoad, UnitsInService
from wiki.owned_data import export
from wiki.queries.brand import brand_at
from wiki.queries.brand_export import TABLES
from wiki.queries.in_service import rates_of

HEADING = "product,built,market,plant,units"
SECRET = "Halewood-7731"


@pytest.fixture
def maker(db):
    a_year()
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def stella(maker):
    return make_staff(product=a_make(), organisation=maker, username="stella")


@pytest.fixture
def staff_client(stella):
    return signed_in(stella)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def send(client, maker, *lines, content=None, name="units.csv"):
    content = "\n".join([HEADING, *lines]).encode() if content is None else content
    upload = SimpleUploadedFile(name, content)
    return client.post(f"/brand/{maker.slug}/vehicles/load/", {"file": upload})


def complaints(response):
    assert response.status_code == 422
    return [item.text for item in read(response).one("form-errors").select(".//li")]


def row(*, units=1000, built=datetime.date(2004, 3, 1), product=None, plant=SECRET):
    return UnitsRow(product or a_year(), built, "US", plant, units)


def workbook(*rows):
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


# ---------------------------------------------------------------- loading


def test_a_csv_is_loaded_by_path_and_by_whole_name(maker, staff_client, stella):
    response = send(
        staff_client, maker, f"{a_year().path},2004-03,us,Solihull,1200", f"{a_model().full_name},2003-11,,,80", ""
    )

    assert response.status_code == 302
    load = ServiceLoad.objects.get(is_in_force=True)
    assert (load.organisation, load.member, load.rows) == (maker, stella, 2)
    found = UnitsInService.objects.values_list("product", "built", "market", "plant", "units")
    assert set(found) == {
        (a_year().pk, datetime.date(2004, 3, 1), "US", "Solihull", 1200),
        (a_model().pk, datetime.date(2003, 11, 1), "", "", 80),
    }


def test_an_xlsx_is_loaded_with_its_days_and_numbers(maker, staff_client):
    content = workbook(
        HEADING.split(","),
        [a_year().path, datetime.date(2004, 3, 1), "US", None, 1200.0],
        [a_year().path, "2004-04"],
    )
    refused = send(staff_client, maker, content=content, name="units.xlsx")
    assert complaints(refused)[0].endswith("Line 3, units is needed.")

    content = workbook(HEADING.split(","), [a_year().path, datetime.date(2004, 3, 1), "US", None, 1200.0])
    assert send(staff_client, maker, content=content, name="units.xlsx").status_code == 302
    assert UnitsInService.objects.get().units == 1200


def test_every_wrong_cell_is_named_with_its_line_and_nothing_is_loaded(maker, staff_client):
    a_year(model="Wrangler", make="Jeep")
    good = f"{a_year().path},2004-03,US,,5"

    told = complaints(
        send(
            staff_client,
            maker,
            good,
            "no such car,2004-13,USA,,0",
            f"{a_year(model='Wrangler', make='Jeep').path},2004-03,,,5",
            good,
            f"{a_year().path},2204-01,,,5,6",
        )
    )

    text = " ".join(told)
    for sentence in (
        "Line 3, product: “no such car” is no product",
        "Line 3, built: “2004-13” is not a month that was",
        "Line 3, market: “USA” is not a country",
        "Line 3, units: “0” is not a whole number",
        "Line 4, product: “cars/jeep/wrangler/2004” is none of Land Rover",
        "Line 5, product, built, market and plant are those of line 2",
        "Line 6, there are more cells than the heading has",
        "Line 6, built: “2204-01” is not a month that was",
    ):
        assert sentence in text
    assert not ServiceLoad.objects.exists()


@pytest.mark.parametrize("value", ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)"])
def test_a_formula_is_read_as_words_and_refused(maker, staff_client, value):
    content = workbook(HEADING.split(","), [a_year().path, "2004-03", "US", value, 5])

    assert "plant: “" in complaints(send(staff_client, maker, content=content, name="units.xlsx"))[0]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"product,built,units\nx\0,2004-03,5", "NUL characters"),
        ("a.csv", b"\xff\xfe\x00", "neither XLSX nor CSV"),
        ("a.csv", b"product,built,units\nx\x07,2004-03,5", "nobody can see"),
        ("a.csv", b"product,built,number\n", "units is missing, “number” is unknown"),
        ("a.csv", b"product,built,units,units\n", "units is there twice"),
        ("a.csv", b"product,built,units\n", "no units in it"),
        ("a.csv", b'product,built,units\n"x,2004-03', "no CSV that can be read"),
        ("a.csv", b"x" * 5_000_001, "5 MB"),
        ("a.csv", b"product,built,units\n" + b"x,2004-03,1\n" * 20_001, "20,000 rows"),
        ("a.xlsx", b"PK\x03\x04 broken", "no XLSX that can be read"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(maker, staff_client, name, content, sentence):
    assert sentence in " ".join(complaints(send(staff_client, maker, content=content, name=name)))
    assert not ServiceLoad.objects.exists()


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("xl/sharedStrings.xml", b" " * 20_000_001),
        ("xl/sharedStrings.xml", b"<si/>" * 1_000_001),
        ("xl/styles.xml", b"<xf/>" * 20_001),
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ],
)
def test_an_xlsx_that_holds_too_much_is_refused_unread(maker, staff_client, part, body):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(part, body)

    assert "too much" in complaints(send(staff_client, maker, content=held.getvalue(), name="a.xlsx"))[0]


# ---------------------------------------------------------------- going back


def test_a_load_replaces_the_one_before_and_one_click_goes_back(maker, staff_client, stella):
    first = load_units(organisation=maker, rows=[row(units=111)], actor=stella, now=NOW)
    second = load_units(organisation=maker, rows=[row(units=222)], actor=stella, now=NOW)
    address = f"/brand/{maker.slug}/vehicles/"
    assert "222 units" in read(staff_client.get(address)).one("loaded").text

    form = read(staff_client.get(address)).one("take-back")
    assert form.select(".//input[@name='load']")[0].attribute("value") == str(second.pk)
    staff_client.post(f"{address}back/", {"load": second.pk})

    assert "111 units" in read(staff_client.get(address)).one("loaded").text
    assert list(ServiceLoad.objects.all()) == [first]


def test_taking_back_the_only_load_leaves_nothing(maker, stella):
    only = load_units(organisation=maker, rows=[row()], actor=stella, now=NOW)

    assert take_back_load(organisation=maker, load_id=only.pk, actor=stella) is None
    assert not UnitsInService.objects.exists()


def test_a_second_click_takes_back_nothing_more(maker, stella):
    load_units(organisation=maker, rows=[row()], actor=stella, now=NOW)
    second = load_units(organisation=maker, rows=[row()], actor=stella, now=NOW)
    take_back_load(organisation=maker, load_id=second.pk, actor=stella)

    with pytest.raises(NothingLoaded):
        take_back_load(organisation=maker, load_id=second.pk, actor=stella)
    assert ServiceLoad.objects.get().is_in_force


def test_only_the_load_before_the_last_is_kept(maker, stella):
    loads = [load_units(organisation=maker, rows=[row()], actor=stella, now=NOW) for _ in range(3)]

    assert set(ServiceLoad.objects.values_list("pk", "is_in_force")) == {(loads[1].pk, False), (loads[2].pk, True)}


# ---------------------------------------------------------------- who sees it


def test_a_moderator_reads_that_something_is_loaded_and_no_more(maker, stella):
    moderator = make_moderator()
    address = f"/brand/{maker.slug}/vehicles/"
    assert "Nothing is loaded." in read(signed_in(moderator).get(address)).one("fact").text
    load_units(organisation=maker, rows=[row(units=98_765)], actor=stella, now=NOW)

    page = signed_in(moderator).get(address)

    assert "Vehicles in service are loaded." in read(page).one("fact").text
    assert "98,765" not in page.content.decode()
    assert not read(page).all("units-form")
    with pytest.raises(NotAllowed):
        load_units(organisation=maker, rows=[row()], actor=moderator, now=NOW)
    with pytest.raises(NotAllowed):
        take_back_load(organisation=maker, load_id=ServiceLoad.objects.get().pk, actor=moderator)


def test_strangers_and_rivals_find_no_page(maker, client):
    rival = make_staff(product=a_make(name="Jeep"))

    for reader in (client, signed_in(rival)):
        assert reader.get(f"/brand/{maker.slug}/vehicles/").status_code == 404
        assert "Vehicles in service" not in reader.get(f"/brand/{maker.slug}/").content.decode()


def test_nothing_of_it_leaves_by_pages_feeds_interface_or_export(maker, stella, client):
    issue = make_issue(product=a_model(), component=brake_light_switch(), is_public=True)
    load_units(organisation=maker, rows=[row(units=98_765)], actor=stella, now=NOW)
    issues = f"/brand/{maker.slug}/issues/"
    addresses = [
        *(
            f"/brand/{maker.slug}/",
            f"/brand/{maker.slug}/transparency/",
            issues,
            f"/brand/{maker.slug}/issue/{issue.pk}/",
            f"/brand/{maker.slug}/gap/",
        ),
        *(f"{issues}?format={kind}" for kind in ("atom", "json", "csv")),
        *(f"/brand/{maker.slug}/issue/{issue.pk}/weeks.csv", a_year().get_absolute_url(), "/feeds/emerging/"),
        *(f"/api/v1/{name}" for name in ("products", "official-diagnostics", "openapi.json")),
    ]

    answers = {address: client.get(address) for address in addresses}

    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    told = " ".join(answer.content.decode() for answer in answers.values())
    assert read(signed_in(stella).get(f"/brand/{maker.slug}/issue/{issue.pk}/")).all("in-service")
    for words in (SECRET, "98,765", "98765", "units in service", "in-service", "UnitsInService"):
        assert words not in told
    exported = " ".join(
        answer.content.decode()
        for name in TABLES
        if (answer := signed_in(stella).get(f"/brand/{maker.slug}/export/{name}.csv")).status_code == 200
    )
    assert exported
    assert SECRET not in exported
    assert "98765" not in exported
    own = json.dumps(export(stella))
    assert '"vehicles_in_service_loaded": [{' in own
    assert SECRET not in own
    assert "98765" not in own


# ---------------------------------------------------------------- rates


def reports(number, *, year=2004, received=datetime.date(2026, 5, 3)):
    make_unassigned(product=a_year(year=year), count=number, component=brake_light_switch(), received_on=received)


def test_an_issue_shows_rates_to_the_staff_alone(maker, stella, client):
    issue = make_issue(product=a_model(), component=brake_light_switch(), is_public=True)
    load_units(
        organisation=maker, rows=[row(units=2000), row(units=500, product=a_year(year=2005))], actor=stella, now=NOW
    )
    reports(10)
    reports(4, year=2005)
    reports(7, year=2009)
    address = f"/brand/{maker.slug}/issue/{issue.pk}/"

    page = read(signed_in(stella).get(address))

    assert [row.text for row in page.one("by-build").select(".//tbody/tr")] == [
        "2004 5.00 2,000 units",
        "2005 too few to say 500 units",
    ]
    assert "7 reports are of products without units" in page.one("in-service").text
    for reader in (client, signed_in(make_moderator())):
        assert not read(reader.get(address)).all("in-service")


def test_units_of_a_product_above_the_issue_are_not_divided(maker, stella):
    issue = make_issue(product=a_year(), component=brake_light_switch())
    load_units(organisation=maker, rows=[row(product=a_model())], actor=stella, now=NOW)

    page = read(signed_in(stella).get(f"/brand/{maker.slug}/issue/{issue.pk}/"))

    assert "No units are loaded for" in page.one("in-service").text


def test_units_of_the_model_stand_for_a_year_by_their_year_of_build(maker, stella):
    issue = make_issue(product=a_model(), component=brake_light_switch())
    months = [(2003, 300), (2004, 1000), (2005, 400)]
    rows = [row(product=a_model(), built=datetime.date(year, 6, 1), units=units) for year, units in months]
    load_units(organisation=maker, rows=rows, actor=stella, now=NOW)
    reports(6, received=datetime.date(2005, 6, 9))

    with CaptureQueriesContext(connection) as queries:
        rates = rates_of(brand_at(maker.slug, stella), issue, today=datetime.date(2006, 1, 1))

    assert [(each.year, each.reports) for each in rates.years] == [(2003, 0), (2004, 6), (2005, 0)]
    assert {band.label: band.sure for band in rates.bands if band.sure} == {"12–24 months": 6}
    assert len([each for each in queries if "unitsinservice" in each["sql"] or "wiki_sighting" in each["sql"]]) == 2
