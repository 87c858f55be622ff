"""What is a burst, a pair, a contradiction, and when a closed alarm is shown again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rules.alarms import (
    AlarmRules,
    disagreement,
    disagreement_of_votes,
    is_burst,
    is_pair,
    is_price_alarm,
    price_ratio,
    reappears,
)

RULES = AlarmRules()


def test_many_votes_one_way_that_are_most_of_a_members_votes_are_a_burst():
    assert is_burst(up=6, down=0, all_votes=8, rules=RULES)
    assert is_burst(up=0, down=3, all_votes=3, rules=RULES)
    assert not is_burst(up=5, down=0, all_votes=5, rules=RULES)


def test_votes_both_ways_or_among_many_others_are_no_burst():
    assert not is_burst(up=6, down=1, all_votes=7, rules=RULES)
    assert not is_burst(up=6, down=0, all_votes=30, rules=RULES)


def test_a_pair_is_a_member_who_votes_for_one_author_above_all():
    assert is_pair(votes=15, all_votes=20, rules=RULES)
    assert not is_pair(votes=15, all_votes=60, rules=RULES)
    assert not is_pair(votes=14, all_votes=14, rules=RULES)


@given(*(st.integers(0, 200) for _ in range(4)))
def test_the_crowds_praise_and_blame_are_told_apart_by_the_sign(a, b, c, d):
    assert disagreement((a, b), (c, d)) == pytest.approx(-disagreement((c, d), (a, b)))


def test_a_crowd_that_agrees_is_no_alarm_and_one_that_does_not_is():
    assert abs(disagreement((6, 4), (60, 40))) < 1
    assert disagreement((1, 9), (40, 2)) > RULES.tier_sigmas
    assert disagreement((9, 1), (2, 40)) < -RULES.tier_sigmas
    assert abs(disagreement((1, 2), (3, 2))) < RULES.tier_sigmas, "small numbers say little"


def test_votes_are_held_against_what_honest_votes_would_be():
    expected = {"base": 0.35, "slope": 0.45}
    assert abs(disagreement_of_votes((0, 20), (35, 65), **expected)) < 1
    assert disagreement_of_votes((0, 20), (95, 5), **expected) > RULES.tier_sigmas


def test_prices_that_differ_by_the_factor_either_way_are_an_alarm():
    assert price_ratio([60, 70, 80], [300, 350, 10_000]) == 5
    assert is_price_alarm(5, RULES)
    assert is_price_alarm(0.2, RULES)
    assert not is_price_alarm(1.5, RULES)


def test_a_closed_alarm_stays_closed_for_a_while_unless_it_grows():
    assert not reappears(strength=3, closed_strength=3, days_since=5, rules=RULES)
    assert reappears(strength=4, closed_strength=3, days_since=5, rules=RULES)
    assert reappears(strength=3, closed_strength=3, days_since=30, rules=RULES)
