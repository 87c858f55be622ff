"""A slip of the finger still finds the problem, and the page says how the word was read."""

from typing import Any

import pytest
from django.test import Client

from tests.wiki.search.conftest import World
from tests.wiki.search.test_search_page import by_testid, page, titles
from wiki.search import indexer
from wiki.search.spelling import Lexicon


@pytest.fixture
def indexed(world: World) -> World:
    indexer.drain()
    return world


LEXICON = Lexicon({"gearbox": 9, "brake": 40, "break": 2, "switch": 5, "p0571": 3, "lamp": 4, "damp": 7})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("gearbxo", "gearbox"),
        ("gaerbox", "gearbox"),
        ("swich", "switch"),
        ("brakke", "brake"),
        ("xamp", "damp"),  # of equally near words the commoner
    ],
)
def test_a_word_is_read_as_the_nearest_one_that_is_known(typed: str, read: str) -> None:
    assert LEXICON.corrections([typed]) == {typed: read}


@pytest.mark.parametrize("typed", ["brake", "lam", "p0572", "zzzzzz"])
def test_known_words_short_words_codes_and_nonsense_stay_as_they_are(typed: str) -> None:
    assert LEXICON.corrections([typed]) == {}


@pytest.mark.parametrize(
    "typed", ["range rover gearbxo fault brake ligth stays on", "gaerbox falut dash", "geerbox fautl brake lights"]
)
def test_two_slips_still_find_the_founding_case_first(client: Client, indexed: World, typed: str) -> None:
    tree = page(client, q=typed)

    assert titles(tree)[0] == indexed.founding.title
    assert "in no report" in notes(tree)


def test_the_page_names_the_word_that_was_read_otherwise(client: Client, indexed: World) -> None:
    assert "“gearbxo” is in no report and is read as “gearbox”." in notes(page(client, q="gearbxo fault"))
    assert "“gearbxo” and “falut” are in no report and are read as “gearbox” and “fault”." in notes(
        page(client, q="gearbxo falut")
    )
    assert notes(page(client, q="gearbox fault")) == ""


def test_the_word_is_shown_as_the_hits_write_it_and_not_as_its_stem(client: Client, indexed: World) -> None:
    assert "are read as “stalls” and “traffic”" in notes(page(client, q="stallz trafic"))


def test_a_word_that_no_hit_shows_is_only_said_to_be_spelled_otherwise(client: Client, indexed: World) -> None:
    said = notes(page(client, q="cruize gearbox", component="no-such"))
    assert "“cruize” is in no report and is read as “cruise”." in said
    assert "words spelled nearly so" in notes(page(client, q="gearbxo trafic", kind="official"))


def test_without_an_index_words_are_taken_as_typed(client: Client, world: World, index_folder: Any) -> None:
    assert titles(page(client, q="gearbxo dash"))[0] == world.founding.title


def notes(tree: Any) -> str:
    return " ".join(one.text_content() for one in by_testid(tree, "search-note"))
