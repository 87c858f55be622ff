"""Vehicle identification numbers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products import seed
from products.queries.vin import identify, makers
from products.rules.vin import (
    LENGTH,
    NotAVin,
    check_digit,
    decode_vin,
    looks_like_vin,
    vins_in,
    without_vins,
)
from tests.builders.products import a_model, a_year

ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
numbers = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def decode(text):
    return decode_vin(text, makers=makers(), this_year=2026)


@pytest.mark.parametrize(
    ("number", "make", "years"),
    [
        ("1M8GDM9AXKP042788", None, (1989,)),  # the worked example of the North American rule
        ("1FTFW1ET5DFC10312", "Ford", (2013,)),
        ("5YJSA1E26HF000337", "Tesla", (2017,)),
        ("KNAGM4A77D5400000", "Kia", (2013, 1983)),
        ("JHMCM56557C404453", "Honda", (2007,)),  # built in Japan for North America: a right check digit
        ("VF1BB05CF26456789", "Renault", ()),  # for Europe, where this maker does not say the year
        ("1FUJGLDR0CLBP8834", "Freightliner", (2012, 1982)),  # a heavy truck: position 7 decides nothing
        ("1HGCM826XFA004352", "Honda", (1985,)),
        ("1HGCM8K6XFA004352", "Honda", (2015,)),
    ],
)
def test_known_numbers_say_their_maker_and_model_year(number, make, years):
    vin = decode(number)
    assert vin.years == years
    if make:
        assert make in vin.maker.makes


def test_the_check_digit_of_the_worked_example_is_x():
    assert check_digit("1M8GDM9AXKP042788") == "X"
    assert check_digit("1" * LENGTH) == "1"


def test_a_failing_check_digit_warns_in_north_america_and_is_no_matter_at_land_rover_in_europe():
    assert any("check digit" in warning for warning in decode("1M8GDM9A1KP042788").warnings)
    rover = decode("SALLMAMA34A123456")
    assert rover.maker.makes == ("Land Rover",)
    assert rover.years == (2004,)
    assert not any("check digit" in warning for warning in rover.warnings)
    assert (rover.region, rover.plant, rover.serial) == ("Europe", "A", "123456")


def test_it_is_read_with_spaces_hyphens_and_small_letters():
    assert decode(" sal-lmama 34a.123456 ").number == "SALLMAMA34A123456"


def test_numbers_that_begin_with_7_are_north_american():
    tesla = decode("7SAYGDEE0PF123456")
    assert (tesla.region, tesla.maker.makes, tesla.years) == ("North America", ("Tesla",), (2023,))
    assert any("check digit" in warning for warning in tesla.warnings)


def test_the_number_does_not_get_into_logs():
    assert "123456" not in repr(decode("SALLMAMA34A123456"))


def test_the_shipped_table_holds_identifiers_once_each():
    text = (Path(seed.__file__).with_name("wmi.csv")).read_text(encoding="utf-8")
    assert len(makers()) == len(text.splitlines()) - 1 > 300
    assert all(len(wmi) == 3 and set(wmi) <= set(ALPHABET) for wmi in makers())


def test_letters_that_a_vin_never_has_are_read_as_digits_and_said():
    vin = decode("SALLMAMA34A12345O")
    assert vin.number.endswith("123450")
    assert "no I, O or Q" in vin.warnings[0]


@pytest.mark.parametrize("text", ["", "SALLMAMA34A12345", "SALLMAMA34A1234567", "SALLMAMA34A12345Ä", "ME04EXT 12"])
def test_what_cannot_be_one_is_refused_with_a_sentence(text):
    with pytest.raises(NotAVin, match=r"\.$"):
        decode(text)


@given(number=numbers, place=st.integers(0, LENGTH - 1), other=st.sampled_from(ALPHABET))
def test_every_number_is_decoded_and_never_refused(number, place, other):
    vin = decode(number)
    assert vin.number == number
    assert all(1980 <= year <= 2027 for year in vin.years)
    decode(number[:place] + other + number[place + 1 :])


@given(
    serial=st.text("0123456789", min_size=LENGTH, max_size=LENGTH),
    place=st.integers(0, LENGTH - 1),
    digit=st.sampled_from("0123456789"),
)
def test_any_single_mistyped_digit_is_noticed_where_there_is_a_check_digit(serial, place, digit):
    body = "1" + serial[1:]
    valid = body[:8] + check_digit(body) + body[9:]
    mistyped = valid[:place] + digit + valid[place + 1 :]
    if mistyped != valid and mistyped[0] in "12345":
        assert any("check digit" in warning for warning in decode(mistyped).warnings)


@pytest.mark.django_db
class TestIdentifying:
    def test_finds_the_years_of_the_makers_models(self, django_assert_num_queries):
        year = a_year(year=2004)
        a_year(year=2006)
        a_model(name="Focus", make="Ford")
        with django_assert_num_queries(2):
            found = identify("SALLMAMA34A123456", this_year=2026)
        assert [make.name for make in found.makes] == ["Land Rover"]
        assert list(found.candidates) == [year]

    def test_of_a_maker_that_is_not_in_the_tree_finds_nothing(self):
        found = identify("1FTFW1ET5DFC10312", this_year=2026)
        assert (found.makes, found.candidates) == ((), ())
        assert found.vin.maker.makes == ("Ford",)


@pytest.mark.parametrize(
    "text", ["SALME1A45XA123456", "it is salme1a45xa123456, brakes", "SALME 1A45-XA123456", "SALMEIA45XAI23456"]
)
def test_a_text_that_holds_a_vin_is_seen(text):
    assert looks_like_vin(text)


@pytest.mark.parametrize(
    "text",
    [
        "P0571 P0504-64 (2A)",
        "P0571 P0504 P0500 12",
        "power locks failed",
        "internationalizat",
        "brake lights stay on after 120000 miles",
        "XKB500110LR",
        "",
    ],
)
def test_codes_words_and_part_numbers_are_no_vin(text):
    assert not looks_like_vin(text)


def test_a_vin_is_found_within_a_text_and_taken_out():
    text = "VIN:SALLMAMH44A123456 P0571-00, part XKB500110, sallmamh44a12345O; AUTOMATICGEARBOXX"
    assert vins_in(text) == ["SALLMAMH44A123456", "sallmamh44a12345O"]
    assert without_vins(text) == "VIN:  P0571-00, part XKB500110,  ; AUTOMATICGEARBOXX"
