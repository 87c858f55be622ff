"""Keys, slugs and full names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.naming import full_name_of, key_of, may_stand_under, slug_of, words_and_year


@pytest.mark.parametrize("name", ["LAND ROVER", "Land Rover", "Landrover", "land-rover", " Länd  Rover "])
def test_every_spelling_of_a_make_has_one_key(name: str) -> None:
    assert key_of(name) == "landrover"


def test_letters_of_other_scripts_have_keys_and_slugs_of_their_own() -> None:
    assert key_of("クラウン 2") == "クラウン2"
    assert slug_of("Škoda Octavia 1.9") == "skoda-octavia-1-9"
    assert slug_of("クラ") == "30af-30e9"
    assert slug_of("クラ") != slug_of("ラク")


@given(st.text(max_size=120))
def test_a_name_with_a_key_has_a_slug_that_an_address_can_carry(name: str) -> None:
    slug = slug_of(name)
    assert bool(slug) == bool(key_of(name))
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug) <= 80


def test_the_year_comes_first_and_a_category_is_not_said() -> None:
    chain = [("category", "Cars"), ("make", "Land Rover"), ("model", "Range Rover")]
    assert full_name_of([*chain, ("year", "2004"), ("variant", "4.4 V8")]) == "2004 Land Rover Range Rover 4.4 V8"
    assert full_name_of([*chain, ("generation", "L322")]) == "Land Rover Range Rover L322"
    assert full_name_of([("category", "Home"), ("category", "Dishwashers")]) == "Dishwashers"


def test_a_make_is_not_said_twice() -> None:
    assert full_name_of([("make", "MINI"), ("model", "MINI Cooper"), ("year", "2010")]) == "2010 MINI Cooper"


def test_levels_may_be_missing_but_not_turned_around() -> None:
    assert may_stand_under("year", "make")
    assert may_stand_under("category", "category")
    assert not may_stand_under("make", "model")
    assert not may_stand_under("model", "model")
    assert not may_stand_under("make", None)


@pytest.mark.parametrize("text", ["2004 Range Rover", "Range Rover 2004", "range 2004.0 rover"])
def test_a_year_is_found_wherever_it_stands(text: str) -> None:
    words, year = words_and_year(text)
    assert (key_of(words), year) == ("rangerover", 2004)


def test_a_second_year_stays_a_word() -> None:
    assert words_and_year("2008 Peugeot 2008") == ("Peugeot 2008", 2008)
