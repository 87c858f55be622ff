"""The garage pages: what a member owns, and nobody else's business."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.garage import OwnedProductDetails, add_owned_product
from accounts.models import OwnedProduct
from accounts.queries.garage import serial_of
from products.actions.tree import add_product
from tests.builders.accounts import NOW, make_user
from tests.html import read

TYPED = {"product": "Land Rover Range Rover", "nickname": "Old lady", "serial": "sal 123", "usage_unit": "mi"}


@pytest.fixture
def owned(tree, member):
    details = OwnedProductDetails(product=tree.range_rover, nickname="Old lady", serial="SAL123", usage=98000)
    return add_owned_product(member=member, details=details, now=NOW)


def test_an_empty_garage_says_what_to_do_next(member_client):
    page = read(member_client.get("/me/garage/"))

    assert page.one("empty").links["Add a product"] == "/me/garage/new/"


def test_a_member_adds_a_product_by_its_name(tree, member, member_client):
    answer = member_client.post("/me/garage/new/", {**TYPED, "usage": "98000", "under_warranty": "on"})

    assert answer.headers["Location"] == "/me/garage/"
    owned = OwnedProduct.objects.get()
    assert (owned.product, owned.usage, owned.under_warranty, owned.is_default) == (tree.range_rover, 98000, True, True)
    assert serial_of(owned, member) == "SAL123"
    assert "Old lady" in read(member_client.get("/me/garage/")).one("owned-product").text


def test_words_that_fit_several_products_are_answered_with_a_choice(tree, member_client):
    add_product(parent=tree.range_rover, kind="year", name="2004")
    typed = {**TYPED, "product": "rover range"}
    page = read(member_client.post("/me/garage/new/", typed))
    assert len(page.one("picker-choice").select(".//input[@type='radio']")) == 2
    member_client.post("/me/garage/new/", {**typed, "product_choice": tree.range_rover.pk})
    assert OwnedProduct.objects.get().product == tree.range_rover


def test_the_form_begins_with_the_product_of_the_page_before(tree, member_client):
    page = read(member_client.get("/me/garage/new/?product=cars/land-rover/range-rover"))

    assert page.form("owned-product-form").values["product"] == str(tree.range_rover)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"product": ""}, "product"),
        ({"product": "Trabant 601"}, "product"),
        ({"usage": "-4"}, "usage"),
        ({"bought_on": "2999-01-01"}, "bought_on"),
        ({"serial": "x" * 41}, "serial"),
        ({"usage_unit": "parsecs"}, "usage_unit"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(tree, member_client, change, field):
    form = read(member_client.post("/me/garage/new/", {**TYPED, **change})).form("owned-product-form")

    assert set(form.errors) == {field}
    assert form.values["nickname"] == "Old lady"
    assert form.values["serial"] == {**TYPED, **change}["serial"]
    assert not OwnedProduct.objects.exists()


def test_a_member_edits_a_product_and_its_serial_number_stands_in_the_form_alone(owned, member, member_client):
    page = read(member_client.get(f"/me/garage/{owned.pk}/"))
    assert page.form("owned-product-form").values["serial"] == "SAL123"
    assert "SAL123" not in read(member_client.get("/me/garage/")).source

    member_client.post(f"/me/garage/{owned.pk}/", {**TYPED, "serial": "NEW9", "usage": "99000"})
    owned.refresh_from_db()
    assert (serial_of(owned, member), owned.usage) == ("NEW9", 99000)


@pytest.mark.parametrize("act", ["", "default/", "retire/", "delete/"])
def test_somebody_elses_product_equals_absent(owned, client_of, act):
    stranger = client_of(make_user())

    assert stranger.post(f"/me/garage/{owned.pk}/{act}", TYPED).status_code == 404
    owned.refresh_from_db()
    assert (owned.nickname, owned.retired_at) == ("Old lady", None)


@pytest.mark.parametrize("address", ["/me/", "/me/garage/", "/me/garage/new/", "/me/settings/", "/me/data/"])
def test_a_stranger_is_sent_to_sign_in(db, client, address):
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("act", ["default", "retire"])
def test_looking_changes_nothing(owned, member_client, act):
    assert member_client.get(f"/me/garage/{owned.pk}/{act}/").status_code == 405
    member_client.get(f"/me/garage/{owned.pk}/delete/")

    assert OwnedProduct.objects.get().retired_at is None


def test_a_member_chooses_retires_and_deletes(owned, tree, member, member_client):
    second = add_owned_product(member=member, details=OwnedProductDetails(product=tree.ford), now=NOW)

    member_client.post(f"/me/garage/{second.pk}/default/")
    assert OwnedProduct.objects.get(is_default=True) == second
    member_client.post(f"/me/garage/{second.pk}/retire/")
    assert "Ford" in read(member_client.get("/me/garage/")).one("retired").text
    form = read(member_client.get(f"/me/garage/{second.pk}/delete/")).form("delete-form")
    assert form
    member_client.post(f"/me/garage/{second.pk}/delete/")
    assert OwnedProduct.objects.get() == owned


def test_the_garage_page_costs_the_same_with_more_products(owned, tree, member, member_client):
    with CaptureQueriesContext(connection) as few:
        member_client.get("/me/garage/")
    for _ in range(5):
        add_owned_product(member=member, details=OwnedProductDetails(product=tree.ford), now=NOW)
    with CaptureQueriesContext(connection) as many:
        assert len(read(member_client.get("/me/garage/")).all("owned-product")) == 6
    assert len(many) == len(few) <= 6
