"""The page that reads a VIN."""

import pytest

from tests.builders.products import a_make, a_year
from tests.html import read

pytestmark = pytest.mark.django_db


def test_a_posted_vin_is_answered_on_the_same_page_with_the_products_that_it_can_be(client):
    year = a_year(year=2004)
    response = client.post("/identify/", {"vin": "sal lmama34a123456"})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    page = read(response)
    assert "Land Rover, 2004" in page.one("identified").text
    assert year.full_name in page.one("candidates").text


def test_what_is_no_vin_is_said_beside_the_field_and_stays_in_it(client):
    page = read(client.post("/identify/", {"vin": "12345"}))
    assert page.form("vin-form").values["vin"] == "12345"
    assert "this has 5" in page.form("vin-form").errors["vin"]
    assert not page.has("identified")


def test_a_vin_in_the_address_is_not_read(client):
    assert not read(client.get("/identify/?vin=SALLMAMA34A123456")).has("identified")


def test_a_failing_check_digit_warns(client):
    page = read(client.post("/identify/", {"vin": "1M8GDM9A1KP042788"}))
    assert any("check digit" in warning.text for warning in page.all("vin-warning"))


def test_the_serial_number_of_an_appliance_is_recognised_and_leads_to_its_makes(client):
    make = a_make(name="Bosch", category="Dishwashers")
    page = read(client.post("/identify/", {"vin": "SMS46GI01E/29 FD 9703"}))
    serial = page.one("serial")
    assert "March 2017" in serial.text
    assert "SMS46GI01E/29" in serial.text
    assert make.get_absolute_url() in serial.links.values()
    assert not page.form("vin-form").errors


def test_a_number_that_says_no_date_is_not_dated(client):
    assert "not said" in read(client.post("/identify/", {"vin": "31/123456789"})).one("serial").text


def test_too_many_numbers_in_a_minute_are_refused_and_stay_in_the_field(client):
    for _ in range(30):
        client.post("/identify/", {"vin": "7XJ4KL2"})
    page = read(client.post("/identify/", {"vin": "7XJ4KL2"}))
    assert not page.has("serials")
    assert page.form("vin-form").values["vin"] == "7XJ4KL2"
    assert "wait a minute" in page.text


def test_a_member_takes_the_number_along_into_the_garage_in_the_posted_form_alone(member_client, client):
    year = a_year(year=2004)
    page = read(member_client.post("/identify/", {"vin": "sal lmama34a123456"}))
    form = page.all("add-to-garage")[0]
    assert form.element.get("action") == "/me/garage/new/"
    sent = {field.get("name"): field.get("value") for field in form.element.iter("input")}
    garage = member_client.post("/me/garage/new/", sent)
    assert "no-store" in garage["Cache-Control"]
    values = read(garage).form("owned-product-form").values
    assert (values["product"], values["serial"]) == (year.full_name, "SALLMAMA34A123456")
    assert not read(garage).form("owned-product-form").errors
    assert "SALLMAMA34A123456" not in str(page.one("candidates").links)

    stranger = read(client.post("/identify/", {"vin": "sal lmama34a123456"}))
    assert not stranger.has("add-to-garage")
    assert "SALLMAMA34A123456" not in str(stranger.one("candidates").links)
