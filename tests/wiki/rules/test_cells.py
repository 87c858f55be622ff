"""Cells as people type them: read in every usual form, asked about where they could mean two things."""

import pytest

from wiki.rules import cells
from wiki.rules.table_columns import OUTCOMES, TABLES
from wiki.rules.tables import guess, letter


@pytest.mark.parametrize(
    ("text", "plain", "currency"),
    [
        ("1234.5", "1234.5", ""), ("$1,234.50", "1234.50", "USD"), ("1.234,50 €", "1234.50", "EUR"),
        ("1'234.50", "1234.50", ""), ("1 234,50", "1234.50", ""), ("USD 60", "60", "USD"), ("60 usd", "60", "USD"),
        ("1,234,567", "1234567", ""), ("0.125", "0.125", ""), ("12,5", "12.5", ""), ("£7", "7", "GBP"),
    ],
)  # fmt: skip
def test_amounts_in_every_usual_form(text, plain, currency):
    assert cells.amount(text) == (plain, currency)


@pytest.mark.parametrize(
    "text",
    ["abc", "-5", "1,23,4", "1.2.3", "NaN", "1e9", "5 $ €", "=1+1", "5 %", "", "1" * 80, "1" + " " * 50_000 + "x"],
)
def test_what_is_no_amount(text):
    with pytest.raises(cells.Unreadable):
        cells.amount(text)


def test_a_thousand_or_one_and_decimals_is_asked():
    for text in ("1,234", "1.234"):
        assert cells.mark_is_needed([text])
        with pytest.raises(cells.Unreadable, match="thousands or decimals"):
            cells.amount(text)
    assert cells.amount("1,234", "point")[0] == cells.amount("1.234", "comma")[0] == "1234"
    assert cells.amount("1,234", "comma")[0] == cells.amount("1.234", "point")[0] == "1.234"
    assert not cells.mark_is_needed(["1,234.50", "12,5", "0.125"])


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-04-03", "", "2026-04-03"), ("2026/04/03", "", "2026-04-03"), ("20260403", "", "2026-04-03"),
        ("13/04/2026", "", "2026-04-13"), ("04/13/2026", "", "2026-04-13"), ("3.4.2026", "day", "2026-04-03"),
        ("03/04/2026", "month", "2026-03-04"), ("3 Apr 2026", "", "2026-04-03"), ("April 3, 2026", "", "2026-04-03"),
        ("04/04/2026", "", "2026-04-04"), ("2026-04-03 10:22:00", "", "2026-04-03"),
    ],
)  # fmt: skip
def test_days_in_every_usual_form(text, order, day):
    assert cells.day(text, order) == day


def test_a_day_that_could_be_two_is_asked_unless_others_give_the_order_away():
    with pytest.raises(cells.Unreadable, match="could be two days"):
        cells.day("03/04/2026")
    assert cells.order_of(["03/04/2026"]) == (True, "")
    assert cells.order_of(["03/04/2026", "13/04/2026"]) == (True, "day")
    assert cells.order_of(["03/04/2026", "04/13/2026"]) == (True, "month")
    assert cells.order_of(["13/04/2026", "04/13/2026", "03/04/2026"]) == (True, "")
    for text in ("31/02/2026", "99/99/2026", "soon", "2026-13-01", "1/2/26"):
        with pytest.raises(cells.Unreadable):
            cells.day(text, "day")


def test_counts_carry_their_unit_and_truths_are_words():
    assert cells.count("121,000 mi") == ("121000", "mi")
    assert cells.count("195.000 km") == ("195000", "km")
    assert cells.count("1200") == ("1200", "")
    assert (cells.unit_in_heading("Mileage (km)"), cells.unit_in_heading("Odometer")) == ("km", "")
    for text in ("12.5", "-1", "5 furlongs", "many"):
        with pytest.raises(cells.Unreadable):
            cells.count(text)
    assert [cells.truth(text) for text in ("Yes", "x", "0", "Nein")] == ["true", "true", "false", "false"]
    with pytest.raises(cells.Unreadable):
        cells.truth("perhaps")


def test_an_apostrophe_that_guards_a_formula_goes_and_others_stay():
    assert [cells.unquoted(text) for text in ("'=1+1", "'@A1", "'74 Range Rover", "''=1", "=1+1", "'")] == [
        "=1+1", "@A1", "'74 Range Rover", "''=1", "=1+1", "'",
    ]  # fmt: skip


def test_headings_are_guessed_by_name_by_synonym_and_by_values():
    heading = ["RO Number", "part no.", "Odometer (km)", "Cost", "When", "Followed?", "Whatever"]
    rows = [["7", "X", "1", "5", "2026-04-03", "yes", "words"]]
    assert guess(OUTCOMES, heading, rows) == [
        "job_number", "part_number", "usage", "money", "happened_on", "procedure_followed", "",
    ]  # fmt: skip
    known = {"whatever": "note", "cost": ""}
    assert guess(OUTCOMES, heading, rows, known)[3::3] == ["", "note"]


def test_every_description_is_whole():
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names)) and table.needed
        assert guess(table, names, []) == names
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
