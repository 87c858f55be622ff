"""Rates per thousand units: what a unit has lived through, and what a report is known to be."""

import datetime

import pytest

from wiki.rules.aggregates import AggregateRules
from wiki.rules.in_service import Built, Reported, band_of, by_months_in_service, by_year, exposure, month_of

JANUARY = month_of(datetime.date(2020, 1, 1))
RULES = AggregateRules(least_people=5)


def built(*, months_ago=0, units=1000, year=2020):
    return Built(JANUARY - months_ago, units, year)


def reports(number, *, received, first=JANUARY, last=JANUARY, year=2020):
    return [Reported(first, last, received, year)] * number


def bands(units, told, *, until, rules=RULES):
    return {band.label: band for band in by_months_in_service(units, told, rules, until=until)}


def test_months_follow_each_other_over_the_end_of_a_year():
    assert month_of(datetime.date(2021, 1, 31)) - month_of(datetime.date(2020, 12, 1)) == 1


def test_a_unit_counts_in_a_band_only_as_far_as_it_has_lived_through_it():
    assert [exposure(0, low, high, until=8) for low, high in ((0, 3), (3, 6), (6, 12), (12, 24), (36, None))] == [
        *(3, 3, 2),
        *(0, 0),
    ]
    assert exposure(0, 36, None, until=50) == 14
    assert exposure(10, 0, 3, until=5) == 0


@pytest.mark.parametrize(("age", "band"), [(0, 0), (2, 0), (3, 1), (11, 2), (12, 3), (35, 4), (36, 5), (400, 5)])
def test_an_age_belongs_to_the_band_that_begins_at_it_or_before(age, band):
    assert band_of(age) == band


def test_every_month_lived_through_lies_in_exactly_one_band():
    found = bands([built(units=7)], [], until=JANUARY + 61)

    assert sum(band.unit_months for band in found.values()) == 7 * 61


def test_a_rate_is_reports_per_thousand_unit_years():
    found = bands([built(units=2000)], reports(6, received=JANUARY + 1), until=JANUARY + 12)

    # 2,000 units over three months are 500 unit-years.
    assert found["0–3 months"].unit_months == 6000
    assert found["0–3 months"].at_least == found["0–3 months"].at_most == 12.0
    assert found["3–6 months"].at_least == 0.0


def test_a_band_that_no_unit_has_reached_has_no_rate():
    found = bands([built()], [], until=JANUARY + 6)

    assert found["6–12 months"].at_least is None
    assert found["6–12 months"].unit_months == 0


def test_a_report_that_may_belong_to_several_bands_is_sure_in_none():
    told = reports(8, received=JANUARY + 13, last=JANUARY + 11)

    found = bands([built()], told, until=JANUARY + 40)

    assert [(band.sure, band.possible) for band in found.values()] == [(0, 8), (0, 8), (0, 8), (0, 8), (0, 0), (0, 0)]


def test_a_report_comes_after_its_unit_was_built():
    within_the_year = reports(5, received=JANUARY + 2, last=JANUARY + 11)
    before_it = reports(5, received=JANUARY - 4)

    found = bands([built()], within_the_year + before_it, until=JANUARY + 40)

    assert (found["0–3 months"].sure, sum(band.possible for band in found.values())) == (5, 5)


def test_the_running_month_counts_neither_in_reports_nor_in_exposure():
    found = bands([built()], reports(5, received=JANUARY + 3), until=JANUARY + 3)

    assert sum(band.possible for band in found.values()) == 0
    assert sum(band.unit_months for band in found.values()) == 3000


def test_a_figure_of_too_few_people_is_left_out():
    four = bands([built()], reports(4, received=JANUARY), until=JANUARY + 12)["0–3 months"]
    five = bands([built()], reports(5, received=JANUARY), until=JANUARY + 12)["0–3 months"]

    assert (four.sure, four.possible, four.at_least, four.at_most) == (None, None, None, None)
    assert (five.sure, five.possible) == (5, 5)


def test_a_year_counts_its_reports_per_thousand_of_its_units():
    units = [built(units=1500), built(units=500, months_ago=1), built(units=800, year=2021), built(units=10, year=2022)]
    told = reports(10, received=JANUARY) + reports(3, received=JANUARY, year=2021) + reports(9, received=0, year=None)

    rows = by_year(units, told, RULES)

    assert [(row.year, row.units, row.reports, row.per_thousand) for row in rows] == [
        (2020, 2000, 10, 5.0),
        (2021, 800, None, None),
        (2022, 10, 0, 0.0),
    ]
