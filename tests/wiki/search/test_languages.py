"""What is written in German is found by German words in any of their forms, beside what is written in English."""

from typing import Any

import pytest
from django.test import Client
from lxml import html as parser

from tests.builders.wiki import NOW, fix_draft, make_experienced, make_fix, make_problem, problem_draft
from tests.wiki.search.test_search_page import by_testid, page, titles
from wiki.actions.problems import edit_problem, restore_problem_revision
from wiki.models import Problem
from wiki.models.language import Language, site_language
from wiki.queries.revisions import LABELS
from wiki.search import indexer
from wiki.search.engine import Kind, Wanted
from wiki.search.finding import corrections, find, languages
from wiki.search.languages import LANGUAGES, STOP_WORDS, readings, stem
from wiki.search.query import read
from wiki.search.similar import similar
from wiki.search.words import stems


def test_every_language_that_a_post_can_have_has_a_stemmer_and_stop_words() -> None:
    assert set(LANGUAGES) == set(Language.values) == set(STOP_WORDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bremse", "bremsen"),
        ("leuchte", "leuchten"),
        ("gerausch", "gerausche"),
        ("geraeusch", "gerausch"),
        ("schalter", "schalters"),
        ("getriebeol", "getriebeoel"),
    ],
)
def test_forms_of_a_german_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one, "de") == stem(other, "de")


def test_codes_and_part_numbers_have_no_language() -> None:
    assert stem("p0571", "de") == "p0571" == stem("p0571")
    assert stem("тормоз", "de") == "тормоз"


def test_what_denies_and_what_switches_is_no_stop_word_in_german() -> None:
    assert stems("Das Licht geht nicht aus und der Motor nicht an", "de") == [
        "licht",
        "geht",
        "nicht",
        "aus",
        "motor",
        "nicht",
        "an",
    ]
    assert readings("die", ["de"]) == ()
    assert readings("die", ["en", "de"]) == ("die",)  # an engine can die


def test_a_question_is_read_in_every_language_asked_for_and_each_word_counts_once(db: None) -> None:
    asked = read("das Bremsen quietschen", languages=("de",))
    assert asked.stems() == {"das": 1.0, "bremsen": 1.0, "brems": 1.0, "quietschen": 1.0, "quietsch": 1.0}
    assert "brems" not in read("die Bremsen quietschen").stems()


def parse(response: Any) -> Any:
    assert response.status_code == 200
    return parser.fromstring(response.content.decode())


@pytest.fixture
def german(db: None) -> Problem:
    """A German problem with a German fix, and an English problem beside it."""
    made = make_problem(
        title="Bremslichter leuchten dauernd",
        symptom="Die Bremslichter gehen nicht aus. Der Wählhebel klemmt.",
        language="de",
    )
    make_fix(problem=made, title="Bremslichtschalter tauschen", steps="Den Schalter am Pedal drehen.", language="de")
    make_problem(title="Brake lights stay on", product=made.product)
    return made


@pytest.mark.parametrize("said", ["Bremslicht leuchte dauernd", "waehlhebel klemmt", "Wählhebels", "schaltern drehen"])
def test_german_is_found_by_any_form_of_its_words(client: Client, each_engine: Any, german: Problem, said: str) -> None:
    indexer.drain()
    assert languages() == ("de",)
    assert titles(page(client, q=said))[0] == german.title


def test_the_page_marks_german_words_says_which_matched_and_takes_none_for_a_slip(
    client: Client, german: Problem
) -> None:
    indexer.drain()
    tree = page(client, q="Bremslichter leuchte gehen")
    assert by_testid(tree, "search-note") == []
    hit = by_testid(tree, "hit")[0]
    assert hit.xpath(".//h3/a")[0].get("lang") == "de"
    assert hit.xpath(".//p[@class='words']")[0].get("lang") == "de"
    assert [mark.text_content() for mark in hit.xpath(".//p[@class='words']//mark")] == ["Bremslichter gehen"]
    assert "It holds “bremslichter”, “leuchte” and “gehen”." in by_testid(tree, "why-here")[0].text_content()


def test_english_words_find_english_as_before_and_carry_no_language(client: Client, german: Problem) -> None:
    indexer.drain()
    tree = page(client, q="brake lights")
    assert titles(tree)[0] == "Brake lights stay on"
    assert by_testid(tree, "hit")[0].xpath(".//h3/a")[0].get("lang") is None


def test_a_site_without_german_reads_nothing_as_german(db: None, each_engine: Any) -> None:
    make_problem(title="Brake lights stay on")
    indexer.drain()
    assert languages() == ()
    assert corrections({"brkae": ()}) == {"brkae": "brake"}
    assert corrections({"brkae": ("light",)}) == {}


def test_without_an_index_every_language_is_read(db: None) -> None:
    assert languages() == ("de",)


def test_a_german_site_takes_what_says_nothing_for_german(settings: Any, db: None) -> None:
    settings.CONTENT_LANGUAGE = "de"
    made = make_problem(title="Bremsen quietschen", symptom="Beim Anfahren.")
    assert made.language == site_language() == "de"
    indexer.drain()
    assert languages() == ()
    assert find(Wanted(stems=read("Bremse quietscht").stems()), Kind.PROBLEM, limit=5).ids == (made.pk,)


def test_a_form_asks_for_the_language_and_begins_with_the_sites(client: Client, german: Problem) -> None:
    member = make_experienced()
    client.force_login(member)
    for address, chosen in (
        ("/ask/", "en"),
        (f"/problem/{german.pk}/fix/new/", "en"),
        (f"/problem/{german.pk}/edit/", "de"),
    ):
        tree = parse(client.get(address))
        assert tree.xpath("//select[@name='language']/option[@selected]/@value") == [chosen], address


def test_the_pages_say_in_which_language_a_text_is(client: Client, german: Problem) -> None:
    tree = parse(client.get(german.get_absolute_url()))
    assert [one.get("lang") for one in by_testid(tree, "problem-title") + by_testid(tree, "symptom")] == ["de", "de"]
    tree = parse(client.get(german.fixes.get().get_absolute_url()))
    assert [one.get("lang") for one in by_testid(tree, "fix-title") + by_testid(tree, "steps")] == ["de", "de"]


def test_a_revision_keeps_the_language_and_brings_it_back(german: Problem) -> None:
    draft = problem_draft(product=german.product, title=german.title, symptom=german.symptom, language="en")
    edited = edit_problem(problem=german, draft=draft, base_version=1, actor=german.author, now=NOW)
    assert edited.language == "en"
    assert edited.revisions.get(number=1).content["language"] == "de"
    assert LABELS["language"] == "Language"
    back = restore_problem_revision(problem=edited, number=1, base_version=2, actor=german.author, now=NOW)
    assert back.language == "de"
    assert fix_draft(language="de").content()["language"] == "de"


def test_a_german_problem_is_like_another_in_other_forms_of_its_words(german: Problem) -> None:
    indexer.drain()
    found = similar(title="Bremslicht leuchte", text="Der Schalter klemmt")
    assert [one.object_id for one in found][:1] == [german.pk]
