"""Sums that close: whole numbers that add up to their whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rules.money import Share, expected_cost, of_a_hundred, savings, split_whole, whole

steps = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 3000)), max_size=8)


@given(steps, st.floats(0, 10000))
def test_savings_add_up_to_the_official_cost_less_the_expected_one(plan, official):
    assert sum(savings(plan, official)) == pytest.approx(official - expected_cost(plan, official), abs=1e-6)


def test_the_saving_of_a_step_is_what_dropping_the_rest_would_leave():
    plan = [(0.5, 100.0), (0.25, 40.0)]
    assert expected_cost(plan, 1000) == 100 + 0.5 * 40 + 0.375 * 1000
    assert savings(plan, 1000) == [400, 0.5 * (250 - 40)]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=12))
def test_parts_in_whole_numbers_add_up_and_stay_within_one(parts):
    total = whole(sum(parts))
    split = split_whole(total, parts)
    assert sum(split) == total
    assert all(abs(number - part) <= 1 for number, part in zip(split, parts, strict=True))


def test_the_largest_remainder_gets_the_odd_one():
    assert split_whole(100, [33.4, 33.3, 33.3]) == [34, 33, 33]
    assert split_whole(10, [3.2, 3.7, 3.1]) == [3, 4, 3]
    assert split_whole(0, []) == []


def test_a_hundred_owners_end_as_fixed_by_a_step_by_the_official_path_or_not_yet():
    shares = of_a_hundred([(7, 0.5), (8, 0.5)], official=(1, 0.5))
    assert shares == (Share(7, 50), Share(8, 25), Share(1, 13), Share(None, 12))


@given(st.lists(st.floats(0, 1), max_size=10), st.one_of(st.none(), st.floats(0, 1)))
def test_a_hundred_owners_are_always_a_hundred(chances, official):
    shares = of_a_hundred(list(enumerate(chances)), official=None if official is None else (99, official))
    assert sum(share.owners for share in shares) == 100
    assert all(share.owners >= 0 for share in shares)
