"""Serial numbers of products other than cars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.queries.serials import recognise_serial
from products.rules.serial_patterns import Made, read_serial
from tests.builders.products import make_product


@pytest.mark.parametrize(
    ("text", "make", "made"),
    [
        ("E-Nr. SMS46GI01E/29 FD 9703 00123", "Bosch", (Made(2017, 3),)),
        ("E-Nr: WM14Y54A/01 FD 0102", "Siemens", (Made(2021, 2),)),
        ("FD 8904", "Neff", (Made(2009, 4),)),
        ("410KWXY12345", "LG", (Made(2024, 10), Made(2014, 10), Made(2004, 10))),
        ("0A2B4BBM300123X", "Samsung", (Made(2019, 3),)),
        ("0A2B4BBRC00123X", "Samsung", (Made(2021, 12), Made(2001, 12))),
        ("C02T83GXGTFM", "Apple", (Made(2017, week=8),)),
        ("W80123ABCDE", "Apple", (Made(2010, week=12),)),
        ("W8712345ABC", "Apple", (Made(2007, week=12),)),
    ],
)
def test_a_date_is_read_where_the_number_says_it(text: str, make: str, made: tuple[Made, ...]) -> None:
    assert [reading.made for reading in read_serial(text, this_year=2026, make=make)] == [made]


@pytest.mark.parametrize(
    ("text", "make", "kind"),
    [
        ("31/123456789", "Miele", "fabrication number"),
        ("CS2412345", "Whirlpool", "serial number"),
        ("7XJ4KL2", "Dell", "service tag"),
        ("PF0ABCDE", "Lenovo", "serial number"),
        ("1S20L7S02E00PF1ABCDE", "Lenovo", "serial number"),
        ("H2K7XQ9V1M", "Apple", "serial number"),
        ("SMS46GI01E/29", "Bosch", "E-Nr."),
    ],
)
def test_a_number_without_a_date_is_recognised_and_not_dated(text: str, make: str, kind: str) -> None:
    readings = read_serial(text, this_year=2026, make=make)
    assert [(reading.kind, reading.made) for reading in readings] == [(kind, ())]


def test_a_service_tag_gives_its_express_code() -> None:
    (reading,) = read_serial("7XJ4KL2", this_year=2026, make="Dell")
    assert str(int("7XJ4KL2", 36)) in reading.notes[0]


@pytest.mark.parametrize("text", ["", "hello", "?", "123", "E-Nr.", "31/1", "A" * 500])
def test_unknown_stays_unknown(text: str) -> None:
    assert read_serial(text, this_year=2026) == ()


def test_a_make_leaves_out_the_others() -> None:
    assert read_serial("7XJ4KL2", this_year=2026, make="Miele") == ()
    assert {make for each in read_serial("7XJ4KL2", this_year=2026) for make in each.makes} == {"Dell"}


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_no_date_lies_ahead(text: str) -> None:
    for reading in read_serial(text, this_year=2026):
        assert all(1979 <= made.year <= 2026 for made in reading.made)


def test_dates_read_as_people_say_them() -> None:
    assert [str(made) for made in (Made(2017, 3), Made(2017, week=8), Made(2017))] == [
        "March 2017",
        "week 8 of 2017",
        "2017",
    ]


@pytest.mark.django_db
def test_a_recognised_number_leads_to_the_makes_in_the_tree(django_assert_num_queries) -> None:
    bosch, siemens = (make_product(kind="make", name=name) for name in ("Bosch", "Siemens"))
    make_product(kind="make", name="Miele")
    with django_assert_num_queries(1):
        (found,) = recognise_serial("SMS46GI01E/29 FD 9703", this_year=2026)
    assert found.makes == (bosch, siemens)
    with django_assert_num_queries(0):
        assert recognise_serial("hello", this_year=2026) == ()
