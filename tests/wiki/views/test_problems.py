"""The pages on which problems are asked and edited."""

import pytest

from tests.builders.accounts import NOW, make_staff
from tests.builders.forms import human_fields
from tests.builders.products import a_make, a_model, a_year, brake_light_switch, make_diagnostic, make_fault_code
from tests.builders.wiki import (
    make_experienced,
    make_link,
    make_problem,
    make_regular,
    photo_file,
    problem_draft,
)
from tests.html import read
from wiki.actions.problems import edit_problem
from wiki.models import Problem

pytestmark = pytest.mark.django_db


def typed(**fields):
    """What a person types into the ask form."""
    return {
        "title": "Dead cruise control",
        "symptom": "It went out on the motorway.",
        "product": a_year().full_name,
        "component": "",
        "code_text": "P0571",
        **human_fields(),
        **fields,
    }


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    response = client.get("/ask/")

    assert response.status_code == 302
    assert response["Location"].endswith("?next=/ask/")


def test_a_member_asks_a_problem_and_lands_on_its_page(client_of):
    member = make_regular()
    response = client_of(member).post("/ask/", typed())

    problem = Problem.objects.get()
    assert response["Location"] == problem.get_absolute_url()
    assert (problem.product, problem.author, problem.codes) == (a_year(), member, ["P0571"])


def test_what_was_typed_stays_in_a_refused_form(client_of):
    page = read(client_of(make_regular()).post("/ask/", typed(title="", symptom="It <b>smells</b>.")))

    form = page.form("problem-form")
    assert form.values["symptom"] == "It <b>smells</b>."
    assert form.values["code_text"] == "P0571"
    assert form.values["product"] == a_year().full_name
    assert "What is it doing?" in page.one("form-errors").text
    assert not Problem.objects.exists()


def test_words_that_fit_several_products_are_answered_with_a_choice_without_scripts(client_of):
    year, other = a_year(year=2004), a_year(year=2006)
    client = client_of(make_regular())

    page = read(client.post("/ask/", typed(product="2004 rover")))
    assert not page.all("picker-choice")
    assert Problem.objects.get().product == year

    page = read(client.post("/ask/", typed(product="Range Rover 200")))
    assert page.form("problem-form").values["product"] == "Range Rover 200"
    choice = page.one("picker-choice")
    assert year.full_name in choice.text
    assert other.full_name in choice.text

    client.post("/ask/", typed(title="Chosen", product="Range Rover 200", product_choice=str(other.pk)))
    assert Problem.objects.get(title="Chosen").product == other


def test_words_that_fit_nothing_are_refused_beside_the_field(client_of):
    page = read(client_of(make_regular()).post("/ask/", typed(product="flying carpet")))

    assert "flying carpet" in page.one("form-errors").text
    assert page.form("problem-form").values["product"] == "flying carpet"


def test_the_id_that_the_picker_wrote_counts_while_the_text_says_its_name(client_of):
    client = client_of(make_regular())
    client.post("/ask/", typed(title="By id", product=a_model().full_name, product_id=str(a_model().pk)))
    assert Problem.objects.get(title="By id").product == a_model()

    client.post("/ask/", typed(title="Retyped", product=a_year().full_name, product_id=str(a_model().pk)))
    assert Problem.objects.get(title="Retyped").product == a_year()


def test_the_ask_page_begins_with_the_product_named_in_the_address(client_of):
    page = read(client_of(make_regular()).get("/ask/", {"product": a_year().path}))

    assert page.form("problem-form").values["product"] == a_year().full_name


def test_a_photo_can_come_with_the_problem(client_of):
    client = client_of(make_regular())
    client.post("/ask/", {**typed(), "photo-photo": photo_file(), "photo-caption": "The display"})

    assert Problem.objects.get().photos.get().caption == "The display"


def test_a_refused_photo_refuses_the_problem_and_keeps_the_words(client_of):
    broken = photo_file()
    broken.truncate(30)
    page = read(client_of(make_regular()).post("/ask/", {**typed(), "photo-photo": broken, "photo-caption": "x"}))

    assert not Problem.objects.exists()
    assert page.form("problem-form").values["title"] == "Dead cruise control"
    assert "photo" in page.text


def test_a_form_filled_in_by_a_machine_is_refused_for_newcomers(newcomer_client):
    page = read(newcomer_client.post("/ask/", typed() | human_fields(seconds_ago=0)))
    assert "faster than a person types" in page.one("form-errors").text

    page = read(newcomer_client.post("/ask/", typed() | {"website": "http://spam.example"}))
    assert "Are you a person?" in page.one("form-errors").text
    assert not Problem.objects.exists()


def test_an_author_edits_and_a_stranger_is_refused(client_of):
    author = make_regular()
    problem = make_problem(author=author)
    address = f"/problem/{problem.pk}/edit/"
    data = typed(title="Clearer", base_version="1", change="typo")

    refused = client_of(make_regular()).post(address, data)
    assert refused.status_code == 403
    assert "experienced member" in read(refused).one("refusal").text

    response = client_of(author).post(address, data)
    assert response.status_code == 302
    problem.refresh_from_db()
    assert (problem.title, problem.version) == ("Clearer", 2)
    assert problem.revisions.first().summary == "typo"


def test_a_conflict_shows_both_texts_and_the_next_save_builds_on_the_newer(client_of):
    author = make_regular()
    problem = make_problem(author=author)
    edit_problem(
        problem=problem,
        draft=problem_draft(title="Theirs stands"),
        base_version=1,
        actor=make_experienced(),
        now=NOW,
    )
    client = client_of(author)
    address = f"/problem/{problem.pk}/edit/"

    response = client.post(address, typed(title="Mine is typed", base_version="1", change=""))
    page = read(response)
    assert response.status_code == 409
    conflict = page.one("conflict").text
    assert "Theirs stands" in conflict
    assert "Mine is typed" in conflict
    form = page.form("problem-form")
    assert (form.values["title"], form.values["base_version"]) == ("Mine is typed", "2")

    client.post(address, typed(title="Mine is typed", base_version="2", change=""))
    problem.refresh_from_db()
    assert (problem.title, problem.version) == ("Mine is typed", 3)


def test_deleting_asks_once_more(client_of):
    author = make_regular()
    problem = make_problem(author=author)
    client = client_of(author)

    assert "Delete this problem?" in read(client.get(f"/problem/{problem.pk}/delete/")).text
    problem.refresh_from_db()
    assert problem.state == "published"
    client.post(f"/problem/{problem.pk}/delete/")
    problem.refresh_from_db()
    assert problem.state == "deleted"
    assert client.get(f"/problem/{problem.pk}/edit/").status_code == 404


def test_a_shared_fault_code_or_component_suggests_an_official_diagnostic_to_confirm(client_of):
    author = make_regular()
    switch = brake_light_switch()
    problem = make_problem(author=author, component=switch)
    by_code = make_diagnostic(products=[a_model()], title="By code", codes=[make_fault_code(code="P0571")])
    by_component = make_diagnostic(products=[a_model()], title="By component", components=[switch])
    make_diagnostic(products=[a_model()], title="Neither")
    client = client_of(author)
    address = f"/problem/{problem.pk}/official/"

    page = read(client.get(address))
    suggested = page.one("suggested").text
    assert "By code" in suggested
    assert "By component" in suggested
    assert "Neither" not in suggested

    client.post(address, {"link": by_code.pk, "reason": "code"})
    link = problem.diagnostic_links.get()
    assert (link.diagnostic, link.reason, by_code.remedy.pk > 0) == (by_code, "code", True)
    assert by_component.title in read(client.get(address)).one("suggested").text


def test_a_diagnostic_is_linked_by_its_number_and_unlinked_by_the_author(client_of):
    author = make_regular()
    problem = make_problem(author=author)
    make_diagnostic(products=[a_model()], number="SB-0042")
    client = client_of(author)
    address = f"/problem/{problem.pk}/official/"

    assert "no such number" in read(client.post(address, {"number": "SB-9"})).text
    client.post(address, {"number": "sb-0042"})
    link = problem.diagnostic_links.get()
    client.post(address, {"unlink": link.pk})
    assert not problem.diagnostic_links.exists()


def test_staff_add_official_diagnostics_but_take_none_away(client_of):
    problem = make_problem()
    link = make_link(problem=problem, diagnostic=make_diagnostic(products=[a_model()]))
    make_diagnostic(products=[a_model()], number="SB-0042")
    client = client_of(make_staff(product=a_make()))
    address = f"/problem/{problem.pk}/official/"

    client.post(address, {"number": "SB-0042"})
    assert problem.diagnostic_links.count() == 2
    assert client.post(address, {"unlink": link.pk}).status_code == 403
    assert problem.diagnostic_links.count() == 2
