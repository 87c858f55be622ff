"""Frames on other sites."""

import gzip
import random
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from accounts.rules.limits import RequestLimits
from tests.builders.accounts import NOW, make_moderator, make_organisation, set_rule
from tests.builders.products import (
    a_year,
    brake_light_switch,
    make_component,
    make_diagnostic,
    make_fault_code,
    make_product,
)
from tests.builders.wiki import make_fix, make_link, make_outcome, make_problem
from tests.html import read
from wiki.models import EmbedSite, Problem

pytestmark = pytest.mark.django_db

MOST_BYTES = 15_000
GARAGE = "https://www.garage.example"
VIN = "SALLMAMH44A123456"


@pytest.fixture
def problem() -> Problem:
    """The founding case: an official computer for 1,500, a proven switch for 60, an earth strap for 5."""
    product = a_year()
    make_fault_code(code="P0571")
    problem = make_problem(product=product, component=brake_light_switch(), code_text="P0571")
    make_link(problem=problem, diagnostic=make_diagnostic(products=[product], remedy_hours=None))
    switch = make_fix(problem=problem, component=brake_light_switch())
    make_outcome(fix=switch, tier="professional", has_evidence=True, job_number="17")
    make_outcome(fix=switch, tier="owner", money=Decimal(55))
    make_fix(problem=problem, title="Clean the earth strap", cost=Decimal(5))
    return problem


@pytest.fixture
def garage() -> Organisation:
    """A workshop that shows frames on its own site."""
    made = make_organisation(name="Hill Garage")
    EmbedSite.objects.create(organisation=made, origin=GARAGE, added_at=NOW)
    return made


def of(problem: Problem, **said: str) -> str:
    return f"/embed/v1/problem/{problem.pk}/" + ("?" + "&".join(f"{k}={v}" for k, v in said.items()) if said else "")


def ancestors(response) -> str:
    return response["Content-Security-Policy"].partition("frame-ancestors ")[2]


class TestThePlan:
    def test_says_what_to_try_first_what_that_saves_and_whether_to_stop(self, client, problem):
        page = read(client.get(of(problem)))
        assert page.one("problem").text == problem.title
        assert "Replace the brake light switch first." in page.one("verdict").text
        assert page.one("safety").text.startswith("Carry on.")
        whole = read(client.get(problem.get_absolute_url()))
        saved = whole.one("plan-total").text.split()[-1]
        assert saved.startswith("$")
        assert f"Saves about {saved} on average" in page.one("saving").text
        first, second, official = page.all("remedy")
        assert "2 of 2" in first.text
        assert whole.all("plan-row")[0].one("cost").text in first.text
        assert "confirmed by a professional" in first.text
        assert "Unproven" in second.text
        assert "no report" in second.text
        assert "Official" in official.text
        assert whole.all("plan-row")[2].one("cost").text in official.text

    def test_leads_to_the_site_in_a_new_tab_only(self, client, problem):
        page = read(client.get(of(problem)))
        links = page.select("//a")
        assert problem.get_absolute_url() in page.links.values()
        assert {link.attribute("target") for link in links} == {"_blank"}
        assert all("noopener" in link.attribute("rel") for link in links)

    def test_keeps_the_theme_asked_for_and_no_other(self, client, problem):
        assert read(client.get(of(problem, theme="dark"))).select("//html[@data-theme='dark']")
        assert not read(client.get(of(problem, theme="%22%3E"))).select("//html[@data-theme]")

    def test_says_that_it_is_a_demonstration(self, client):
        shown = make_problem(is_demonstration=True)
        assert read(client.get(of(shown))).has("demonstration")
        assert not read(client.get(of(make_problem()))).has("demonstration")

    @pytest.mark.parametrize("state", ["hidden", "deleted"])
    def test_of_a_problem_that_is_not_there_is_absent_for_moderators_too(self, client, problem, state, garage):
        Problem.objects.filter(pk=problem.pk).update(state=state)
        client.force_login(make_moderator())
        response = client.get(of(problem, site=garage.slug))
        assert response.status_code == 404
        assert problem.title not in response.content.decode()
        assert ancestors(response) == f"'self' {GARAGE}"
        assert len(response.content) < 2_000
        assert "Set-Cookie" not in response

    def test_of_a_merged_problem_leads_to_the_one_it_went_into(self, client, problem):
        merged = make_problem(title="Brake lamps never go out")
        Problem.objects.filter(pk=merged.pk).update(duplicate_of=problem)
        response = client.get(of(merged))
        assert response.status_code == 404
        assert read(response).links[problem.title] == problem.get_absolute_url()
        Problem.objects.filter(pk=problem.pk).update(state="hidden")
        assert problem.title not in client.get(of(merged)).content.decode()

    def test_asks_the_database_no_more_often_for_more_remedies(self, client, problem):
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(of(problem)).status_code == 200
            return len(queries)

        client.get(of(problem))
        before = asked()
        for number in range(6):
            make_outcome(fix=make_fix(problem=problem, title=f"Idea {number}"))
        assert asked() == before


class TestWhoMayShowIt:
    def test_with_an_organisation_its_sites_alone(self, client, problem, garage):
        response = client.get(of(problem, site=garage.slug))
        assert ancestors(response) == f"'self' {GARAGE}"
        assert "shown by Hill Garage" in read(response).select("//footer")[0].text

    def test_without_one_a_plan_on_any_https_site_and_a_lookup_on_none(self, client, problem):
        assert ancestors(client.get(of(problem))) == "'self' https:"
        assert ancestors(client.get(f"/embed/v1/lookup/?product={a_year().pk}")) == "'self'"

    def test_for_an_organisation_that_is_unknown_or_not_verified_nowhere(self, client, problem):
        pretender = make_organisation(is_verified=False)
        EmbedSite.objects.create(organisation=pretender, origin=GARAGE, added_at=NOW)
        for slug in (pretender.slug, "nobody", "a%00b", "%0d%0aX:1"):
            response = client.get(of(problem, site=slug))
            assert response.status_code == 404
            assert ancestors(response) == "'none'"

    def test_what_got_into_the_list_by_another_way_is_no_word_of_the_policy(self, client, problem, garage):
        for origin in ("https://a.example; script-src *", "https://a.example\nX: 1", "'unsafe-inline'", "*"):
            EmbedSite.objects.create(organisation=garage, origin=origin, added_at=NOW)
        response = client.get(of(problem, site=garage.slug))
        assert ancestors(response) == f"'self' {GARAGE}"
        assert "X" not in response

    def test_every_frame_has_its_own_policy_and_every_other_page_refuses_frames(self, client, problem):
        response = client.get(of(problem))
        assert "X-Frame-Options" not in response
        assert response["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        for address in ("/", problem.get_absolute_url(), "/help/", "/no-such-page/", "/pro/lookup/"):
            other = client.get(address)
            assert other["X-Frame-Options"] == "DENY"
            assert ancestors(other).startswith("'none'")


class TestWhatItIsNot:
    def test_personal(self, client, problem, garage):
        """A signed-in moderator gets a stranger's bytes, and no session is read or begun."""
        addresses = [
            of(problem),
            of(problem, site=garage.slug),
            f"/embed/v1/lookup/?product={a_year().pk}&q=P0571",
            "/embed/v1/widget.js",
        ]
        strangers = [client.get(address).content for address in addresses]
        client.force_login(make_moderator())
        for address, body in zip(addresses, strangers, strict=True):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            assert response.content == body
            assert not response.cookies
            assert "Set-Cookie" not in response
            assert "Cookie" not in response.get("Vary", "")
            who = ("django_session", 'FROM "accounts_user"')
            assert not [query for query in queries if any(table in query["sql"] for table in who)]

    def test_asked_for_twice_while_it_stays_the_same(self, client, problem, garage):
        first = client.get(of(problem, site=garage.slug))
        assert first["Cache-Control"] == "public, max-age=300"
        again = client.get(of(problem, site=garage.slug), headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
        assert "X-Frame-Options" not in again
        EmbedSite.objects.filter(organisation=garage).delete()
        other = client.get(of(problem, site=garage.slug), headers={"If-None-Match": first["ETag"]})
        assert other.status_code == 200
        assert ancestors(other) == "'self'"

    def test_without_a_limit(self, client, problem):
        set_rule(name="request_limits.anonymous_per_minute", value=2)
        assert RequestLimits().anonymous_per_minute > 2
        answers = [client.get(of(problem)) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert ancestors(answers[2]) == "'self' https:"
        assert not answers[2].cookies


class TestTheLookupBox:
    def test_finds_a_code_and_says_what_to_try_first(self, client, problem, garage):
        address = f"/embed/v1/lookup/?product={a_year().path}&site={garage.slug}&theme=dark"
        form = read(client.get(address)).form("box")
        assert form.values == {"q": "", "product": str(a_year().pk), "site": garage.slug, "theme": "dark"}
        page = read(client.get(form.action, form.values | {"q": "p 0571"}))
        assert page.one("answer").one("problem").text == problem.title
        assert "Replace the brake light switch first." in page.one("answer").one("verdict").text
        assert page.one("answer").one("safety").text.startswith("Carry on.")
        assert len(page.all("remedy")) == 2
        assert page.form("box").values["q"] == "p 0571"

    def test_finds_words_and_names_what_else_matches(self, client, problem):
        other = make_problem(product=a_year(), title="Brake lights flicker over bumps")
        page = read(client.get("/embed/v1/lookup/", {"product": a_year().pk, "q": "brake lights stay on"}))
        assert {page.one("problem").text, page.one("others").text.split(" Try")[0]} == {problem.title, other.title}

    def test_says_when_nobody_has_described_it_and_where_to_look_on(self, client, problem):
        page = read(client.get("/embed/v1/lookup/", {"product": a_year().pk, "q": "zzyzx"}))
        assert page.one("nothing").links["Look on all of Fixlore"].startswith("/search/?q=zzyzx")

    @pytest.mark.parametrize("typed", [VIN, f"vin {VIN.lower()} brakes", "SALLMA MH44A-123456"])
    def test_takes_a_vin_out_of_the_address_and_says_why(self, client, problem, typed):
        response = client.get("/embed/v1/lookup/", {"product": a_year().pk, "q": typed})
        assert response.status_code == 302
        assert response["Cache-Control"] == "no-store"
        assert "123456" not in response["Location"]
        page = read(client.get(response["Location"]))
        assert "VIN" in page.one("no-vin").text
        assert page.form("box").values["q"] == ""
        assert not page.has("answer")

    @pytest.mark.parametrize("product", ["", "0", "99999999999999999999", "no/such", "a%00b"])
    def test_of_no_product_is_absent(self, client, product):
        assert client.get(f"/embed/v1/lookup/?product={product}").status_code == 404

    def test_survives_what_is_typed(self, client, problem):
        for typed in ("<script>alert(1)</script>", "\x00", "x" * 5000, "🚗" * 300, "[" * 400):
            response = client.get("/embed/v1/lookup/", {"product": a_year().pk, "q": typed})
            assert response.status_code == 200
            assert b"<script>alert" not in response.content


def chinese(length: int, seed: int) -> str:
    """Text of three bytes a letter in which nothing repeats."""
    letters = random.Random(seed)
    return "".join(chr(letters.randrange(0x4E00, 0x9FA0)) for _ in range(length))


def test_a_frame_with_all_it_loads_stays_under_fifteen_kilobytes(client):
    """The longest texts that a plan can have, with every notice above it; as sent and as unpacked."""
    product = make_product(name=chinese(80, 1), kind="variant", parent=a_year())
    red = make_component(safety_class="red")
    problem = make_problem(product=product, component=red, code_text="P0571", title=chinese(150, 2))
    recall = make_diagnostic(
        products=[product], title=chinese(140, 3), kind="recall", park_outside=True, warning=chinese(500, 4)
    )
    make_link(problem=problem, diagnostic=recall)
    official = make_diagnostic(products=[product], remedy_title=chinese(140, 5), warning=chinese(500, 6))
    make_link(problem=problem, diagnostic=official)
    for number in range(5):
        fix = make_fix(problem=problem, component=red, title=chinese(150, 10 + number))
        make_outcome(fix=fix, tier="professional", has_evidence=True, job_number=str(number))
    for number in range(4):
        other = make_problem(product=product, component=red, code_text="P0571", title=chinese(150, 20 + number))
        make_fix(problem=other, title=chinese(150, 30 + number))
    page = read(client.get(of(problem)))
    assert all(page.has(part) for part in ("recall", "warning", "safety", "verdict", "support"))
    files = [(settings.BASE_DIR / "static" / name).read_bytes() for name in LOADED]
    for address in (of(problem), f"/embed/v1/lookup/?product={product.pk}&q=P0571"):
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        sent, unpacked = response.content, gzip.decompress(response.content)
        page = read(unpacked.decode())
        loads = [part.attribute("href") for part in page.select("//link[@rel='stylesheet']")]
        loads += [part.attribute("src") for part in page.select("//script | //img | //iframe")]
        assert loads == ["/static/css/embed.css", "/static/js/embed-frame.js"]
        print(f"{address}: {len(unpacked):,} bytes of HTML, {sum(map(len, files)):,} beside it, {len(sent):,} sent")
        assert len(unpacked) + sum(map(len, files)) < MOST_BYTES
        assert len(sent) + sum(len(gzip.compress(file)) for file in files) < MOST_BYTES


LOADED = ("css/embed.css", "js/embed-frame.js", "js/embed-widget.js")
