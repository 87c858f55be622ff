"""The search page: what it understands, finds, shows and survives."""

import gc
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from lxml import html as parser

from products.models import Change, Component
from tests.builders.accounts import make_user
from tests.wiki.search.conftest import World, fix, problem, recall
from wiki.models import Problem
from wiki.search import indexer, whoosh_engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(world: World) -> World:
    indexer.drain()
    return world


def page(client: Client, **said: str) -> Any:
    response = client.get("/search/", said)
    assert response.status_code == 200
    return parser.fromstring(response.content.decode())


def by_testid(tree: Any, name: str) -> list[Any]:
    return tree.xpath(f"//*[@data-testid='{name}']")


def titles(tree: Any) -> list[str]:
    return [hit.xpath(".//h3")[0].text_content() for hit in by_testid(tree, "hit")]


def lane(tree: Any) -> str:
    return " ".join(one.text_content() for one in by_testid(tree, "official-lane"))


def test_lay_words_find_the_founding_case_first(client: Client, indexed: World) -> None:
    tree = page(client, q="range rover gearbox fault brake light stays on")
    assert titles(tree)[0] == indexed.founding.title
    assert "Stop lamp switch circuit" in lane(tree)


@pytest.mark.parametrize("typed", ["P0571", "p0571", "p 0571", "P0571-00", "p-0571", "code P0571 (2A) please"])
def test_a_fault_code_in_any_spelling_finds_its_problem_and_the_procedure(
    client: Client, indexed: World, typed: str
) -> None:
    tree = page(client, q=typed)
    assert titles(tree)[0] == indexed.founding.title
    assert "Stop lamp switch circuit" in lane(tree)
    assert "Brake switch A circuit" in by_testid(tree, "code-meaning")[0].text_content()


def test_another_code_does_not_find_it(client: Client, indexed: World) -> None:
    tree = page(client, q="P0300")
    assert titles(tree) == []
    assert by_testid(tree, "nothing-found")


@pytest.mark.parametrize("typed", ["24V123", "24V-123", "24v 123", "24V123000", "recall 24V-123"])
def test_a_campaign_number_finds_its_recall(client: Client, indexed: World, typed: str) -> None:
    tree = page(client, q=typed)
    found = by_testid(tree, "official-hit")
    assert [one.xpath(".//h3")[0].text_content() for one in found] == ["Fuel pump may fail"]
    assert by_testid(tree, "count")[0].text_content() == "1 official diagnostic"
    assert not by_testid(tree, "nothing-found")
    assert not by_testid(page(client, q="24V124"), "official-hit")


@pytest.mark.parametrize(
    ("typed", "found"),
    [("ECU stop lamp", "Gearbox fault"), ("transmission", "Gearbox fault"), ("motor shudder idle", "Rough idle")],
)
def test_other_words_for_the_same_thing_find_it(client: Client, indexed: World, typed: str, found: str) -> None:
    assert titles(page(client, q=typed))[0].startswith(found)


def test_product_words_become_a_chip_with_the_year_read(client: Client, indexed: World) -> None:
    tree = page(client, q="range rover 04 gearbox")
    (chip,) = by_testid(tree, "scope-chip")
    assert "2004 Land Rover Range Rover" in chip.text_content()
    assert "“04” read as the year 2004." in by_testid(tree, "search-note")[0].text_content()


def test_a_scope_keeps_others_out_and_can_be_removed(client: Client, indexed: World) -> None:
    narrowed = page(client, q="range rover brake light engine")
    assert indexed.stall.title not in titles(narrowed)
    (chip,) = by_testid(narrowed, "scope-chip")
    everywhere = parser.fromstring(client.get(chip.get("href")).content.decode())
    assert indexed.stall.title in titles(everywhere)
    assert not by_testid(everywhere, "scope-chip")


def test_a_chosen_product_shows_what_it_inherits_and_what_stands_below(client: Client, indexed: World) -> None:
    found = titles(page(client, q="gearbox idle stalls", product=indexed.rover.path))
    assert set(found) == {indexed.founding.title, indexed.idle.title}
    found = titles(page(client, q="gearbox idle stalls", product=indexed.year.path))
    assert set(found) == {indexed.founding.title, indexed.idle.title}


def test_a_scope_without_any_match_is_left_visibly(client: Client, indexed: World) -> None:
    tree = page(client, q="ford focus gearbox stays")
    assert titles(tree)[0] == indexed.founding.title
    assert "Nothing was found for Ford Focus" in by_testid(tree, "search-note")[0].text_content()
    assert not by_testid(tree, "scope-chip")


def test_the_kind_of_product_finds_its_problems(client: Client, indexed: World) -> None:
    assert indexed.stall.title in titles(page(client, q="cars"))


def test_one_ordinary_word_is_offered_as_a_model_but_narrows_nothing(client: Client, indexed: World) -> None:
    tree = page(client, q="focus gearbox")
    assert not by_testid(tree, "scope-chip")
    assert titles(tree)[0] == indexed.founding.title
    assert "Ford Focus" in by_testid(tree, "products")[0].text_content()
    assert by_testid(page(client, q="ford focus stalls"), "scope-chip")


def test_an_alias_names_its_product(client: Client, indexed: World) -> None:
    (chip,) = by_testid(page(client, q="landrover rough idle"), "scope-chip")
    assert chip.text_content().strip() == "Land Rover"


def test_an_unknown_product_address_is_said_and_searches_everything(client: Client, indexed: World) -> None:
    tree = page(client, q="gearbox", product="no/such/thing")
    assert titles(tree)[0] == indexed.founding.title
    assert "no product at the address" in by_testid(tree, "search-note")[0].text_content()


def test_matched_words_are_marked_and_text_stays_text(client: Client, indexed: World) -> None:
    sly = "A <script>alert(1)</script> sunroof & its <b>drain</b>"
    made = problem(product=indexed.focus, title="Leak", symptom=sly)
    Problem.objects.filter(pk=made.pk).update(symptom_html=f"<p>{escape(sly)}</p>")
    Change.objects.create(kind="problem", object_id=made.pk)
    indexer.drain()
    tree = page(client, q="sunroof drain")
    (words,) = by_testid(tree, "hit")[0].xpath(".//p[@class='words']")
    assert [mark.text for mark in words.xpath(".//mark")] == ["sunroof", "drain"]
    assert "<script>alert(1)</script>" in words.text_content()
    assert not words.xpath(".//script") and not words.xpath(".//b")


def test_the_author_sees_a_new_problem_and_a_deletion_before_the_indexer_does(client: Client, indexed: World) -> None:
    made = problem(product=indexed.focus, title="Sunroof leaks", symptom="Water drips from the sunroof")
    assert titles(page(client, q="sunroof leak"))[0] == made.title
    fix(problem=indexed.idle, title="Grease the zebra bearing")
    assert titles(page(client, q="zebra")) == [indexed.idle.title]
    Problem.objects.filter(pk=indexed.founding.pk).update(state="deleted")
    Change.objects.create(kind="problem", object_id=indexed.founding.pk)
    assert indexed.founding.title not in titles(page(client, q="gearbox"))


def test_a_hidden_problem_is_not_found_even_when_the_index_still_has_it(client: Client, indexed: World) -> None:
    assert indexed.founding.title in titles(page(client, q="gearbox"))
    Problem.objects.filter(pk=indexed.founding.pk).update(state="hidden")
    assert indexed.founding.title not in titles(page(client, q="gearbox"))


def test_a_deleted_index_is_answered_by_the_database_and_rebuilt(
    client: Client, indexed: World, index_folder: Path
) -> None:
    assert not by_testid(page(client, q="gearbox"), "by-database")
    shutil.rmtree(index_folder)
    tree = page(client, q="gearbox fault brake light")
    assert titles(tree)[0] == indexed.founding.title
    assert by_testid(tree, "by-database")
    assert titles(page(client, q="p 0571")) == [indexed.founding.title]
    assert "Fuel pump" in by_testid(page(client, q="24V-123"), "official-hit")[0].text_content()
    assert indexed.stall.title not in titles(page(client, q="range rover light engine"))
    indexer.drain()
    tree = page(client, q="gearbox fault brake light")
    assert titles(tree)[0] == indexed.founding.title
    assert not by_testid(tree, "by-database")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_corrupt_index_is_answered_by_the_database(client: Client, indexed: World, index_folder: Path) -> None:
    whoosh_engine.close()
    for file in index_folder.glob("v*/*"):
        file.write_bytes(b"\xff" * 100)
    tree = page(client, q="gearbox fault")
    gc.collect()  # here, where the library's forgotten file is expected
    assert titles(tree)[0] == indexed.founding.title
    assert by_testid(tree, "by-database")


def facets(tree: Any) -> dict[str, dict[str, str]]:
    """Each facet's values with their counts."""
    (narrow,) = by_testid(tree, "facets")
    return {
        section.xpath("./h2")[0].text_content(): {
            link.text_content().rpartition(" ")[0].strip(): link.xpath("./span[@class='n']")[0].text_content()
            for link in section.xpath(".//a")
        }
        for section in narrow.xpath(".//section")
    }


def test_facets_count_and_narrow_from_system_to_part(client: Client, indexed: World) -> None:
    assert facets(page(client, q="engine gearbox light"))["Component"] == {"Brakes": "1"}
    narrowed = page(client, q="engine gearbox light", component="brakes")
    assert titles(narrowed) == [indexed.founding.title]
    assert facets(narrowed)["Component"] == {"Brakes (show all)": "1", "Brake light switch": "1"}


def test_facets_fold_away_where_they_would_stand_before_the_results(client: Client, indexed: World) -> None:
    (narrow,) = by_testid(page(client, q="gearbox"), "facets")
    assert [child.tag for child in narrow] == ["details"]
    assert narrow.xpath("./details/summary")[0].text_content() == "Narrow it down"
    chosen = page(client, q="gearbox", component="brakes")
    assert by_testid(chosen, "facets")[0].xpath(".//summary")[0].text_content() == "Narrow it down (1 chosen)"


def test_facets_count_all_that_was_found_and_not_the_best_hundred(client: Client, indexed: World) -> None:
    engine = Component.objects.create(name="Engine", slug="engine")
    for number in range(130):
        where = engine if number % 2 else indexed.switch
        problem(product=indexed.focus, title=f"Sunroof leak number {number}", component=where)
    indexer.drain()
    tree = page(client, q="sunroof")
    assert facets(tree)["Component"] == {"Brakes": "65", "Engine": "65"}
    assert by_testid(tree, "count")[0].text_content() == "130 problems"


def test_problems_are_narrowed_by_whether_they_have_a_fix_and_by_harm(client: Client, indexed: World) -> None:
    burnt = problem(
        product=indexed.focus, title="Fire", symptom="The engine light came on, then the engine caught fire."
    )
    indexer.drain()
    tree = page(client, q="engine gearbox light")
    assert facets(tree)["Answered"] == {"With a fix": "1", "Nothing known yet": "3"}
    assert facets(tree)["Safety"] == {"Tells of fire, smoke or injury": "1"}
    assert titles(page(client, q="engine gearbox light", state="answered")) == [indexed.founding.title]
    assert indexed.founding.title not in titles(page(client, q="engine gearbox light", state="unanswered"))
    assert titles(page(client, q="engine gearbox light", safety="harmful")) == [burnt.title]
    assert len(titles(page(client, q="engine gearbox light", state="nonsense"))) == 4


def test_the_database_narrows_too_but_counts_nothing(client: Client, indexed: World, index_folder: Path) -> None:
    shutil.rmtree(index_folder)
    assert titles(page(client, q="engine gearbox light", state="answered")) == [indexed.founding.title]
    assert indexed.founding.title not in titles(page(client, q="engine gearbox light", state="unanswered"))
    tree = page(client, q="gearbox light", component="brakes")
    assert [link.text_content().strip() for link in by_testid(tree, "facets")[0].xpath(".//a")] == ["Brakes (show all)"]
    indexer.drain()


def test_pages_of_ten_and_ten_pages_at_most(client: Client, indexed: World) -> None:
    for number in range(23):
        problem(product=indexed.focus, title=f"Sunroof leak number {number}")
    indexer.drain()
    first, third = page(client, q="sunroof"), page(client, q="sunroof", page="3")
    assert (len(titles(first)), len(titles(third))) == (10, 3)
    assert by_testid(first, "count")[0].text_content() == "23 problems"
    assert titles(page(client, q="sunroof", page="99999")) == titles(third)
    assert titles(page(client, q="sunroof", page="x")) == titles(first)


def test_the_official_lane_shows_five_and_links_to_all(client: Client, indexed: World) -> None:
    problem(product=indexed.focus, title="Sunroof rattles")
    for number in range(8):
        recall(number=f"23V{number:06}", title=f"Sunroof glass may detach {number}", covers=[indexed.focus])
    indexer.drain()
    (shown,) = by_testid(page(client, q="sunroof"), "official-lane")
    assert len(shown.xpath(".//li")) == 5
    (link,) = [a for a in shown.xpath(".//a") if a.text_content().strip() == "All 8"]
    every = parser.fromstring(client.get(link.get("href")).content.decode())
    assert len(by_testid(every, "official-hit")) == 8


def test_nothing_found_offers_to_describe_it(client: Client, indexed: World) -> None:
    (empty,) = by_testid(page(client, q="xylophone"), "nothing-found")
    (describe,) = [link.get("href") for link in empty.xpath(".//a") if "/ask/" in link.get("href")]
    client.force_login(make_user())
    form = parser.fromstring(client.get(describe).content.decode())
    assert form.xpath("//input[@name='title']")[0].get("value") == "xylophone"


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "the and of", "a" * 10_000, "brake light " * 1_000, "AND OR NOT", "NOT brake", "* ? \" [ TO ]",
        "title:brake^9 && (light || \"stays on\"~3", "*", "?" * 50, "\x00\x01brake\x1f", "‮brake‬ light",
        "فرامل", "😍🔥", "½ ﬁ Ⅷ", "P" * 300, "0" * 190, "' OR 1=1 --", "%s%n", "{{ 7*7 }}", "\ud7ff\ue000",
    ],
)  # fmt: skip
def test_any_text_gets_an_answer(client: Client, indexed: World, typed: str) -> None:
    page(client, q=typed)
    page(client, q="brake", product=typed, component=typed, code=typed, kind=typed, scope=typed, page=typed)


def test_operators_are_words_like_others(client: Client, indexed: World) -> None:
    assert titles(page(client, q="NOT gearbox"))[0] == indexed.founding.title


def test_naughty_strings_get_an_answer_with_and_without_an_index(
    client: Client, indexed: World, shared_data: Path, index_folder: Path
) -> None:
    lines = (shared_data / "hostile" / "naughty_strings.jsonl").read_text(encoding="utf-8").splitlines()
    payloads = [json.loads(line)["payload"] for line in lines]
    client.force_login(make_user())  # who is signed in is not held to a pace
    for payload in payloads:
        page(client, q=payload.encode("utf-8", "replace").decode())
    shutil.rmtree(index_folder)
    for payload in payloads[::10]:
        page(client, q=payload.encode("utf-8", "replace").decode())


def test_the_query_count_does_not_grow_with_what_is_found(client: Client, indexed: World) -> None:
    def queries(text: str) -> int:
        page(client, q=text)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page(client, q=text)
        return len(caught)

    for number in range(2):
        one = problem(product=indexed.focus, title=f"Sunroof leak number {number}", component=indexed.switch)
        fix(problem=one, title="Clear the drain")
    indexer.drain()
    few = queries("sunroof leak")
    for number in range(2, 30):
        one = problem(product=indexed.focus, title=f"Sunroof leak number {number}", component=indexed.switch)
        fix(problem=one, title="Clear the drain")
    indexer.drain()
    assert queries("sunroof leak") == few
    assert few <= 24


def test_a_post_is_refused(client: Client, indexed: World) -> None:
    assert client.post("/search/", {"q": "gearbox"}).status_code == 405


def test_every_hit_says_why_it_is_here(client: Client, indexed: World) -> None:
    tree = page(client, q="range rover gearbox fault squeak P0571")

    first, *_ = [one.text_content() for one in by_testid(tree, "why-here")]

    assert "It has the fault code P0571." in first
    assert "“gearbox” and “fault”" in first
    assert "squeak" not in first
    assert "Land Rover Range Rover" in first


def test_a_hit_by_a_synonym_says_so(client: Client, indexed: World) -> None:
    tree = page(client, q="transmission")

    assert titles(tree)[0] == indexed.founding.title
    assert "other words for yours" in by_testid(tree, "why-here")[0].text_content()


def test_a_narrowing_that_holds_nothing_is_dropped_and_said(client: Client, indexed: World) -> None:
    tree = page(client, q="gearbox fault", component=indexed.switch.slug, safety="harmful")
    assert titles(tree)
    assert "Nothing was found with this narrowing; these are without it." in said(tree)


def test_a_word_that_no_report_holds_is_said_to_be_left_out(client: Client, indexed: World) -> None:
    assert "“zzyzxq” is in no report and left out." in said(page(client, q="zzyzxq gearbox"))
    assert "left out" not in said(page(client, q="gearbox fault"))


def test_the_ask_form_opens_with_words_codes_and_product(client_of, client: Client, indexed: World) -> None:
    nothing = by_testid(page(client, q="zzyzxq qqxx P0999", product=indexed.rover.path), "nothing-found")[0]
    address = next(link for link in nothing.xpath(".//a/@href") if link.startswith("/ask/"))
    form = parser.fromstring(client_of(make_user()).get(address).content.decode())
    assert form.xpath("//input[@name='title']/@value") == ["zzyzxq qqxx P0999"]
    assert form.xpath("//input[@name='code_text']/@value") == ["P0999"]
    assert form.xpath("//input[@name='product']/@value") == [indexed.rover.full_name]


def said(tree: Any) -> str:
    return " ".join(note.text_content() for note in by_testid(tree, "search-note"))
