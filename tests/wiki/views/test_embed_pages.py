"""Pages on which a frame is chosen and copied, and on which managers name their sites."""

import pytest

from accounts.models import Organisation
from tests.builders.accounts import NOW, make_membership, make_organisation, make_professional, make_user
from tests.builders.products import a_year
from tests.builders.wiki import make_fix, make_problem
from tests.html import read
from wiki.models import EmbedSite, Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem() -> Problem:
    return make_fix(problem=make_problem(product=a_year(), title="Brake lights stay on")).problem


@pytest.fixture
def garage() -> Organisation:
    return make_organisation(name="Hill Garage")


@pytest.fixture
def manager(client, garage):
    member = make_user()
    make_membership(organisation=garage, member=member, is_manager=True)
    client.force_login(member)
    return member


class TestForEverybody:
    def test_a_problems_page_leads_to_its_frame_and_what_to_paste(self, client, problem):
        link = read(client.get(problem.get_absolute_url())).one("embed-link")
        response = client.get(link.attribute("href"))
        page = read(response)
        assert page.form("embed-form").values["problem"] == problem.title
        address = page.one("preview").attribute("src")
        assert address == f"/embed/v1/problem/{problem.pk}/"
        assert client.get(address).status_code == 200
        assert f'src="http://127.0.0.1:8000{address}"' in page.one("snippet-iframe").text
        assert f'data-problem="{problem.pk}"' in page.one("snippet-script").text
        assert page.one("snippet-script").has_attribute("readonly")
        assert "frame-src 'self'" in response["Content-Security-Policy"]
        assert "frame-src" not in client.get("/help/embedding/")["Content-Security-Policy"]

    def test_theme_and_width_are_in_all_three(self, client, problem):
        said = {"problem": problem.title, "theme": "dark", "width": "360"}
        page = read(client.get("/embed/", said))
        assert page.one("preview").attribute("src").endswith("?theme=dark")
        assert page.one("preview").attribute("width") == "360"
        assert "theme=dark" in page.one("snippet-iframe").text
        assert "max-width:360px" in page.one("snippet-iframe").text
        assert 'data-theme="dark"' in page.one("snippet-script").text
        assert 'data-width="360"' in page.one("snippet-script").text

    def test_what_does_not_fit_is_said_beside_its_field_and_stays(self, client, problem):
        form = read(client.get("/embed/", {"problem": "zzyzx", "theme": "neon", "width": "7"})).form("embed-form")
        assert set(form.errors) == {"problem", "theme", "width"}
        assert form.values["problem"] == "zzyzx"

    def test_a_hidden_problem_can_not_be_chosen_and_a_title_is_no_markup(self, client, problem):
        Problem.objects.filter(pk=problem.pk).update(title='"><script>alert(1)</script>')
        page = read(client.get("/embed/", {"problem": problem.pk}))
        assert page.one("preview").attribute("title").endswith('"><script>alert(1)</script>')
        assert "&quot;&gt;&lt;script&gt;" in page.one("snippet-script").text
        Problem.objects.filter(pk=problem.pk).update(state="hidden")
        assert not read(client.get("/embed/", {"problem": problem.pk})).has("preview")

    def test_without_a_choice_nothing_is_shown(self, client):
        page = read(client.get("/embed/"))
        assert not page.has("preview")
        assert page.form("embed-form").errors == {}


class TestForAnOrganisation:
    def test_a_manager_shows_a_lookup_box_in_its_name(self, client, manager, garage):
        page = read(client.get("/pro/widget/", {"product": a_year().pk}))
        assert page.one("preview").attribute("src") == f"/embed/v1/lookup/?product={a_year().pk}&site={garage.slug}"
        assert f'data-site="{garage.slug}"' in page.one("snippet-script").text
        assert page.has("nowhere")
        EmbedSite.objects.create(organisation=garage, origin="https://hill.example", added_at=NOW)
        assert not read(client.get("/pro/widget/", {"product": a_year().pk})).has("nowhere")

    def test_the_desk_leads_its_manager_there(self, client, manager, garage):
        address = read(client.get("/pro/")).one("widget-link").attribute("href")
        assert client.get(address).status_code == 200

    def test_one_thing_a_frame(self, client, manager, problem):
        both = read(client.get("/pro/widget/", {"product": a_year().pk, "problem": problem.pk})).form("embed-form")
        assert "product" in both.errors
        neither = read(client.get("/pro/widget/", {"theme": "dark"})).form("embed-form")
        assert "problem" in neither.errors

    def test_a_manager_names_sites_and_a_slip_stays_beside_the_field(self, client, manager, garage):
        response = client.post("/pro/widget/", {"origin": "https://hill.example/blog"})
        form = read(response).form("site-form")
        assert "https://hill.example allows all of its pages" in form.errors["origin"]
        assert form.values["origin"] == "https://hill.example/blog"
        response = client.post("/pro/widget/", {"origin": "https://hill.example"}, follow=True)
        assert "https://hill.example" in read(response).one("site").text
        site = EmbedSite.objects.get(organisation=garage)
        client.post("/pro/widget/", {"forbid": site.pk})
        assert not EmbedSite.objects.exists()

    def test_who_manages_two_chooses(self, client, manager, garage):
        other = make_organisation(name="Vale Garage")
        make_membership(organisation=other, member=manager, is_manager=True)
        address = read(client.get("/pro/widget/")).links["Vale Garage"]
        client.post(address, {"origin": "https://vale.example"})
        assert EmbedSite.objects.get().organisation == other
        assert {"Hill Garage", "Vale Garage"} <= set(read(client.get("/embed/")).links)

    def test_nobody_else_gets_in(self, client, garage):
        assert client.get("/pro/widget/").status_code == 302
        for member in (make_user(), make_professional(product=a_year(), organisation=garage)):
            client.force_login(member)
            assert client.get("/pro/widget/").status_code == 403
            answer = client.post(f"/pro/widget/?organisation={garage.slug}", {"origin": "https://hill.example"})
            assert answer.status_code == 403
        assert not EmbedSite.objects.exists()
