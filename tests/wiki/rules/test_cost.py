"""Costs: what is posted and reported, and how little false prices move them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wiki.rules.evidence import RULES, report, reports, some_reports
from wiki.rules.cost import Cost, cost_of_official_path, estimate_cost, risk


def _cost(evidence=(), *, money=100.0, hours=0.0, wage=40.0, **facts) -> Cost:
    return estimate_cost(evidence, posted_money=money, posted_hours=hours, wage=wage, rules=RULES, **facts)


def test_the_posted_price_is_worth_two_reports():
    assert _cost([report(money=200.0)]).value == pytest.approx(math.exp((2 * math.log(100) + math.log(200)) / 3))


def test_hours_are_priced_at_the_wage_and_unsaid_ones_taken_from_the_posted_time():
    cost = _cost([report(money=100.0)], hours=2.0)
    assert cost.posted == 180
    assert cost.low == 180
    assert _cost([report(money=100.0, hours=1.0)], hours=2.0).low == 140
    assert _cost([report(money=100.0)], hours=2.0, unsaid_hours=0.0).low == 100


def test_failed_outcomes_cost_as_much_as_others_and_votes_nothing():
    failed = _cost([report("owner", "failed", money=200.0)])
    assert failed.value == _cost([report("owner", "worked", money=200.0)]).value
    assert _cost([report("vote", "up", money=200.0)]).reported == 0


def test_the_bill_for_several_remedies_at_once_is_no_price_of_one():
    assert _cost([report(money=200.0, shared_among=2)]).value == pytest.approx(100)
    assert _cost([report(money=200.0, shared_among=1)]).value > 100


def test_a_wild_price_is_held_within_five_times_the_posted_one():
    cost = _cost([report(money=1e6), report(money=0.0)])
    assert (cost.low, cost.high) == (20.0, 500.0)


def test_free_is_one():
    assert _cost(money=0.0).value == 1.0


def test_nobody_having_said_a_price_is_not_free():
    assert _cost(money=None).value is None
    assert _cost([report(money=70.0)], money=None).value == pytest.approx(70)


@given(st.integers(1, 200), st.floats(0, 1e6))
def test_unverified_prices_weigh_at_most_half_a_report_beside_a_posted_or_verified_one(crowd, price):
    lies = reports("unverified", *["worked"] * crowd, money=price)
    most = 2 ** (0.5 / 2.5)
    assert 100 / most - 1e-9 <= _cost(lies).value <= 100 * most + 1e-9
    assert 100 / most - 1e-9 <= _cost([report(money=100.0), *lies]).value <= 100 * most + 1e-9
    alone = _cost([report(money=100.0), *lies], money=None)
    assert alone.value == pytest.approx(100 ** (1 / 1.5) * max(1, price) ** (0.5 / 1.5))


def test_unverified_prices_count_in_full_where_there_is_no_other():
    assert _cost(reports("unverified", "worked", "worked", money=500.0), money=None).value == pytest.approx(500)


def test_a_price_by_somebody_unverified_is_held_closer_to_the_posted_one():
    cost = _cost([report("unverified", money=1e6), report("unverified", money=0.0)])
    assert (cost.low, cost.high) == (50.0, 200.0)


@given(some_reports, st.floats(0, 3000), st.floats(0, 1))
def test_a_lower_posted_price_never_raises_the_cost(evidence, money, share):
    assert _cost(evidence, money=money * share).value <= _cost(evidence, money=money).value * (1 + 1e-12)


def test_the_risk_is_a_share_of_c_and_nothing_while_c_is_unknown():
    assert risk(worse=1, verified=10, official_cost=1950.0, rules=RULES) == pytest.approx(65)
    assert risk(worse=0, verified=10, official_cost=1950.0, rules=RULES) == 0
    assert risk(worse=1, verified=10, official_cost=None, rules=RULES) == 0


def test_the_official_path_costs_a_share_again_when_it_misses():
    assert cost_of_official_path(cost=1500, q=0.5, rules=RULES) == 1950
    assert cost_of_official_path(cost=1500, q=1.0, rules=RULES) == 1500
