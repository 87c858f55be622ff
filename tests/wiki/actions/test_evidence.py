"""The evidence store follows every act and equals a replay of the ledger by the pure rules."""

import datetime
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.actions.tree import insert_generation, move_product
from products.models import Component
from tests.builders.accounts import (
    NOW,
    make_membership,
    make_moderator,
    make_organisation,
    make_owned_product,
    make_professional,
    make_user,
    set_rule,
)
from tests.builders.products import a_model, a_year, make_component, make_diagnostic, make_product
from tests.builders.wiki import (
    make_fix,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_remedy,
    make_vote,
    outcome_draft,
    problem_draft,
)
from tests.wiki.replay import assert_equal_to_replay, differing
from wiki.actions.drafts import fix_content, fix_draft
from wiki.actions.evidence import (
    rebuild_remedy_evidence,
    settle_outcome_evidence,
    settle_person_evidence,
    settle_staff_evidence,
)
from wiki.actions.fixes import edit_fix
from wiki.actions.flags import decide_flag, flag_post
from wiki.actions.mailed_outcomes import (
    publish_mailed_outcome,
    record_outcome_by_mail,
    token_of,
    withdraw_mailed_outcome,
)
from wiki.actions.outcomes import edit_outcome, judge_outcome, mark_came_back, record_outcome, withdraw_outcome
from wiki.actions.problems import edit_problem
from wiki.actions.votes import retract_vote
from wiki.models import Contribution, Evidence, NodeEvidence
from wiki.owned_data import erase
from wiki.queries.plan import plan_for
from wiki.queries.reader import Reader

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def a_case():
    """A problem on a model year with two variants, a fix and an official remedy."""
    year = a_year()
    mine, sibling = (make_product(parent=year, kind="variant", name=name) for name in ("4.4 V8", "3.0 Td6"))
    for product in (year, mine):
        product.refresh_from_db()
    problem = make_problem(product=year)
    make_link(problem=problem, diagnostic=make_diagnostic(products=[year]))
    return problem, make_fix(problem=problem), mine, sibling


def chance(fix, product=None, now=NOW):
    row = plan_for(fix.problem, Reader(product=product), now=now).row(fix.remedy.pk)
    return row.low, row.q, row.high


def assert_exact(problem, *products, now=NOW):
    assert differing(now=now) == {}
    for product in (None, *products):
        assert_equal_to_replay(plan_for(problem, Reader(product=product), now=now), now=now)


# ---------------------------------------------------------------- acts


def test_an_outcome_is_in_the_plan_of_the_same_request_and_a_withdrawn_one_never_was():
    problem, fix, mine, sibling = a_case()
    before = chance(fix, mine)
    member = make_regular()
    outcome = make_outcome(fix=fix, member=member, product=mine, money=Decimal(70))
    assert chance(fix, mine) > before
    assert_exact(problem, mine, sibling)
    withdraw_outcome(outcome=outcome, actor=member, now=NOW)
    assert chance(fix, mine) == before
    assert not Evidence.objects.exists()
    assert not NodeEvidence.objects.exists()
    assert not Contribution.objects.exists()


def test_an_outcome_takes_the_place_of_the_same_persons_vote_and_gives_it_back():
    problem, fix, mine, _ = a_case()
    member = make_regular()
    make_vote(post=fix, voter=member)
    praised = chance(fix)
    outcome = make_outcome(fix=fix, member=member, product=mine, result="failed")
    assert chance(fix) < praised
    assert NodeEvidence.objects.filter(tier="vote").count() == 0
    assert_exact(problem, mine)
    withdraw_outcome(outcome=outcome, actor=member, now=NOW)
    assert chance(fix) == praised
    assert_exact(problem, mine)


def test_a_vote_that_is_taken_back_was_never_cast():
    problem, fix, _, _ = a_case()
    untouched = chance(fix)
    member = make_regular()
    make_vote(post=fix, voter=member, now=NOW)
    assert chance(fix) > untouched
    retract_vote(post=fix, actor=member, now=NOW)
    assert chance(fix) == untouched
    assert_exact(problem)


def test_what_is_changed_is_replaced_result_product_price_and_remedies_changed_together():
    problem, fix, mine, sibling = a_case()
    other = make_fix(problem=problem, title="Clean the earth strap")
    member = make_regular()
    outcome = make_outcome(fix=fix, member=member, product=mine, money=Decimal(70), also_remedies=(other.remedy,))
    assert_exact(problem, mine, sibling)
    for draft in (
        outcome_draft(product=mine, result="failed", money=Decimal(300)),
        outcome_draft(product=sibling, result="partly", hours=Decimal(2), money=Decimal(5)),
        outcome_draft(product=sibling, result="not_tried", harm=True),
        outcome_draft(product=mine, result="worse", also_remedies=(other.remedy,), money=Decimal(40), currency="EUR"),
    ):
        outcome = edit_outcome(outcome=outcome, draft=draft, base_version=outcome.version, actor=member, now=NOW)
        assert_exact(problem, mine, sibling)
    assert plan_for(problem, Reader(), now=NOW).row(other.remedy.pk).total == 1


def test_relapse_and_a_moderators_judgement_follow():
    problem, fix, mine, _ = a_case()
    member = make_regular()
    outcome = make_outcome(fix=fix, member=member, product=mine)
    judge_outcome(outcome=outcome, tier="owner", has_evidence=True, actor=make_moderator(), now=NOW)
    row = plan_for(problem, Reader(), now=NOW).row(fix.remedy.pk)
    assert (row.step.proven, row.loaded.evidence.worked_with_evidence) == (True, 1)
    assert_exact(problem, mine)
    mark_came_back(outcome=outcome, on=NOW.date(), actor=member, now=NOW)
    row = plan_for(problem, Reader(), now=NOW).row(fix.remedy.pk)
    assert (row.step.proven, row.loaded.evidence.failed) == (False, 1)
    assert_exact(problem, mine)


def test_a_hidden_outcome_does_not_count_until_it_is_shown_again():
    problem, fix, mine, _ = a_case()
    outcome = make_outcome(fix=fix, product=mine)
    shown = chance(fix)
    moderator = make_moderator(reputation=5000)
    flag = flag_post(post=outcome, reason="not_genuine", actor=moderator, now=NOW)
    outcome.refresh_from_db()
    assert outcome.state == "hidden"
    assert chance(fix) < shown
    assert_exact(problem)
    decide_flag(flag=flag, uphold=False, actor=make_moderator(), now=NOW)
    assert chance(fix) == shown
    assert_exact(problem)


def test_a_mailed_outcome_counts_from_its_link_on():
    problem, fix, mine, _ = a_case()
    before = chance(fix)
    outcome = record_outcome_by_mail(
        remedy=fix.remedy, mail="owner@example.org", draft=outcome_draft(product=mine), now=NOW
    )
    assert chance(fix) == before
    publish_mailed_outcome(token=token_of(outcome), now=NOW)
    assert chance(fix) > before
    assert_exact(problem, mine)
    withdraw_mailed_outcome(token=token_of(outcome), now=NOW)
    assert chance(fix) == before


def test_one_person_with_two_own_products_counts_on_both_and_is_one_person():
    problem, fix, mine, sibling = a_case()
    member = make_regular()
    for product in (mine, sibling):
        owned = make_owned_product(member=member, product=product)
        record_outcome(remedy=fix.remedy, draft=outcome_draft(owned_product=owned), actor=member, now=NOW)
    row = plan_for(problem, Reader(), now=NOW).row(fix.remedy.pk)
    assert (row.total, row.loaded.evidence.tried) == (2, 1)
    assert_exact(problem, mine, sibling)


def test_an_erased_workshops_jobs_stay_apart_and_count():
    problem, fix, mine, _ = a_case()
    professional = make_professional(product=mine)
    for number in ("17", "18"):
        make_outcome(fix=fix, member=professional, product=mine, job_number=number)
    before = chance(fix)
    erase(professional, NOW)
    assert not professional.outcomes.filter(job_number__in=("17", "18")).exists()
    assert chance(fix) == before
    assert_exact(problem, mine)


def test_what_a_workshop_reports_at_hand_over_counts_half_for_thirty_days():
    problem, fix, mine, _ = a_case()
    professional = make_professional(product=mine)
    make_outcome(fix=fix, member=professional, product=mine, job_number="17", money=Decimal(90), now=NOW)
    make_outcome(fix=fix, product=mine, money=Decimal(40), now=NOW)
    provisional, ripe = chance(fix, now=NOW + 29 * DAY), chance(fix, now=NOW + 30 * DAY)
    assert ripe[1] > provisional[1]
    for days in (0, 29, 30, 31, 400):
        assert_exact(problem, mine, now=NOW + days * DAY)
    make_outcome(fix=fix, member=professional, product=mine, job_number="18", result="failed", now=NOW + 80 * DAY)
    kept = NodeEvidence.objects.filter(tier="professional").values_list("provisional", flat=True)
    assert {day for days in kept for day in days} == {str((NOW + 80 * DAY).date())}
    assert_exact(problem, mine, now=NOW + 80 * DAY)


def test_the_landmark_moves_yearly_and_nothing_that_is_read_changes():
    problem, fix, mine, _ = a_case()
    for _ in range(3):
        make_outcome(fix=fix, product=mine, money=Decimal(70), now=NOW)
    late = NOW + 1500 * DAY
    before = chance(fix, now=late)
    settled = make_outcome(fix=fix, product=mine, result="not_tried", now=late)
    assert Evidence.objects.get().landmark == late.date()
    assert chance(fix, now=late) == pytest.approx(before, rel=1e-9)
    assert settled.contributions.get().counts is False
    assert_exact(problem, mine, now=late)


def test_changed_trust_is_applied_to_the_members_reports_alone():
    problem, fix, mine, _ = a_case()
    member = make_regular()
    make_outcome(fix=fix, member=member, product=mine, money=Decimal(70))
    other = make_outcome(fix=fix, product=mine)
    before = chance(fix)
    set_rule(name="judgement.trust_unverified", value=0.9)
    assert settle_person_evidence(person=f"member:{member.pk}", now=NOW) == 1
    assert chance(fix)[1] > before[1]
    assert Contribution.objects.get(outcome=other).trust == 0.5
    assert differing(now=NOW).keys() == {fix.remedy.pk}
    settle_outcome_evidence(outcome=other, now=NOW)
    assert_exact(problem, mine)


def test_what_staff_of_the_maker_said_counts_once_they_have_left():
    problem, fix, mine, _ = a_case()
    member = make_regular()
    make_outcome(fix=fix, member=member, product=mine)
    before = chance(fix)
    membership = make_membership(
        organisation=make_organisation(kind="manufacturer", scope=[a_model()]), member=member, until=None
    )
    settle_staff_evidence(now=NOW)
    assert chance(fix) < before
    assert_exact(problem, mine)
    membership.delete()
    settle_person_evidence(person=f"member:{member.pk}", now=NOW)
    assert chance(fix) == before
    assert_exact(problem, mine)


def test_a_fix_whose_component_is_software_now_ages_faster():
    problem, fix, mine, _ = a_case()
    make_outcome(fix=fix, product=mine, now=NOW - 700 * DAY, money=Decimal(70))
    before = chance(fix)
    firmware = make_component(name="Body computer firmware")
    Component.objects.filter(pk=firmware.pk).update(is_software=True)
    firmware.refresh_from_db()
    draft = replace(fix_draft(fix_content(fix)), component=firmware)
    edit_fix(fix=fix, draft=draft, base_version=fix.version, actor=fix.author, now=NOW)
    assert chance(fix)[2] != before[2]
    assert_exact(problem, mine)


def test_votes_stand_where_their_problem_stands():
    problem, fix, mine, _ = a_case()
    make_vote(post=fix)
    edit_problem(
        problem=problem, draft=problem_draft(product=mine), base_version=problem.version, actor=problem.author, now=NOW
    )
    problem.refresh_from_db()
    assert NodeEvidence.objects.filter(product=mine, tier="vote").exists()
    assert_exact(problem, mine)


def test_a_product_that_moves_in_the_tree_takes_its_evidence_along():
    problem, fix, mine, sibling = a_case()
    make_outcome(fix=fix, product=mine, tier="owner", money=Decimal(70), now=NOW)
    make_outcome(fix=fix, member=make_professional(product=mine), product=mine, job_number="17", now=NOW)
    make_outcome(fix=fix, product=sibling, result="failed", now=NOW)
    make_vote(post=fix, now=NOW)
    insert_generation(model=a_model(), name="L322", year_from=2002, year_to=2012)
    problem.refresh_from_db()
    mine.refresh_from_db()
    assert mine.path.count("/") == 5
    assert_exact(problem, mine)
    move_product(product=mine, parent=make_product(parent=a_model(), kind="year", name="2005"))
    mine.refresh_from_db()
    assert NodeEvidence.objects.filter(product__name="2004", tier="owner").count() == 0
    assert_exact(problem, sibling)


# ---------------------------------------------------------------- commands


def test_a_broken_sum_is_found_and_put_right():
    problem, fix, mine, _ = a_case()
    make_outcome(fix=fix, product=mine, money=Decimal(70))
    make_vote(post=fix)
    call_command("check_evidence", stdout=io.StringIO(), verbosity=0)
    row = NodeEvidence.objects.first()
    row.failure += 1e-6
    row.save()
    said = io.StringIO()
    with pytest.raises(CommandError, match="Remedies with wrong evidence: 1"):
        call_command("check_evidence", stderr=said, verbosity=0)
    assert row.product.path in said.getvalue()
    call_command("rebuild_evidence", stdout=io.StringIO(), verbosity=0)
    call_command("check_evidence", stdout=io.StringIO(), verbosity=0)
    assert_exact(problem, mine)


@pytest.mark.parametrize("lost", ["Contribution", "Evidence", "NodeEvidence"])
def test_evidence_that_was_lost_is_made_again(lost):
    problem, fix, mine, _ = a_case()
    make_outcome(fix=fix, product=mine, money=Decimal(70))
    {"Contribution": Contribution, "Evidence": Evidence, "NodeEvidence": NodeEvidence}[lost].objects.all().delete()
    assert differing(now=NOW)
    rebuild_remedy_evidence(remedy=fix.remedy.pk, now=NOW)
    assert_exact(problem, mine)


# ---------------------------------------------------------------- invariants of the chance, through the database

reports = st.lists(
    st.tuples(
        st.sampled_from(["professional", "owner", "unverified"]),
        st.sampled_from(["worked", "partly", "failed", "worse", "not_tried"]),
        st.integers(0, 2),
        st.integers(0, 900),
        st.sampled_from([None, 20, 70, 1500]),
    ),
    max_size=5,
)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def case(db):
    problem, fix, mine, sibling = a_case()
    return problem, fix, [mine, sibling, problem.product], [make_regular() for _ in range(8)]


def put(case, said, place=0):
    _, fix, products, members = case
    tier, result, where, age, money = said
    return make_outcome(
        fix=fix,
        member=members[place],
        product=products[where],
        tier=tier,
        result=result,
        money=money and Decimal(money),
        now=NOW - age * DAY,
    )


@few
@given(said=reports, data=st.data())
def test_the_order_in_which_reports_arrive_is_irrelevant_and_the_store_equals_the_replay(case, said, data):
    problem, fix, products, _ = case
    found = []
    for order in (range(len(said)), data.draw(st.permutations(range(len(said))))):
        with transaction.atomic():
            for place in order:
                put(case, said[place], place)
            assert_exact(problem, *products[:2])
            found.append([chance(fix, product) for product in products])
            transaction.set_rollback(True)
    assert found[0] == [pytest.approx(there, rel=1e-9) for there in found[1]]


@few
@given(said=reports, tier=st.sampled_from(["professional", "owner", "unverified"]), where=st.integers(0, 2))
def test_one_more_success_never_lowers_a_chance_and_one_more_failure_never_raises_one(case, said, tier, where):
    _, fix, products, _ = case
    with transaction.atomic():
        for place, one in enumerate(said):
            put(case, one, place)
        before = [chance(fix, product) for product in products]
        for result, sign in (("worked", 1), ("failed", -1)):
            outcome = put(case, (tier, result, where, 0, None), place=7)
            after = [chance(fix, product) for product in products]
            assert all(
                sign * (mine - theirs) >= -1e-9
                for now, then in zip(after, before, strict=True)
                for mine, theirs in zip(now, then, strict=True)
            )
            withdraw_outcome(outcome=outcome, actor=outcome.member, now=NOW)
            gone = [chance(fix, product) for product in products]
            assert gone == [pytest.approx(there, rel=1e-9) for there in before]
        transaction.set_rollback(True)


@few
@given(said=reports)
def test_a_node_off_the_path_is_untouched(case, said):
    problem, fix, products, _ = case
    elsewhere = a_year(model="Discovery")
    with transaction.atomic():
        for place, one in enumerate(said):
            put((problem, fix, [elsewhere] * 3, case[3]), (*one[:4], None), place)
        assert not NodeEvidence.objects.filter(product=products[0]).exists()
        here = plan_for(problem, Reader(product=products[0]), now=NOW).row(fix.remedy.pk).step.chance.rungs[-1]
        assert here.added == (0, 0)
        assert_exact(problem, *products[:2])
        transaction.set_rollback(True)


@few
@given(count=st.integers(1, 8), value=st.sampled_from([1, -1]))
def test_votes_are_bounded_however_many_there_are(case, count, value):
    problem, fix, _, members = case
    with transaction.atomic():
        q = chance(fix)[1]
        for member in members[:count]:
            make_vote(post=fix, voter=member, value=value, now=NOW - int(member.pk) % 40 * DAY)
        rung = plan_for(problem, Reader(), now=NOW).row(fix.remedy.pk).step.chance.rungs[-1]
        assert 0 < sum(rung.added) <= 1.5
        assert (chance(fix)[1] - q) * value > 0
        assert_exact(problem)
        transaction.set_rollback(True)


def test_a_remedy_nobody_reported_on_costs_no_row():
    problem = make_problem(product=a_year())
    make_remedy(diagnostic=make_diagnostic())
    make_fix(problem=problem)
    make_user()
    assert plan_for(problem, Reader(), now=NOW).rows[0].untested
    assert differing(now=NOW) == {}
