"""Unassigned sightings on pages: told by owners, gathered, filed, made a problem, taken back."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.queries import community_rules
from tests.builders.accounts import make_owned_product
from tests.builders.forms import human_fields
from tests.builders.products import a_model, a_year, brake_light_switch, make_component, make_product
from tests.builders.wiki import make_problem, make_regular, make_unassigned
from tests.html import read
from wiki.models import Filing, Problem, Sighting

pytestmark = pytest.mark.django_db

TRIAGE = "/triage/"
STAYS_ON = "THE BRAKE LIGHTS STAY ON AND THE CRUISE CONTROL DOES NOT WORK. DEALER FOUND NOTHING."


# ---------------------------------------------------------------- "I have this too"


def test_an_owner_says_it_with_one_click_and_others_are_asked_two_things(client_of, member, member_client):
    problem = make_problem(product=a_model())
    assert "me-too" not in member_client.get(problem.get_absolute_url()).content.decode()

    make_owned_product(member=member, product=a_year(), is_default=True)
    page = read(client_of(member).get(problem.get_absolute_url()))
    assert page.one("me-too")
    answer = member_client.post(reverse("wiki:sighting-new", args=[problem.pk]), {"quick": "1"}, follow=True)

    assert "Noted: you have this too." in answer.content.decode()
    assert Sighting.objects.get().owned_product.member == member


def test_a_problem_that_nobody_described_becomes_an_unassigned_sighting(member, member_client):
    component = brake_light_switch()
    hub = member_client.get(a_year().get_absolute_url())
    address = read(hub).links["I have a problem nobody described"]
    assert member_client.get(address).status_code == 200

    refused = member_client.post(address, {"text": "", "product": str(a_year()), "component": component.name})
    assert "This field is required" in refused.content.decode()
    assert component.name in refused.content.decode()
    member_client.post(address, {"text": "It hums", "product": str(a_year()), "component": component.name})

    sighting = Sighting.objects.get()
    assert (sighting.problem, sighting.product, sighting.component) == (None, a_year(), component)
    assert sighting.member == member


# ---------------------------------------------------------------- the list


def test_triage_lists_by_product_and_component_and_pages(member_client):
    brakes = make_component(name="Brakes")
    make_unassigned(product=a_year(), component=brakes, count=30)
    make_unassigned(product=a_year(), component=make_component(name="Seats"), text="Seat stuck", count=2)
    make_unassigned(product=a_model(name="Golf", make="Volkswagen"), text="Elsewhere")

    scoped = read(member_client.get(TRIAGE, {"product": "cars/land-rover", "component": "seats"}))
    assert len(scoped.all("triage-row")) == 2
    paged = read(member_client.get(TRIAGE, {"product": "cars/land-rover", "page": "2"}))
    assert len(paged.all("triage-row")) == 7


def test_triage_is_narrowed_by_name_too_and_an_unknown_one_is_said_beside_its_field(member_client):
    make_unassigned(product=a_year(), count=2)
    make_unassigned(product=a_model(name="Golf", make="Volkswagen"))

    named = read(member_client.get(TRIAGE, {"product": "Volkswagen Golf"}))
    assert len(named.all("triage-row")) == 1
    unknown = member_client.get(TRIAGE, {"product": "Hovercraft"}).content.decode()
    assert "We know nothing called “Hovercraft”" in unknown
    assert 'value="Hovercraft"' in unknown


def test_triage_costs_the_same_with_more_sightings(member_client):
    def asked() -> int:
        community_rules.forget()
        with CaptureQueriesContext(connection) as queries:
            assert member_client.get(TRIAGE, {"product": a_year().path}).status_code == 200
        return len(queries)

    make_problem()
    make_unassigned(count=1)
    few = asked()
    make_unassigned(count=20)
    make_problem()
    assert asked() == few


def test_what_reads_alike_is_gathered_and_all_of_it_ticked_without_scripts(member_client):
    chosen, *alike = make_unassigned(text=STAYS_ON, count=4)
    other = make_unassigned(text="Air suspension sinks overnight")[0]
    elsewhere = make_unassigned(product=a_model(name="Golf", make="Volkswagen"), text=STAYS_ON)[0]

    answer = member_client.post(TRIAGE, {"act": "similar", "sighting": [chosen.pk]})
    assert answer.status_code == 302
    text = member_client.get(answer["Location"]).content.decode()

    for each in alike:
        assert f'value="{each.pk}">' in text
    for each in (other, elsewhere):
        assert f'name="sighting" value="{each.pk}"' not in text
    everything = member_client.get(f"{answer['Location']}&all=1").content.decode()
    for each in (chosen, *alike):
        assert f'value="{each.pk}" checked' in everything


# ---------------------------------------------------------------- filing


def test_the_ticked_ones_are_filed_and_taken_back(member_client):
    problem = make_problem()
    many = make_unassigned(count=3)

    nothing = member_client.post(TRIAGE, {"act": "file", "problem": problem.pk, "product": a_year().path})
    assert "Please tick" in nothing.content.decode()
    unnamed = member_client.post(TRIAGE, {"act": "file", "sighting": many[0].pk, "product": a_year().path})
    assert "Please choose the problem" in unnamed.content.decode()
    assert f'value="{many[0].pk}" checked' in unnamed.content.decode()
    unknown = member_client.post(TRIAGE, {"act": "file", "problem": "No such thing", "sighting": many[0].pk})
    assert "We know nothing called “No such thing”" in read(unknown).form("triage-form").errors["problem"]
    member_client.post(TRIAGE, {"act": "file", "problem": problem.title, "sighting": [each.pk for each in many]})
    assert Problem.objects.get(pk=problem.pk).sighting_count == 3

    assert "Brake" in read(member_client.get(TRIAGE)).one("filing").text
    member_client.post(reverse("wiki:filing-undo", args=[Filing.objects.get().pk]))
    assert Problem.objects.get(pk=problem.pk).sighting_count == 0
    assert not read(member_client.get(TRIAGE)).all("filing")


def test_a_newcomer_without_a_privilege_is_told_why_and_keeps_the_ticks(client_of):
    from tests.builders.accounts import make_user

    problem, sighting = make_problem(), make_unassigned()[0]
    answer = client_of(make_user(reputation=0)).post(
        TRIAGE, {"act": "file", "problem": problem.pk, "sighting": sighting.pk, "product": a_year().path}
    )

    assert "This opens at a reputation of 1" in answer.content.decode()
    assert f'value="{sighting.pk}" checked' in answer.content.decode()
    assert not Filing.objects.exists()


def test_a_hidden_problem_takes_no_sightings(member_client):
    problem, sighting = make_problem(), make_unassigned()[0]
    Problem.objects.filter(pk=problem.pk).update(state="hidden")

    member_client.post(TRIAGE, {"act": "file", "problem": problem.pk, "sighting": sighting.pk})

    member_client.post(TRIAGE, {"act": "file", "problem_choice": problem.pk, "problem": "x", "sighting": sighting.pk})

    assert Sighting.objects.get().problem is None


@pytest.mark.parametrize("typed", ["{0.pk}", "#{0.pk}", "https://fixlore.example{1}", "{0.title}", "brake range rover"])
def test_the_problem_is_picked_by_number_address_title_or_words(member_client, typed):
    problem, sighting = make_problem(), make_unassigned()[0]
    make_problem(title="Rough idle", product=a_model(name="Golf", make="Volkswagen"))

    said = typed.format(problem, problem.get_absolute_url())
    member_client.post(TRIAGE, {"act": "file", "problem": said, "sighting": sighting.pk})

    assert Sighting.objects.get().problem == problem


def test_words_that_fit_several_problems_are_answered_with_a_choice(member_client):
    first, second, sighting = make_problem(title="Brake A"), make_problem(title="Brake B"), make_unassigned()[0]

    asked = read(member_client.post(TRIAGE, {"act": "file", "problem": "brake", "sighting": sighting.pk}))
    assert {first.title, second.title} <= {part.text for part in asked.one("picker-choice").select(".//label")}
    member_client.post(
        TRIAGE, {"act": "file", "problem": "brake", "problem_choice": second.pk, "sighting": sighting.pk}
    )

    assert Sighting.objects.get().problem == second


def test_ten_sightings_become_a_problem_in_their_own_words(member_client):
    many = make_unassigned(text=STAYS_ON, count=10, component=brake_light_switch())

    answer = member_client.post(TRIAGE, {"act": "new", "sighting": [each.pk for each in many]})
    form = member_client.get(answer["Location"]).content.decode()
    assert "The brake lights stay on and the cruise control does not work" in form
    assert "From 10 reports:" in form
    posted = {
        "sighting": [each.pk for each in many],
        "title": "Brake lights stay on",
        "symptom": "They stay on.",
        "product": str(a_year()),
        "component": "",
        **human_fields(),
    }
    assert member_client.post("/triage/new/", posted | {"title": ""}).status_code == 200
    assert Problem.objects.count() == 0
    member_client.post("/triage/new/", posted)

    problem = Problem.objects.get()
    assert (problem.title, problem.sighting_count) == ("Brake lights stay on", 10)


# ---------------------------------------------------------------- the hub


def test_a_hub_counts_over_time_and_says_what_breaks_when(client):
    year, brakes = a_year(year=2004), brake_light_switch()
    make_unassigned(product=year, component=brakes, count=6, seen_on=datetime.date(2010, 3, 1), usage=45_000)
    make_unassigned(
        product=year, component=brakes, count=5, seen_on=datetime.date(2024, 3, 1), usage=160_000, usage_unit="km"
    )
    make_problem(product=year, component=brakes, title="Lights stay on")

    page = read(client.get(a_model().get_absolute_url()))

    assert [band.text for band in page.one("by-mileage").all("band")] == [
        "30,000 to 60,000 miles Brakes 6 6",
        "90,000 to 120,000 miles Brakes 5 5",
    ]
    assert [band.text for band in page.one("by-age").all("band")] == [
        "4 to 7 years Brakes 6 6",
        "16 years and more Brakes 5 5",
    ]
    assert "2024 5" in page.one("unassigned").text


def test_a_band_of_few_reports_says_nothing(client):
    make_unassigned(product=a_year(), component=brake_light_switch(), count=4, usage=45_000)

    assert not read(client.get(a_model().get_absolute_url())).all("by-mileage")


def test_filing_and_undoing_show_on_the_hub_at_once(client, member_client):
    many = make_unassigned(count=3)
    problem = make_problem()

    def left() -> list[str]:
        return [row.text for row in read(client.get(a_model().get_absolute_url())).all("unassigned-row")]

    assert left() == ["Not said 3"]
    member_client.post(TRIAGE, {"act": "file", "problem": problem.pk, "sighting": [many[0].pk]})
    assert left() == ["Not said 2"]
    member_client.post(reverse("wiki:filing-undo", args=[Filing.objects.get().pk]))
    assert left() == ["Not said 3"]


def test_similar_models_share_a_word_of_the_name_or_years(client):
    make = a_model().parent
    make_product(parent=make, kind="model", name="Range Rover Sport")
    make_product(parent=make, kind="model", name="Defender")

    page = read(client.get(a_model().get_absolute_url()))

    assert list(page.one("similar").links) == ["Range Rover Sport"]


def test_a_report_that_nobody_filed_yet_is_taken_back_where_it_was_written(member_client, client_of):
    year = a_year()
    member_client.post(
        f"{reverse('wiki:sighting-unassigned')}?product={year.path}", {"product": str(year), "text": "Hums"}
    )
    mine = Sighting.objects.get()
    address = reverse("wiki:sighting-withdraw", args=[mine.pk])

    listed = read(member_client.get(reverse("wiki:sighting-unassigned"))).one("my-sightings")
    assert "Hums" in listed.text
    assert address in listed.links.values()
    other = client_of(make_regular())
    assert not read(other.get(reverse("wiki:sighting-unassigned"))).has("my-sightings")
    assert other.post(address).status_code == 403
    assert member_client.post(address).headers["Location"] == year.get_absolute_url()
    assert not Sighting.objects.exists()


def test_what_reports_tell_of_is_said_in_triage_on_the_hub_and_on_the_problem(member_client, client):
    year = a_year()
    fire, crash, calm = make_unassigned(product=year, text="Brakes", count=3)
    Sighting.objects.filter(pk=fire.pk).update(severity="fire", harm=True)
    Sighting.objects.filter(pk=crash.pk).update(severity="crash")

    rows = {
        row.one("severity").text for row in read(member_client.get(TRIAGE)).all("triage-row") if row.has("severity")
    }
    assert rows == {"a fire", "a crash"}
    assert read(client.get(year.get_absolute_url())).one("severities").text == "fire 1, crash 1"

    problem = make_problem(product=year)
    assert not read(client.get(problem.get_absolute_url())).has("severities")
    Sighting.objects.filter(pk__in=[fire.pk, calm.pk]).update(problem=problem)
    assert read(client.get(problem.get_absolute_url())).one("severities").text == "They tell of: fire 1"


def test_an_old_model_shows_the_years_that_it_was_reported_in_and_the_hub_counts_them(client):
    make_unassigned(product=a_year(), count=4, seen_on=datetime.date(2010, 3, 1))
    make_unassigned(product=a_year(), count=2, seen_on=datetime.date(2008, 3, 1))
    page = read(client.get(a_model().get_absolute_url()))
    assert "2008 2" in page.one("unassigned").text
    assert "2010 4" in page.one("unassigned").text
    assert "Sightings 6" in page.one("figures").text


def test_capitals_are_shown_in_ordinary_letters_and_other_texts_as_they_are(member_client):
    make_unassigned(text="TL-THE CONTACT OWNS IT. I WAS DRIVING [redacted]. IT STALLED!", count=1)
    make_unassigned(text="The ABS light is ON", count=1)
    shown, capitals = (row.text for row in read(member_client.get(TRIAGE)).all("triage-row"))
    assert "Tl-the contact owns it. I was driving [redacted]. It stalled!" in capitals
    assert "The ABS light is ON" in shown
