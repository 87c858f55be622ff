"""What a text denies and measures."""

import pytest

from tests.wiki.search.conftest import problem
from wiki.search import indexer
from wiki.search.engine import Kind, Wanted
from wiki.search.finding import find
from wiki.search.query import read
from wiki.search.terms import measures, terms


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("it doesn't lock", ["not_lock"]),
        ("The door won’t always lock", ["not_lock"]),
        ("does not lock, starts fine", ["not_lock"]),
        ("no crank", ["not_crank"]),
        ("fails to start", ["not_start"]),
        ("a failed switch", []),
        ("locks by itself", []),
        ("It never stops beeping", ["not_stop"]),
        ("without warning", ["not_warn"]),
        ("no. It locks", []),
        ("not", []),
    ],
)
def test_what_is_denied_is_bound_to_its_negation(text, denied):
    assert [term for term in terms(text, "en") if term.startswith("not_")] == denied


def test_german_denies_before_and_after():
    assert "not_dreht" in terms("Anlasser dreht nicht", "de")
    assert "not_licht" in terms("kein Licht", "de")


def test_a_stem_stays_beside_what_denies_it():
    assert "lock" in terms("doesn't lock", "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12v", "12 V"),
        ("12 volts", "12V"),
        ("60 km/h", "37 mph"),
        ("90k miles", "90,000 mi"),
        ("20°C", "68F"),
        ("29 psi", "2 bar"),
        ("10mm", "1 cm"),
        ("0.5 ohm", "0,5 Ω"),
        ("100 Nm", "74 ft-lbs"),
    ],
)
def test_measures_meet_whatever_their_unit(one, other):
    assert list(measures(one)) == list(measures(other)) != []


@pytest.mark.parametrize(
    "text", ["2004 Range Rover", "4.4 V8", "a 2004 in the winter", "P0571 A", "5 a day", "model 3", "E24", "12", "v 12"]
)
def test_years_models_and_codes_are_no_measures(text):
    assert list(measures(text)) == []


@pytest.mark.django_db
def test_a_question_asks_for_what_it_denies_in_other_words_too():
    asked = read("car won't start").stems()
    assert asked["not_start"] == 1.0
    assert 0 < asked["not_crank"] < 1
    assert "not_start" not in read("car starts").stems()


@pytest.mark.django_db
def test_a_question_asks_for_its_measures():
    assert read("shakes at 37 mph").stems()["60_kmh"] == 1.0


@pytest.mark.django_db
def test_a_word_left_out_of_a_question_is_not_denied():
    asked = read("no golf")
    assert "not_golf" in asked.stems()
    assert "not_golf" not in asked.stems(without={1})


@pytest.mark.django_db
def test_of_two_problems_the_one_that_denies_it_too_stands_first(each_engine, world):
    opens = problem(product=world.rover, title="Doors lock by themselves at night")
    stays = problem(product=world.rover, title="Doors won't lock at night")
    indexer.drain()
    found = find(Wanted(stems=read("it doesn't lock").stems()), Kind.PROBLEM, limit=5).ids
    assert list(found).index(stays.pk) < list(found).index(opens.pk)


@pytest.mark.django_db
def test_a_speed_is_found_in_another_unit(each_engine, world):
    fast = problem(product=world.rover, title="Wheel shakes at 60 km/h")
    indexer.drain()
    assert find(Wanted(stems=read("37 mph").stems()), Kind.PROBLEM, limit=5).ids[0] == fast.pk
