"""Results that change while one types: the list alone, at the address of the whole page."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.html import read
from tests.wiki.search.conftest import World
from wiki.models import Problem
from wiki.search import indexer

pytestmark = pytest.mark.django_db

INSTANT = {"HX-Request": "true", "HX-Target": "results"}


@pytest.fixture
def indexed(world: World) -> World:
    indexer.drain()
    return world


def titles(page: Any) -> list[str]:
    return [hit.select(".//h3")[0].text for hit in page.all("hit")]


@pytest.mark.parametrize("typed", ["range rover gearbox", "P0571", "24V-123", "zzzz", ""])
def test_instant_results_are_those_of_the_page(client: Client, indexed: World, typed: str) -> None:
    whole, answer = (client.get("/search/", {"q": typed}, headers=headers) for headers in ({}, INSTANT))
    page, part = read(whole), read(answer)
    assert titles(part) == titles(page)
    for testid in ("scope-chip", "nothing-found", "search-start", "official-hit", "code-meaning"):
        assert [one.text for one in part.all(testid)] == [one.text for one in page.all(testid)]
    assert page.has("search-box")
    assert not part.has("search-box")
    assert part.title == page.title


def test_caches_tell_the_list_from_the_page(client: Client, indexed: World) -> None:
    for headers in ({}, INSTANT, {"HX-Target": "elsewhere"}):
        answer = client.get("/search/", {"q": "gearbox"}, headers=headers)
        assert "HX-Target" in answer["Vary"]
        assert read(answer).has("search-box") == (headers != INSTANT)


def test_what_cannot_be_seen_is_told_in_a_sentence(client: Client, indexed: World) -> None:
    def told(typed: str) -> str:
        page = read(client.get("/search/", {"q": typed}, headers=INSTANT))
        return page.select(".//*[@id='search-status']")[0].text

    assert told("range rover P0571") == "1 problem in Land Rover Range Rover. Official diagnostics: 1."
    assert told("zzzz") == "Nothing found."


def test_all_codes_of_a_pasted_scanner_text_are_read(client: Client, indexed: World) -> None:
    pasted = "Vehicle: unknown. " + "Module ABS: no fault stored. " * 10 + "Module ECM: P0571-00 (2F) brake switch A"
    assert len(pasted) > 200
    assert titles(read(client.get("/search/", {"q": pasted})))[0] == indexed.founding.title


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "9" * 700, "two", "1.5", "\0"])
def test_no_page_number_costs_more_than_the_last_page(client: Client, indexed: World, number: str) -> None:
    assert titles(read(client.get("/search/", {"q": "gearbox", "page": number}))) == [indexed.founding.title]


def test_a_remedy_says_its_state_and_official_diagnostics_are_announced_on_top(client: Client, indexed: World) -> None:
    page = read(client.get("/search/", {"q": "range rover gearbox P0571"}))
    assert "1 official diagnostic matches" in page.one("lane-strip").text
    assert "Why is this first?" in page.all("hit")[0].one("why-here").text
    assert not read(client.get("/search/", {"q": "idle"})).has("lane-strip")


def test_a_chosen_product_stays_chosen_before_anything_is_typed(client: Client, indexed: World) -> None:
    page = read(client.get("/search/", {"product": indexed.rover.path}))
    assert page.has("search-start")
    assert "Land Rover Range Rover" in page.one("scope-chip").text
    assert page.form("search-box").values == {"q": "", "product": indexed.rover.path}
    assert not page.has("search-note")


def test_an_official_diagnostic_that_is_the_answer_leads_to_its_problems(client: Client, indexed: World) -> None:
    assert not read(client.get("/search/", {"q": "LR-2005-17"})).one("official-hit").has("linked-problems")
    link = {"diagnostic": indexed.bulletin, "reason": "hand", "linked_at": timezone.now()}
    indexed.founding.diagnostic_links.create(**link)
    linked = read(client.get("/search/", {"q": "LR-2005-17"})).one("official-hit").one("linked-problems")
    assert linked.links == {indexed.founding.title: indexed.founding.get_absolute_url()}
    Problem.objects.filter(pk=indexed.founding.pk).update(state="hidden")
    assert not read(client.get("/search/", {"q": "LR-2005-17"})).one("official-hit").has("linked-problems")


def test_a_word_that_is_not_typed_out_yet_is_read_as_the_one_it_begins(client: Client, indexed: World) -> None:
    page = read(client.get("/search/", {"q": "rough idl"}, headers=INSTANT))
    assert titles(page)[0] == indexed.idle.title
    assert titles(read(client.get("/search/", {"q": "gearb"})))[0] == indexed.founding.title
    note = read(client.get("/search/", {"q": "gearb"})).one("search-note")
    assert note.text == "“gearb” is in no report and is read as “gearbox”."
    # What stands before the last word is typed out, and two letters begin too many.
    assert read(client.get("/search/", {"q": "gearb zzzz"})).has("nothing-found")
    assert read(client.get("/search/", {"q": "zzzz ge"})).has("nothing-found")
