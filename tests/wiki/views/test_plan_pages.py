"""The pages on which a plan is read."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.garage import OwnedProductDetails, add_owned_product
from accounts.queries import community_rules
from tests.builders.accounts import NOW, make_user
from tests.builders.products import a_year, brake_light_switch, make_diagnostic, make_fault_code, make_product
from tests.builders.wiki import (
    make_comment,
    make_diagnostic_test,
    make_fix,
    make_link,
    make_outcome,
    make_problem,
    make_vote,
)
from tests.html import read
from wiki.models import Fix, Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem():
    """The founding case: an official computer for 1,500, a proven switch for 60, an earth strap for 25."""
    product = a_year()
    problem = make_problem(product=product, component=brake_light_switch())
    make_fault_code(code="P0571")
    make_link(problem=problem, diagnostic=make_diagnostic(products=[product], remedy_hours=None))
    switch = make_fix(problem=problem, component=brake_light_switch())
    make_outcome(fix=switch, tier="professional", has_evidence=True, job_number="17")
    make_outcome(fix=switch, tier="owner", money=Decimal(55), hours=Decimal("0.5"), note="Lights out at last.")
    make_fix(problem=problem, title="Clean the earth strap", cost=Decimal(5))
    return problem


@pytest.fixture
def switch(problem):
    return problem.fixes.get(title="Replace the brake light switch")


def rows(page):
    return [row.one("remedy-title").text for row in page.all("plan-row")]


class TestTheProblemPage:
    def test_shows_the_switch_above_the_computer_with_why_and_what_it_saves(self, client, problem):
        page = read(client.get(problem.get_absolute_url()))
        assert rows(page) == ["Replace the brake light switch", "Clean the earth strap", "Replace the body computer"]
        assert page.one("verdict").attribute("data-state") == "confirmed"
        assert "Replace the brake light switch first." in page.one("verdict").text
        assert "You save about" in page.one("money").text
        assert "Lights out at last." in page.all("why")[0].text
        assert "Unproven" in page.all("plan-row")[1].one("states").text

    def test_has_the_text_in_it_that_a_reader_without_scripts_needs(self, client, problem):
        page = read(client.get(problem.get_absolute_url()))
        assert page.one("symptom").text == "The brake lights stay on after the pedal is released."
        assert page.one("official-lane").has("who") or "Check the body computer" in page.one("official-lane").text
        assert not page.select("//script[not(@src) and not(@type='application/ld+json')]")
        assert not page.select("//*[@style]")

    def test_plans_for_the_circumstances_in_the_address_and_links_on_with_them(self, client, problem, switch):
        address = f"{problem.get_absolute_url()}?tried={switch.remedy.pk}&quote=2400&way=workshop"
        page = read(client.get(address))
        assert rows(page)[-1] == switch.title
        assert "You tried this" in page.all("plan-row")[-1].one("states").text
        computer = next(row for row in page.all("plan-row") if "computer" in row.one("remedy-title").text)
        assert computer.one("cost").text == "$2,400"
        assert page.one("circumstances").has_attribute("open")

    @pytest.mark.parametrize(
        "said",
        [
            "quote=1e999",
            "quote=nan",
            "quote=-5",
            "tried=abc&tried=99999999999999999999",
            "way=boat",
            "product=%00",
            "quoted=x",
        ],
    )
    def test_drops_circumstances_that_make_no_sense(self, client, problem, said):
        page = read(client.get(f"{problem.get_absolute_url()}?{said}"))
        assert rows(page)[0] == "Replace the brake light switch"

    def test_uses_the_default_product_of_a_member(self, client_of, problem):
        variant = make_product(parent=problem.product, kind="variant", name="4.4 V8")
        member = make_user()
        add_owned_product(member=member, details=OwnedProductDetails(product=variant), now=NOW, make_default=True)
        page = read(client_of(member).get(problem.get_absolute_url()))
        assert page.one("plan-product").text == f"your {variant.full_name}"

    def test_moves_to_its_permanent_address_with_what_was_said(self, client, problem):
        response = client.get(f"/problem/{problem.pk}-some-old-title/?way=dealer")
        assert response.status_code == 301
        assert response.url == f"{problem.get_absolute_url()}?way=dealer"

    def test_of_a_duplicate_leads_to_the_canonical_one(self, client, problem):
        other = make_problem(product=problem.product, title="Brake lamps never go out")
        other.duplicate_of = problem
        other.save(update_fields=["duplicate_of"])
        assert client.get(other.get_absolute_url()).url == problem.get_absolute_url()

    @pytest.mark.parametrize("state", [Problem.State.HIDDEN, Problem.State.DELETED])
    def test_of_an_invisible_problem_is_not_found(self, client, moderator_client, problem, state):
        Problem.objects.filter(pk=problem.pk).update(state=state)
        assert client.get(problem.get_absolute_url()).status_code == 404
        expected = 200 if state == Problem.State.HIDDEN else 404
        assert moderator_client.get(problem.get_absolute_url()).status_code == expected

    def test_of_a_problem_without_remedies_says_what_to_do_next(self, client):
        page = read(client.get(make_problem(product=a_year()).get_absolute_url()))
        assert page.one("verdict").attribute("data-state") == "none"
        assert "propose it" in page.one("empty").text

    def test_takes_twelve_queries_at_most_whatever_the_number_of_fixes(self, client, client_of, problem):
        member = make_user()
        add_owned_product(
            member=member, details=OwnedProductDetails(product=problem.product), now=NOW, make_default=True
        )
        readers = {"anybody": client, "a member": client_of(member)}
        before = {name: _queries(reader, problem) for name, reader in readers.items()}
        for number in range(12):
            fix = make_fix(problem=problem, title=f"Another way, {number}")
            make_outcome(fix=fix)
            make_vote(post=fix)
            make_comment(on=problem)
        after = {name: _queries(reader, problem) for name, reader in readers.items()}
        assert after == before
        assert all(count <= 12 for count in after.values()), after

    def test_takes_twelve_queries_with_its_tests_and_discussion_and_three_more_to_know_the_reader(
        self, client, client_of, problem
    ):
        member = make_user()
        add_owned_product(
            member=member, details=OwnedProductDetails(product=problem.product), now=NOW, make_default=True
        )
        for fix in problem.fixes.all():
            make_diagnostic_test(problem=problem, points={fix.remedy.pk: 2})
            make_comment(on=problem)
        assert read(client.get(problem.get_absolute_url())).has("first-test")
        assert _queries(client, problem) <= 12
        assert _queries(client_of(member), problem) <= 12 + 3  # the session, the member, what they own


def _queries(client, problem) -> int:
    community_rules.forget()
    client.get(problem.get_absolute_url())  # community rules are read now, and kept for some seconds
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(problem.get_absolute_url()).status_code == 200
    return len(captured)


def test_every_remedy_of_the_plan_says_its_state_and_what_would_change_it(client, problem, switch):
    page = read(client.get(problem.get_absolute_url()))
    rows = page.all("plan-row")
    assert len(rows) > 1
    for row in rows:
        state = row.one("state").text
        assert state.split(".")[0] in ("Proposed", "Tried", "Confirmed", "Established")
        assert "would confirm it" in state or "One outcome" in state


class TestTheFixPage:
    def test_shows_check_steps_parts_and_proof(self, client, switch):
        page = read(client.get(switch.get_absolute_url()))
        assert page.one("first-check").text == "Pull the pedal up: do the lights go out?"
        assert "Unplug the switch" in page.one("steps").text
        assert "XKB000040" in page.text
        assert [report.attribute("data-result") for report in page.all("report")] == ["worked", "worked"]
        assert "Step 1 of 3" in page.one("fix-standing").text
        assert "would confirm it" in page.one("fix-standing").text

    def test_of_a_dangerous_fix_warns_and_offers_no_way_to_do_it(self, client, switch):
        Fix.objects.filter(pk=switch.pk).update(is_dangerous=True, dangerous_reason="The lights go dark.")
        page = read(client.get(switch.get_absolute_url()))
        assert "Do not do this. The lights go dark." in page.one("dangerous").text
        assert not [link for link in page.select("//a") if link.text == "I tried this"]

    def test_of_a_hidden_fix_is_not_found(self, client, switch):
        Fix.objects.filter(pk=switch.pk).update(state=Fix.State.HIDDEN)
        assert client.get(switch.get_absolute_url()).status_code == 404


class TestTheDealerSheet:
    def test_says_what_the_workshop_needs_to_know(self, client, problem, switch):
        page = read(client.get(f"{switch.get_absolute_url()}sheet/?limit=150"))
        sheet = page.one("sheet").text
        assert "Before you replace the body computer, replace the brake light switch" in sheet
        assert page.one("sheet-limit").text == "Please call me before exceeding $150."
        assert page.one("sheet-check").text == "Pull the pedal up: do the lights go out?"
        assert "P0571" in sheet
        assert "XKB000040" in sheet
        assert page.select("//article//svg[contains(@class, 'segno') or @viewBox]")

    def test_hides_the_last_five_characters_of_the_serial_number(self, client_of, switch):
        member = make_user()
        details = OwnedProductDetails(product=switch.problem.product, serial="SALLMAMA34A123456", usage=118400)
        add_owned_product(member=member, details=details, now=NOW, make_default=True)
        sheet = read(client_of(member).get(f"{switch.get_absolute_url()}sheet/")).one("sheet").text
        assert "SALLMAMA34A1 •••••" in sheet
        assert "23456" not in sheet
        assert "118,400" in sheet

    def test_takes_no_words_for_an_amount(self, client, switch):
        page = read(client.get(f"{switch.get_absolute_url()}sheet/?limit=<script>"))
        assert page.one("sheet-limit").text.startswith("Please call me before exceeding $ …")


class TestTheOfficialPage:
    def test_shows_the_outcomes_of_those_who_followed_it(self, client, problem):
        diagnostic = problem.diagnostics.get()
        make_outcome(remedy=diagnostic.remedy, product=problem.product, result="failed", note="Still the same message.")
        page = read(client.get(diagnostic.get_absolute_url()))
        assert "Worked for 0 of 1 who reported" in page.text
        assert "Still the same message." in page.one("report").text or "Still the same message." in page.text

    def test_of_a_superseded_one_points_to_what_replaced_it(self, client, problem):
        diagnostic = problem.diagnostics.get()
        diagnostic.superseded_by = make_diagnostic(number="GTR-419", title="Test the switch first")
        diagnostic.save(update_fields=["superseded_by"])
        assert "Test the switch first" in read(client.get(diagnostic.get_absolute_url())).one("superseded").text

    @pytest.mark.parametrize("spelling", ["26V118", "26v-118", "26V-118"])
    def test_of_a_recall_is_found_by_its_campaign_in_any_spelling(self, client, spelling):
        recall = make_diagnostic(kind="recall", number="26V118", title="Brake booster", publisher="NHTSA")
        assert client.get(f"/recall/{spelling}/").url == recall.get_absolute_url()
        assert read(client.get(recall.get_absolute_url())).one("may-apply")
        assert client.get("/recall/26V999/").status_code == 404

    def test_of_a_recall_entered_with_all_its_digits_is_found_by_them(self, client):
        entered = make_diagnostic(kind="recall", number="26V118000", title="Brake booster", publisher="NHTSA")
        assert client.get("/recall/26V118000/").url == entered.get_absolute_url()


def test_a_quote_can_name_which_of_several_official_remedies_it_is_for(client, problem):
    other = make_diagnostic(
        products=[problem.product], remedy_title="Replace the wiring loom", remedy_cost=Decimal(900)
    )
    make_link(problem=problem, diagnostic=other)
    loom = other.remedy.pk
    page = read(client.get(f"{problem.get_absolute_url()}?quote=2000&quoted={loom}"))
    (chosen,) = page.select("//select[@name='quoted']/option[@selected]")
    assert chosen.text == "Replace the wiring loom"
    (row,) = [row for row in page.all("plan-row") if "loom" in row.one("remedy-title").text]
    assert row.one("cost").text == "$2,000"
