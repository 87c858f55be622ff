"""Suggestions in the search box, and of problems where one is picked."""

import pytest
from django.urls import reverse

from accounts.rules.limits import RequestLimits
from products.queries import kept_lexicon
from tests.builders.products import a_model, a_year, make_fault_code
from tests.builders.wiki import make_problem
from tests.html import read
from wiki.models import Problem
from wiki.queries import suggestions

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
SUGGEST, PROBLEMS = "/search/suggest/", "/search/suggest/problems/"


def suggested(client, typed, address=SUGGEST, **more):
    response = client.get(address, {"q": typed, **more}, headers=JSON)
    assert response.status_code == 200
    return [(item["group"], item["label"]) for item in response.json()["results"]]


def test_products_codes_and_problems_are_suggested_together(client):
    year = a_year()
    make_fault_code(code="P0571")
    make_problem(product=year, title="Gearbox fault, brake lights stay on", code_text="")
    assert suggested(client, "range rov")[0] == ("Products", "Land Rover Range Rover")
    assert suggested(client, "p057") == [("Fault codes", "P0571")]
    assert suggested(client, "brake lig") == [("Problems", "Gearbox fault, brake lights stay on")]
    assert suggested(client, "brake lig", without="problems") == []


@pytest.mark.parametrize(
    "typed", ["gaerbox fault", "brake light stays", "range rover gearbox", "my brake lights", "P0571"]
)
def test_a_problem_is_suggested_by_words_of_its_title_product_and_codes(client, typed):
    make_problem(product=a_year(), title="Gearbox fault, brake lights stay on", code_text="P0571")
    make_problem(product=a_model(name="Golf", make="Volkswagen"), title="Rough idle", code_text="")
    assert suggested(client, typed, PROBLEMS) == [("Problems", "Gearbox fault, brake lights stay on")]


def test_a_product_among_words_of_a_symptom_leads_to_the_search_narrowed_to_it(client):
    product = a_model()
    for typed in ("gearbox fault range rov", "range rover gearbox fault"):
        (first, *_) = client.get(SUGGEST, {"q": typed}, headers=JSON).json()["results"]
        assert first["url"] == f"{reverse('wiki:search')}?q=gearbox+fault&product={product.path.replace('/', '%2F')}"
    assert suggested(client, "gearbox fault range rov", without="problems") == []
    (alone, *_) = client.get(SUGGEST, {"q": "range rov"}, headers=JSON).json()["results"]
    assert alone["url"] == product.get_absolute_url()


def test_a_code_is_put_in_the_place_of_its_beginning(client):
    make_fault_code(code="P0571")
    (code,) = client.get(SUGGEST, {"q": "golf p05"}, headers=JSON).json()["results"]
    assert code["url"] == "/search/?q=golf+P0571"


def test_what_is_hidden_or_a_duplicate_is_never_suggested_and_what_is_new_is_at_once(client, moderator_client):
    problem = make_problem(title="Brake lights stay on")
    assert suggested(client, "brake", PROBLEMS)
    Problem.objects.filter(pk=problem.pk).update(state="hidden")
    assert suggested(client, "brake", PROBLEMS) == []
    assert suggested(moderator_client, "brake", PROBLEMS) == []
    newer = make_problem(title="Brake pedal sinks")
    assert suggested(client, "brake", PROBLEMS) == [("Problems", "Brake pedal sinks")]
    Problem.objects.filter(pk=problem.pk).update(state="published", duplicate_of=newer)
    kept_lexicon.forget()
    assert suggested(client, "brake", PROBLEMS) == [("Problems", "Brake pedal sinks")]


def test_without_scripts_the_suggestions_are_a_page_of_links(client):
    problem = make_problem(title="Brake lights stay on")
    page = read(client.get(SUGGEST, {"q": "brake li"}))
    assert page.one("suggestion").links["Brake lights stay on"] == problem.get_absolute_url()
    assert read(client.get(SUGGEST, {"q": "zzzz"})).one("no-suggestion").links["Search for it"] == "/search/?q=zzzz"


def test_six_queries_at_most_whatever_there_is(client, django_assert_max_num_queries):
    def make(number):
        make_problem(product=a_year(year=2000 + number), title=f"Range rover problem P057{number}")
        make_fault_code(code=f"P057{number}")

    make(1)
    suggestions.warm()
    for number in range(2, 9):
        make(number)
    suggested(client, "range rover p057")
    with django_assert_max_num_queries(8):
        assert len(suggested(client, "range rover p057")) >= 8


@pytest.mark.parametrize("typed", ["", "\0", "\u202e", "🚗", "%", "x" * 5000, "a " * 300, "*?~[", "<script>"])
def test_any_text_is_answered(client, typed):
    make_problem()
    suggested(client, typed)
    assert client.get(SUGGEST, {"q": typed}).status_code == 200


def test_typing_has_a_limit_of_its_own(client, monkeypatch):
    monkeypatch.setattr(
        "accounts.middleware.load", lambda _: RequestLimits(anonymous_per_minute=2, suggestions_per_minute=3)
    )
    assert [client.get(SUGGEST, {"q": "x"}).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [client.get("/help/").status_code for _ in range(3)] == [200, 200, 429]


def test_every_page_with_a_box_loads_what_makes_it_suggest(client):
    for address in ("/", "/help/", "/search/?q=x", make_problem().get_absolute_url()):
        page = read(client.get(address))
        (box,) = page.select(".//*[@data-picker]")
        assert box.attribute("data-picker").startswith(SUGGEST)
        for script in page.select(".//script[@src]"):
            assert script.attribute("nonce")
        assert {script.attribute("src") for script in page.select(".//script[@src]")} >= {
            "/static/js/picker.js",
            "/static/js/keys.js",
        }
