"""The plan through the database: the same rules, fed from rows."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from products.actions.official_diagnostics import cover_product
from products.models import OfficialDiagnostic
from tests.builders.accounts import NOW, make_owned_product, make_user
from tests.builders.products import a_year, make_diagnostic, make_product
from tests.builders.wiki import (
    fix_draft,
    make_fix,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_remedy,
    make_vote,
)
from wiki.actions.evidence import settle_outcome_evidence
from wiki.actions.fixes import edit_fix
from wiki.models import Fix
from wiki.queries.first_steps import first_steps
from wiki.queries.plan import plan_for
from wiki.queries.problem_page import problem_page
from wiki.queries.reader import Reader
from wiki.queries.verdict import money_lines
from wiki.rules.weighing import Circumstances

pytestmark = pytest.mark.django_db


def founding_case():
    """A problem with an official computer for 1,500 and a proven switch for 60."""
    product = a_year()
    problem = make_problem(product=product)
    computer = make_diagnostic(products=[product], remedy_hours=None)
    make_link(problem=problem, diagnostic=computer)
    switch = make_fix(problem=problem)
    make_outcome(fix=switch, tier="professional", has_evidence=True, job_number="17")
    make_outcome(fix=switch, tier="owner", money=Decimal(55), hours=Decimal("0.5"))
    return problem, switch, computer


def titles(plan):
    return [row.title for row in plan.rows]


def test_the_switch_stands_above_the_computer_and_the_saving_is_shown():
    problem, _, _ = founding_case()
    plan = plan_for(problem, Reader(), now=NOW)
    assert titles(plan) == ["Replace the brake light switch", "Replace the body computer"]
    assert plan.official is plan.rows[1]
    assert plan.plan.money.official_shown == 1950
    assert plan.plan.money.saving_shown == sum(row.saving or 0 for row in plan.rows) > 900
    assert plan.rows[0].by_professional
    assert plan.rows[0].leads


def test_a_hundred_invented_fixes_move_neither_the_confirmed_nor_the_money():
    problem, switch, _ = founding_case()
    before = plan_for(problem, Reader(), now=NOW)
    liar = make_regular()
    for number in range(100):
        make_fix(problem=problem, author=liar, title=f"Tap it {number} times", cost=Decimal(10), hours=Decimal(0))
    after = plan_for(problem, Reader(), now=NOW)
    assert after.rows[0].title == switch.title
    assert after.plan.money == before.plan.money
    assert [row.saving for row in after.rows if row.saving] == [row.saving for row in before.rows if row.saving]
    assert sum(row.unproven and row.step.above_official for row in after.rows) == 3


def test_a_failure_lowers_the_chance_at_once():
    problem, switch, _ = founding_case()
    before = plan_for(problem, Reader(), now=NOW).rows[0]
    make_outcome(fix=switch, tier="owner", result="failed")
    after = plan_for(problem, Reader(), now=NOW).row(before.key)
    assert after.q < before.q
    assert (after.worked, after.total) == (before.worked, before.total + 1)


def test_a_hidden_fix_and_an_outcome_that_waits_for_its_mail_are_not_in_the_plan():
    problem, switch, _ = founding_case()
    waiting = make_outcome(fix=switch, result="failed")
    counted = plan_for(problem, Reader(), now=NOW).rows[0].total
    waiting.state = "awaiting_mail"
    waiting.save(update_fields=["state"])
    settle_outcome_evidence(outcome=waiting, now=NOW)
    assert plan_for(problem, Reader(), now=NOW).rows[0].total == counted - 1
    Fix.objects.filter(pk=switch.pk).update(state=Fix.State.HIDDEN)
    assert titles(plan_for(problem, Reader(), now=NOW)) == ["Replace the body computer"]


def test_votes_nudge_and_never_prove():
    problem = make_problem(product=a_year())
    fix = make_fix(problem=problem)
    untouched = plan_for(problem, Reader(), now=NOW).rows[0]
    for _ in range(8):
        make_vote(post=fix)
    praised = plan_for(problem, Reader(), now=NOW).rows[0]
    assert untouched.q < praised.q < 0.4
    assert praised.untested
    assert not praised.step.proven


def test_one_success_of_several_remedies_changed_at_once_is_shared():
    problem = make_problem(product=a_year())
    first, second = make_fix(problem=problem), make_fix(problem=problem, title="Clean the earth strap")
    make_outcome(fix=first, tier="owner", also_remedies=(second.remedy,))
    plan = plan_for(problem, Reader(), now=NOW)
    a, b = (plan.row(fix.remedy.pk) for fix in (first, second))
    assert a.q == pytest.approx(b.q)
    assert not a.step.proven
    alone = make_fix(problem=problem, title="Replace the battery")
    make_outcome(fix=alone, tier="owner")
    assert plan_for(problem, Reader(), now=NOW).row(alone.remedy.pk).q > a.q


def test_reports_on_a_sibling_leave_more_doubt_than_those_on_the_very_product():
    year = a_year()
    mine, sibling = (make_product(parent=year, kind="variant", name=name) for name in ("4.4 V8", "3.0 Td6"))
    problem = make_problem(product=year)
    near, far = make_fix(problem=problem), make_fix(problem=problem, title="Clean the earth strap")
    for fix, product in ((near, mine), (far, sibling)):
        for _ in range(4):
            make_outcome(fix=fix, tier="owner", product=product)
    plan = plan_for(problem, Reader(product=mine), now=NOW)
    near_row, far_row = plan.row(near.remedy.pk), plan.row(far.remedy.pk)
    assert far_row.high - far_row.low > near_row.high - near_row.low
    assert (near_row.total, far_row.total) == (4, 4)


def test_what_the_reader_tried_stands_last_and_the_plan_is_reckoned_again():
    problem, switch, _ = founding_case()
    tried = Reader(circumstances=Circumstances(tried=frozenset({switch.remedy.pk})))
    plan = plan_for(problem, tried, now=NOW)
    assert titles(plan)[-1] == switch.title
    assert plan.rows[-1].tried
    before, after = money_lines(plan_for(problem, Reader(), now=NOW)), money_lines(plan)
    assert before.basis.startswith("on average, your own time")
    assert after.basis.startswith("on average from here, without what you have spent, your own time")
    assert plan.plan.money.today == plan.official.cost


def test_a_quote_takes_the_place_of_the_posted_price():
    problem, _, _ = founding_case()
    plan = plan_for(problem, Reader(circumstances=Circumstances(quote=2400.0)), now=NOW)
    assert plan.plan.path.cost == 2400
    assert plan.official.cost_note == "your quote"


def test_without_an_official_cost_no_saving_is_shown():
    problem = make_problem(product=a_year())
    make_link(problem=problem, diagnostic=make_diagnostic(products=[a_year()], remedy_cost=None, remedy_hours=None))
    make_outcome(fix=make_fix(problem=problem), tier="owner")
    plan = plan_for(problem, Reader(), now=NOW)
    assert plan.plan.path is None
    assert not plan.has_savings
    assert titles(plan) == ["Replace the brake light switch", "Replace the body computer"]


def test_a_superseded_diagnostic_is_not_the_official_path():
    problem, _, computer = founding_case()
    newer = make_diagnostic(products=[a_year()], remedy_title="Test the switch first", remedy_cost=Decimal(150))
    make_link(problem=problem, diagnostic=newer)
    computer.superseded_by = newer
    computer.save(update_fields=["superseded_by"])
    plan = plan_for(problem, Reader(), now=NOW)
    assert plan.official.title == "Test the switch first"
    assert plan.rows[-1].title == "Replace the body computer"
    assert plan.rows[-1].superseded


class TestARecall:
    @pytest.fixture
    def case(self):
        problem, _, _ = founding_case()
        recall = make_diagnostic(kind=OfficialDiagnostic.Kind.RECALL, number="26V118", remedy_cost=None, title="Switch")
        cover_product(
            diagnostic=recall, product=problem.product, serial_from="SALLMAMA34A100000", serial_to="SALLMAMA34A199999"
        )
        make_link(problem=problem, diagnostic=recall)
        owned = make_owned_product(member=make_user(), product=problem.product)
        return problem, recall, owned

    def test_leads_at_no_cost_when_the_serial_number_lies_in_its_range(self, case):
        problem, recall, owned = case
        reader = Reader(product=owned.product, owned=owned, serial="SALLMAMA34A150000")
        page = problem_page(problem, reader, AnonymousUser(), now=NOW)
        assert page.plan.first.loaded.remedy.diagnostic == recall
        assert page.plan.first.cost == 0
        assert page.verdict.state == "recall"
        assert page.recalls[0].matched

    def test_says_may_apply_to_everybody_else(self, case):
        problem, _, owned = case
        for reader in (Reader(), Reader(product=owned.product, owned=owned, serial="SALLMAMA34A250000")):
            page = problem_page(problem, reader, AnonymousUser(), now=NOW)
            assert page.plan.first.title == "Replace the brake light switch"
            assert [(notice.campaign, notice.matched) for notice in page.recalls] == [("26V118", False)]

    def test_that_says_park_outside_stops_the_use(self, case):
        problem, recall, _ = case
        recall.park_outside = True
        recall.save(update_fields=["park_outside"])
        assert plan_for(problem, Reader(), now=NOW).plan.safety.verdict == "stop"


def test_two_reports_of_fire_or_injury_stop_the_use():
    problem, switch, _ = founding_case()
    assert plan_for(problem, Reader(), now=NOW).plan.safety.verdict == "carry_on"
    for outcome in switch.remedy.outcomes.all():
        outcome.harm = True
        outcome.save(update_fields=["harm"])
        settle_outcome_evidence(outcome=outcome, now=NOW)
    assert plan_for(problem, Reader(), now=NOW).plan.safety.verdict == "stop"


def test_the_plan_takes_three_queries_whatever_the_number_of_fixes(django_assert_num_queries):
    problem, _, _ = founding_case()
    plan_for(problem, Reader(), now=NOW)
    with django_assert_num_queries(3):
        plan_for(problem, Reader(), now=NOW)
    for number in range(20):
        make_outcome(fix=make_fix(problem=problem, title=f"Another way, {number}"))
    with django_assert_num_queries(3):
        assert len(plan_for(problem, Reader(), now=NOW).rows) == 22


def test_first_steps_of_many_problems_take_as_many_queries_as_of_one(django_assert_num_queries):
    problem, switch, _ = founding_case()
    first_steps([problem], Reader(), now=NOW)
    with django_assert_num_queries(2):
        assert first_steps([problem], Reader(), now=NOW)[problem.pk].title == switch.title
    problems = [problem, *(founding_case()[0] for _ in range(4)), make_problem(product=a_year())]
    with django_assert_num_queries(2):
        found = first_steps(problems, Reader(), now=NOW)
    assert len(found) == 5
    assert all(step.saving and step.by_professional and step.total == 2 for step in found.values())


def test_an_outcome_two_years_old_makes_a_remedy_stale():
    problem, switch, _ = founding_case()
    later = NOW + datetime.timedelta(days=800)
    assert plan_for(problem, Reader(), now=NOW).row(switch.remedy.pk).state.state == "tried"
    assert plan_for(problem, Reader(), now=later).row(switch.remedy.pk).stale


def test_a_revision_after_the_last_outcome_makes_a_fix_stale_until_somebody_tries_it():
    problem, switch, _ = founding_case()
    edit_fix(
        fix=switch, draft=fix_draft(steps="1. Turn the key."), base_version=1, actor=switch.author,
        now=NOW + datetime.timedelta(days=1),
    )  # fmt: skip
    later = NOW + datetime.timedelta(days=5)
    row = plan_for(problem, Reader(), now=later).row(switch.remedy.pk)
    assert (row.state.state, row.state.earned) == ("stale", "tried")
    assert row.state.would_change == "One outcome with the new revision."
    make_outcome(fix=switch, now=NOW + datetime.timedelta(days=3))
    assert plan_for(problem, Reader(), now=later).row(switch.remedy.pk).state.state == "confirmed"


def test_amounts_in_another_currency_are_converted():
    problem = make_problem(product=a_year())
    fix = make_fix(problem=problem, cost=Decimal(92), currency="EUR", hours=Decimal(0))
    in_dollars = plan_for(problem, Reader(), now=NOW).row(fix.remedy.pk)
    in_euros = plan_for(problem, replace(Reader(), currency="EUR"), now=NOW).row(fix.remedy.pk)
    assert in_dollars.cost == pytest.approx(100)
    assert in_euros.cost == pytest.approx(92)


def test_a_remedy_is_made_once_for_a_diagnostic():
    computer = make_diagnostic()
    assert make_remedy(diagnostic=computer) == make_remedy(diagnostic=computer)


def test_nothing_is_saved_and_nothing_compared_where_the_official_remedy_is_first():
    product = a_year()
    problem = make_problem(product=product)
    computer = make_diagnostic(products=[product], remedy_hours=None)
    make_link(problem=problem, diagnostic=computer)
    make_outcome(fix=make_fix(problem=problem, cost=Decimal(3000)), tier="owner")
    page = problem_page(problem, Reader(), AnonymousUser(), now=NOW)
    assert page.plan.official is page.plan.first
    assert not page.plan.has_savings
    assert page.money.official is None
    assert first_steps([problem], Reader(), now=NOW)[problem.pk].saving is None
