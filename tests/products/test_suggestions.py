"""Suggestions for the pickers."""

import pytest
from django.urls import reverse

from products.actions.tree import rename_product
from products.models import Change, Product
from products.queries import kept_lexicon
from products.queries.lexicon import Entry, Lexicon
from tests.builders.products import (
    a_make,
    a_model,
    a_year,
    brake_light_switch,
    make_component,
    make_fault_code,
    make_product,
)

pytestmark = pytest.mark.django_db


def values(client, name, typed):
    response = client.get(reverse(f"products:{name}"), {"q": typed})
    assert response.status_code == 200
    return [item["value"] for item in response.json()["results"]]


def test_a_product_is_suggested_from_parts_of_its_name_the_model_before_its_years(client):
    a_year()
    a_model(name="Discovery")
    assert values(client, "suggest-products", "range rov") == ["Land Rover Range Rover", "2004 Land Rover Range Rover"]
    assert values(client, "suggest-products", "2004 range") == ["2004 Land Rover Range Rover"]


@pytest.mark.parametrize("typed", ["F-150", "f150", "f 150", "ford f15", "fomoco f150", "frod f150"])
def test_a_product_is_suggested_however_it_is_spelled(client, typed):
    ford = make_product(kind="make", name="Ford", aliases=["FoMoCo"])
    make_product(parent=ford, name="F-150")
    make_product(parent=ford, name="Focus")
    assert values(client, "suggest-products", typed) == ["Ford F-150"]


def test_what_begins_so_stands_before_what_holds_it(client):
    a_model(name="Sport", make="Opel")
    a_model(name="Rover Sport", make="Land Rover")
    assert values(client, "suggest-products", "sport") == ["Opel Sport", "Land Rover Rover Sport"]


def test_a_new_name_is_suggested_at_once_and_found_by_the_old_one_too(client):
    model = a_model(name="Discovery")
    assert values(client, "suggest-products", "disc") == ["Land Rover Discovery"]
    rename_product(product=model, name="Freelander")
    assert values(client, "suggest-products", "freel") == ["Land Rover Freelander"]
    assert values(client, "suggest-products", "disc") == ["Land Rover Freelander"]
    a_model(name="Defender")
    assert values(client, "suggest-products", "land rover def") == ["Land Rover Defender"]


def test_a_product_that_is_gone_is_suggested_no_more(client):
    model = a_model(name="Discovery")
    assert values(client, "suggest-products", "disc")
    Product.objects.filter(pk=model.pk).delete()
    assert values(client, "suggest-products", "disc") == []


def test_names_are_read_anew_when_the_feed_was_forgotten_or_too_much_changed(client, monkeypatch):
    a_make()
    assert values(client, "suggest-products", "def") == []
    a_model(name="Defender")
    Change.objects.filter(pk__lt=Change.objects.order_by("-pk")[0].pk).delete()
    assert values(client, "suggest-products", "def") == ["Land Rover Defender"]
    monkeypatch.setattr(kept_lexicon, "MOST_PATCHED", 2)
    for name in ("Discovery", "Freelander", "Velar"):
        a_model(name=name)
    assert values(client, "suggest-products", "vel") == ["Land Rover Velar"]
    assert values(client, "suggest-products", "def") == ["Land Rover Defender"]


def test_a_component_is_suggested_by_another_name_too(client):
    brake_light_switch()
    assert values(client, "suggest-components", "stop lamp") == ["Brake light switch"]
    assert values(client, "suggest-components", "stop lapm") == ["Brake light switch"]
    make_component(name="Stop lamp bulb")
    assert values(client, "suggest-components", "stop lamp") == ["Stop lamp bulb", "Brake light switch"]


def test_a_code_is_suggested_once_whatever_the_number_of_its_meanings(client):
    for source in ("one", "another"):
        make_fault_code(code="P0571", source=source)
    make_fault_code(code="P0504")
    assert values(client, "suggest-codes", "p 05") == ["P0504", "P0571"]


@pytest.mark.parametrize("typed", ["", " ", "\0", "%", "_", "' OR 1=1", "x" * 5000, "🚗", "\u202e"])
@pytest.mark.parametrize("name", ["suggest-products", "suggest-components", "suggest-codes"])
def test_nothing_useful_typed_suggests_nothing(client, name, typed):
    assert values(client, name, typed) == []


def test_ten_at_most_are_suggested_by_two_queries(client, django_assert_num_queries):
    for number in range(12):
        a_model(name=f"Model {number}")
    values(client, "suggest-products", "x")  # the rules of the rate limit and the names are read once
    with django_assert_num_queries(2):
        assert len(values(client, "suggest-products", "model")) == 10


def test_a_forgiving_search_leaves_out_words_that_nothing_has_while_most_fit():
    lexicon = Lexicon([Entry(1, (0,), ("Brake lights stay on",)), Entry(2, (1,), ("Rough idle",))])
    assert lexicon.find("the brake light zzzz", 5) == []
    assert lexicon.find("brake light zzzz", 5, forgiving=True) == [1]
    assert lexicon.find("brake zzzz", 5, forgiving=True) == []


def test_one_slip_is_forgiven_in_a_word_of_four_letters_or_more_and_no_second():
    lexicon = Lexicon([Entry(1, (0,), ("Gearbox fault",))])
    for typed in ("gaerbox", "gerbox", "gearrbox", "gearvox", "gearbxo fau"):
        assert lexicon.find(typed, 5) == [1], typed
    for typed in ("graebxo", "gex", "fauultt"):
        assert lexicon.find(typed, 5) == [], typed
