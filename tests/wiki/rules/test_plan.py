"""The plan: order, guards, circumstances and money, whatever the remedies."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.wiki.rules.evidence import (
    NODES,
    READER,
    RULES,
    report,
    reports,
    some_remedies,
    some_remedy,
    some_report,
    trusts,
)
from wiki.rules.money import expected_cost
from wiki.rules.plan import WHY, Circumstances, Plan, Remedy, Step, make_plan
from wiki.rules.safety import SafetyFacts

UNGUARDED = replace(RULES, attempt_hours=0.0, most_tries=10**6, dear_share=1e9, confirmed_chance=2.0)

some_circumstances = st.builds(
    Circumstances,
    way=st.sampled_from(["myself", "workshop", "dealer"]),
    quote=st.one_of(st.none(), st.floats(0, 5000)),
    quoted=st.one_of(st.none(), st.integers(1, 7)),
    warranty=st.booleans(),
    cannot_do_it_myself=st.booleans(),
    tried=st.frozensets(st.integers(1, 7), max_size=2),
    wage=st.one_of(st.none(), st.floats(0, 300)),
)


def _plan(*remedies: Remedy, facts: SafetyFacts | None = None, rules=RULES, **circumstances) -> Plan:
    return make_plan(remedies, path=READER, circumstances=Circumstances(**circumstances), facts=facts, rules=rules)


def _keys(plan: Plan) -> list[int]:
    return [step.key for step in plan.steps]


def _step(plan: Plan, key: int) -> Step:
    return next(step for step in plan.steps if step.key == key)


def _fix(key: int, *evidence, money: float | None = 50.0, **facts) -> Remedy:
    return Remedy(key, "community", evidence, money, 0.0, **facts)


def _official(key: int = 1, *evidence, money: float | None = 1500.0, **facts) -> Remedy:
    return Remedy(key, "official", evidence, money, **facts)


def _confirmed_fix(key: int, **facts) -> Remedy:
    return _fix(key, *reports("owner", "worked", "worked"), **facts)


class TestOrder:
    @given(st.lists(st.tuples(st.lists(some_report(), max_size=5), st.floats(1, 3000)), min_size=1, max_size=4))
    def test_the_order_costs_as_little_as_the_best_of_all_orders_when_remedies_are_independent(self, fixes):
        remedies = [_fix(key, *evidence, money=money) for key, (evidence, money) in enumerate(fixes, 2)]
        plan = _plan(_official(), *remedies, rules=UNGUARDED)
        steps = {step.key: (step.q, step.cost) for step in plan.steps if step.kind == "community"}
        shown = expected_cost([steps[step.key] for step in plan.steps if step.above_official], plan.path.expected)
        best = min(
            expected_cost([steps[key] for key in order], plan.path.expected)
            for size in range(len(steps) + 1)
            for order in permutations(steps, size)
        )
        assert shown == pytest.approx(best, rel=1e-9)

    @given(st.data(), some_remedies(), some_circumstances)
    def test_the_order_in_which_remedies_are_given_is_irrelevant(self, data, remedies, circumstances):
        shuffled = data.draw(st.permutations(remedies))
        one, other = (make_plan(some, path=READER, circumstances=circumstances) for some in (remedies, shuffled))
        assert one == other

    @given(some_remedies(), some_circumstances)
    def test_every_remedy_is_listed_once_official_ones_always(self, remedies, circumstances):
        plan = make_plan(remedies, path=READER, circumstances=circumstances)
        listed = [*_keys(plan), *(strip.key for strip in plan.recalls)]
        assert sorted(listed) == [remedy.key for remedy in remedies]
        assert [step.rank for step in plan.steps] == list(range(1, len(plan.steps) + 1))
        assert all(why in WHY for step in plan.steps for why in step.whys)

    @given(some_remedies(), some_remedy(7, "community"), st.floats(0, 1), some_circumstances)
    def test_a_cheaper_fix_never_ranks_lower(self, remedies, fix, share, circumstances):
        assume(fix.posted_money is not None)
        cheaper = replace(fix, posted_money=fix.posted_money * share)
        ranks = [
            _step(make_plan([*remedies, one], path=READER, circumstances=circumstances), 7).rank
            for one in (fix, cheaper)
        ]
        assert ranks[1] <= ranks[0]

    @given(some_remedies(), some_circumstances)
    def test_the_groups_stand_in_their_order(self, remedies, circumstances):
        plan = make_plan(remedies, path=READER, circumstances=circumstances)
        places = ["recall", "confirmed", "other", "official", "rest"]
        found = [places.index(step.group) for step in plan.steps]
        assert found == sorted(found)

    def test_a_confirmed_fix_stands_before_a_cheaper_unproven_one(self):
        plan = _plan(_official(), _fix(2, money=1.0), _confirmed_fix(3, money=100.0))
        assert _keys(plan) == [3, 2, 1]
        assert plan.steps[0].index < plan.steps[1].index

    def test_a_proven_fix_that_is_not_confirmed_stands_among_the_others_by_index(self):
        plan = _plan(_official(), _fix(2, money=1.0), _fix(3, report(), money=300.0))
        assert _keys(plan) == [2, 3, 1]
        assert _step(plan, 3).group == "other"

    def test_the_hassle_of_one_more_attempt_orders_but_costs_nothing(self):
        plan = _plan(_official(), _fix(2, *reports("owner", "worked", "worked", "failed"), money=20.0),
                     _fix(3, *reports("owner", *["worked"] * 6), money=35.0))  # fmt: skip
        cheap, sure = _step(plan, 2), _step(plan, 3)
        assert cheap.q / cheap.cost > sure.q / sure.cost
        assert _keys(plan) == [3, 2, 1]
        assert sure.cost == pytest.approx(35)

    def test_a_fix_that_costs_more_than_it_can_save_stands_after_the_official_path(self):
        plan = _plan(_official(money=100.0), _confirmed_fix(2, money=400.0))
        assert _keys(plan) == [1, 2]
        assert "costs_more" in _step(plan, 2).whys
        assert plan.money.saving == 0


class TestGuards:
    def test_no_more_unproven_fixes_stand_above_the_official_path_than_people_try(self):
        plan = _plan(_official(), *(_fix(key, money=10.0 + key) for key in range(2, 10)))
        assert _keys(plan) == [2, 3, 4, 5, 1, 6, 7, 8, 9]
        assert "enough_unproven" in _step(plan, 6).whys

    def test_confirmed_fixes_and_tries_already_made_leave_fewer_tries_for_unproven_ones(self):
        unproven = [_fix(key, money=10.0 + key) for key in range(4, 10)]
        plan = _plan(_official(), _confirmed_fix(2), _confirmed_fix(3), *unproven)
        assert _keys(plan)[:5] == [2, 3, 4, 5, 1]
        later = _plan(_official(), _confirmed_fix(2), _confirmed_fix(3), *unproven, tried=frozenset({2, 4}))
        assert _keys(later)[:3] == [3, 5, 1]

    def test_where_tries_are_few_a_chance_is_worth_more_than_a_low_price(self):
        cheap = [_fix(key, *reports("unverified", "failed", "failed", "failed"), money=2.0) for key in range(2, 7)]
        likelier = [_fix(key, money=40.0) for key in range(7, 11)]
        plan = _plan(_official(), *cheap, *likelier)
        assert _step(plan, 2).index > _step(plan, 7).index
        assert _keys(plan)[:5] == [7, 8, 9, 10, 1]

    @given(
        st.lists(st.tuples(st.lists(some_report(tiers=("unverified",)), max_size=4), st.floats(1, 300)), max_size=5),
        st.integers(0, 4),
    )
    def test_the_tries_shown_cost_as_little_as_the_best_of_all_orders_of_as_many(self, fixes, tries):
        remedies = [_fix(key, *evidence, money=money) for key, (evidence, money) in enumerate(fixes, 2)]
        plan = _plan(_official(), *remedies, rules=replace(UNGUARDED, most_tries=tries))
        steps = {step.key: (step.q, step.cost) for step in plan.steps if step.kind == "community"}
        above = [steps[step.key] for step in plan.steps if step.above_official]
        assert len(above) <= tries
        best = min(
            expected_cost([steps[key] for key in order], plan.path.expected)
            for size in range(min(tries, len(steps)) + 1)
            for order in permutations(steps, size)
        )
        assert expected_cost(above, plan.path.expected) == pytest.approx(best, rel=1e-9)

    def test_no_unproven_fix_dearer_than_three_tenths_of_c_stands_above_the_official_path(self):
        praise = reports("unverified", *["worked"] * 9)
        plan = _plan(_official(), _fix(2, *praise, money=584.0), _fix(3, *praise, money=586.0))
        assert _keys(plan) == [2, 1, 3]
        assert "dear" in _step(plan, 3).whys
        proven = _plan(_official(), _fix(3, *praise, report("owner", money=586.0), money=586.0))
        assert _keys(proven) == [3, 1]

    @given(some_remedies(), some_circumstances, st.lists(some_report(tiers=("unverified", "vote")), max_size=5))
    def test_invented_fixes_change_nothing_for_confirmed_ones_nor_for_the_money(self, remedies, circumstances, praise):
        invented = [Remedy(key, "community", praise, 10.0, 0.0, component=key % 4) for key in range(1000, 1030)]
        plan = make_plan(remedies, path=READER, circumstances=circumstances)
        attacked = make_plan([*remedies, *invented], path=READER, circumstances=circumstances)

        def confirmed(some: Plan) -> list[Step]:
            return [step for step in some.steps if step.group in ("recall", "confirmed")]

        assert confirmed(attacked) == confirmed(plan)
        assert attacked.money == plan.money
        assert attacked.hundred == plan.hundred
        assert attacked.path == plan.path

    @given(
        tier=st.sampled_from(["owner", "professional"]),
        fix_money=st.floats(1, 292),  # 15 % of C as it is before anything is bought
        has_price=st.booleans(),
        crowd=st.integers(0, 40),
        weight=st.floats(1, 1e5),
        false_price=st.floats(0, 1e5),
        official_price=st.floats(0, 1e5),
    )
    def test_bought_opinion_does_not_move_a_fix_with_two_verified_successes_below_the_official_path(
        self, tier, fix_money, has_price, crowd, weight, false_price, official_price
    ):
        paid = fix_money if has_price else None
        honest = reports(tier, "worked", "worked", trust=RULES.first_trust(tier), money=paid, hours=0)
        against, praise = [], []
        for path in NODES[: len(READER)]:
            lies = ["worse"] * crowd
            against += reports("unverified", *lies, path=path, trust=weight, money=false_price, hours=0)
            against += reports("vote", *["down"] * crowd, path=path, trust=weight)
            praise += reports("unverified", *["worked"] * crowd, path=path, trust=weight, money=official_price)
        plan = _plan(_official(1, *praise), _fix(2, *honest, *against, money=fix_money))
        fix = _step(plan, 2)
        assert fix.above_official
        assert fix.counted


class TestCostUnknown:
    def test_without_an_official_cost_it_is_confirmed_proven_official_unproven_and_no_saving(self):
        plan = _plan(_official(1, money=None), _fix(2, money=1.0), _fix(3, report()), _confirmed_fix(4, money=500.0))
        assert _keys(plan) == [4, 3, 1, 2]
        assert plan.path is None
        assert (plan.money.official, plan.money.likely, plan.money.saving, plan.money.worst) == (None,) * 4
        assert plan.money.today == pytest.approx(_step(plan, 4).cost)

    def test_without_any_official_diagnostic_there_is_still_an_order(self):
        plan = _plan(_fix(2, money=1.0), _confirmed_fix(4, money=500.0))
        assert _keys(plan) == [4, 2]
        assert plan.path is None

    def test_a_reported_bill_is_a_known_cost(self):
        plan = _plan(_official(1, report("owner", "failed", money=1200.0), money=None), _confirmed_fix(2))
        assert plan.path.cost == pytest.approx(1200)

    def test_a_fix_without_a_price_stands_below_the_official_path_and_says_why(self):
        plan = _plan(_official(), _confirmed_fix(2, money=None))
        assert _keys(plan) == [1, 2]
        assert "cost_unknown" in _step(plan, 2).whys


class TestOfficialPath:
    def test_it_is_the_linked_diagnostic_with_the_lowest_expected_cost(self):
        failing = reports("owner", *["failed"] * 8)
        plan = _plan(_official(1, money=1400.0), _official(2, *failing, money=1300.0), _official(3, money=1500.0))
        assert plan.path.key == 1

    def test_a_recall_or_a_superseded_diagnostic_is_never_the_path(self):
        plan = _plan(
            _official(1, money=900.0),
            _official(2, money=10.0, recall="may_apply"),
            _official(3, money=10.0, in_force=False),
        )
        assert plan.path.key == 1
        assert "superseded" in _step(plan, 3).whys

    def test_a_quote_names_its_diagnostic_which_becomes_the_path(self):
        plan = _plan(_official(1, money=900.0), _official(2), quote=2000.0, quoted=2)
        assert (plan.path.key, plan.path.cost) == (2, 2000.0)
        assert "quoted" in _step(plan, 2).whys

    def test_a_quote_makes_an_unknown_cost_known(self):
        assert _plan(_official(1, money=None), quote=800.0).path.cost == 800.0

    def test_a_quote_wins_over_the_warranty(self):
        assert _plan(_official(), quote=800.0, warranty=True).path.cost == 800.0

    @pytest.mark.parametrize(("named", "reason"), [(9, "not_linked"), (2, "recall"), (3, "superseded"), (4, "tried")])
    def test_a_quote_for_something_that_cannot_be_the_path_is_refused_with_the_reason(self, named, reason):
        plan = _plan(
            _official(1),
            _official(2, recall="may_apply"),
            _official(3, in_force=False),
            _official(4),
            quote=10.0,
            quoted=named,
            tried=frozenset({4}),
        )
        assert plan.quote_refused == reason
        assert (plan.path.key, plan.path.from_quote) == (1, False)

    def test_a_quote_without_any_official_diagnostic_is_refused(self):
        assert _plan(_fix(2), quote=800.0).quote_refused == "no_official"


class TestRecalls:
    def test_a_recall_that_matches_the_very_product_leads_and_is_free(self):
        plan = _plan(_official(1), _confirmed_fix(2), _official(3, money=700.0, recall="matched"))
        assert _keys(plan)[0] == 3
        assert (plan.steps[0].cost, plan.money.today) == (0.0, 0.0)
        assert plan.recalls == ()

    def test_a_free_recall_leads_for_a_reader_whose_hours_are_free_too(self):
        plan = _plan(_official(1), _official(3, recall="matched"), wage=0.0)
        assert _keys(plan) == [3, 1]

    @pytest.mark.parametrize("state", ["may_apply", "done", "not_available"])
    def test_any_other_recall_stands_beside_the_list(self, state):
        plan = _plan(_official(1), _official(3, recall=state))
        assert _keys(plan) == [1]
        assert [(strip.key, strip.state) for strip in plan.recalls] == [(3, state)]

    def test_a_matched_recall_that_was_superseded_or_tried_does_not_lead(self):
        recall = _official(3, recall="matched")
        assert _plan(replace(recall, in_force=False)).recalls[0].state == "superseded"
        assert _plan(recall, tried=frozenset({3})).recalls[0].state == "done"


class TestCircumstances:
    def test_hours_are_reckoned_at_the_wage_of_the_readers_way(self):
        fix = Remedy(2, "community", (), 60.0, 0.5)
        costs = {way: _step(_plan(fix, way=way), 2).cost for way in ("myself", "workshop", "dealer")}
        assert costs == pytest.approx({"myself": 80, "workshop": 110, "dealer": 135})
        assert _step(_plan(fix, cannot_do_it_myself=True), 2).cost == pytest.approx(110)
        assert _step(_plan(fix, wage=10.0), 2).cost == pytest.approx(65)

    def test_what_was_tried_stands_last_and_counts_in_no_money(self):
        plan = _plan(_official(1), _confirmed_fix(2), _fix(3), tried=frozenset({2}))
        assert _keys(plan) == [3, 1, 2]
        assert not _step(plan, 2).counted

    def test_after_a_failure_fixes_on_the_same_component_are_less_likely_and_others_likelier(self):
        fixes = [_fix(2, component=5), _fix(3, component=5), _fix(4, component=6), _fix(5)]
        plan = _plan(_official(1), *fixes, tried=frozenset({2}))
        same, other, unnamed = (_step(plan, key) for key in (3, 4, 5))
        assert 0.15 < same.q < 0.25 < other.q < 0.3
        assert unnamed.q == 0.25
        assert "same_component" in same.whys
        assert "other_component" in other.whys
        assert not {"same_component", "other_component"} & set(unnamed.whys)

    def test_the_chance_after_a_failure_never_leaves_its_range(self):
        sure = [_fix(key, *reports("professional", *["worked"] * 60), component=key) for key in (2, 3, 4)]
        plan = _plan(_official(1), *sure, tried=frozenset({2}), rules=replace(RULES, dependence=1.0))
        for step in plan.steps:
            assert 0 <= step.low <= step.high <= 1
            assert step.q <= 1

    def test_the_official_path_that_was_tried_in_vain_is_a_path_no_more(self):
        assert _plan(_official(1), _official(2, money=2000.0), tried=frozenset({1})).path.key == 2


class TestSafety:
    def test_a_red_fix_done_by_the_reader_needs_a_professionals_success(self):
        by_owners = _confirmed_fix(2, safety="red")
        assert _keys(_plan(_official(1), by_owners)) == [1, 2]
        assert "red_needs_professional" in _plan(_official(1), by_owners).steps[1].whys
        assert _keys(_plan(_official(1), by_owners, way="workshop")) == [2, 1]
        by_professional = _fix(2, report("professional"), safety="red")
        assert _keys(_plan(_official(1), by_professional)) == [2, 1]
        assert _keys(_plan(_official(1), replace(by_owners, safety="amber"))) == [2, 1]

    def test_a_red_fix_stands_below_the_official_one_where_costs_are_unknown_too(self):
        assert _keys(_plan(_official(1, money=None), _confirmed_fix(2, safety="red"))) == [1, 2]

    def test_the_official_warning_is_pinned_on_top_where_something_is_red(self):
        warned = _official(1, has_warning=True)
        assert _plan(warned, _fix(2, safety="red")).pinned_warnings == (1,)
        assert _plan(warned, facts=SafetyFacts(component_class="red")).pinned_warnings == (1,)
        assert _plan(warned, _fix(2, safety="amber")).pinned_warnings == ()

    def test_a_fix_found_dangerous_stands_last_and_a_flagged_one_keeps_its_place(self):
        fix = _confirmed_fix(2)
        assert _keys(_plan(_official(1), replace(fix, danger="upheld"), _fix(3, money=1e6))) == [1, 3, 2]
        flagged = _plan(_official(1), replace(fix, danger="flagged"))
        assert _keys(flagged) == [2, 1]
        assert "danger_flagged" in flagged.steps[0].whys

    def test_verified_reports_that_it_made_things_worse_add_their_risk_to_the_cost(self):
        evidence = [*reports("owner", *["worked"] * 9), report("owner", "worse")]
        step = _step(_plan(_official(1), _fix(2, *evidence)), 2)
        assert step.risk == pytest.approx(1 / 30 * 1950)
        assert step.cost == pytest.approx(50 + step.risk)
        crowd = reports("unverified", *["worse"] * 30)
        assert _step(_plan(_official(1), _fix(2, *reports("owner", *["worked"] * 9), *crowd)), 2).risk == 0


class TestMoney:
    @given(some_remedies(), some_circumstances)
    def test_the_savings_of_the_steps_add_up_to_the_whole_saving(self, remedies, circumstances):
        plan = make_plan(remedies, path=READER, circumstances=circumstances)
        money = plan.money
        counted = [step for step in plan.steps if step.counted]
        assert all(step.proven for step in counted)
        if money.saving is None:
            assert all(step.saving is None for step in counted)
            return
        assert money.official - money.likely == pytest.approx(money.saving)
        assert sum(step.saving for step in counted) == pytest.approx(money.saving, abs=1e-6)
        assert sum(step.saving_shown for step in counted) == money.saving_shown
        assert money.official_shown - money.likely_shown == money.saving_shown
        assert all(step.saving_shown >= 0 for step in counted)
        assert money.likely <= money.official + 1e-9

    @given(some_remedies(), some_circumstances)
    def test_a_hundred_owners_are_a_hundred(self, remedies, circumstances):
        plan = make_plan(remedies, path=READER, circumstances=circumstances)
        assert sum(share.owners for share in plan.hundred) in (0, 100)
        assert all(share.owners >= 0 for share in plan.hundred)
        if plan.hundred:
            assert plan.hundred[-1].key is None

    @given(some_remedies(), some_circumstances)
    def test_where_no_fix_is_proven_nothing_is_promised(self, remedies, circumstances):
        doubted = [
            replace(remedy, reports=[one for one in remedy.reports if one.tier in ("unverified", "vote")])
            for remedy in remedies
        ]
        plan = make_plan(doubted, path=READER, circumstances=circumstances)
        assert plan.nothing_proven
        assert (plan.money.likely, plan.money.saving, plan.hundred) == (None, None, ())

    @given(trusts)
    def test_one_report_makes_the_money_early_and_eight_do_not(self, trust):
        assert _plan(_official(1), _fix(2, report(trust=trust))).money.early
        assert not _plan(_official(1), _fix(2, *reports("owner", *["worked"] * 8))).money.early
