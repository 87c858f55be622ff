"""The diagnostics gap in figures."""

import pytest

from wiki.rules.aggregates import AggregateRules, shown
from wiki.rules.gap import (
    Followed,
    GapRules,
    Rate,
    could_spare,
    is_closed,
    is_judged,
    not_fixed_rate,
    ranked,
    total_loss,
)

FOUNDING = Followed(worked=2, failed=9, people=11, people_failed=9, priced=9, paid_in_vain=14410)


def test_the_rate_counts_half_of_what_helped_partly_and_holds_its_interval():
    rate = not_fixed_rate(Followed(worked=4, partly=2, failed=5), low=0.1, high=0.9)

    assert rate.q == pytest.approx(6 / 11)
    assert 0 < rate.low < rate.q < rate.high < 1


def test_more_outcomes_of_the_same_rate_narrow_the_interval():
    few = not_fixed_rate(Followed(worked=2, failed=8), low=0.1, high=0.9)
    many = not_fixed_rate(Followed(worked=20, failed=80), low=0.1, high=0.9)

    assert many.q == few.q
    assert many.high - many.low < few.high - few.low


def test_nobody_who_followed_it_makes_no_rate():
    assert not_fixed_rate(Followed(), low=0.1, high=0.9) is None


def test_ten_outcomes_of_five_people_are_judged_and_nine_or_four_are_not():
    rules = GapRules()

    assert is_judged(Followed(worked=1, failed=9, people=5), least_people=5, rules=rules)
    assert not is_judged(Followed(failed=9, people=9), least_people=5, rules=rules)
    assert not is_judged(Followed(failed=10, people=4), least_people=5, rules=rules)


def test_the_greatest_loss_stands_first_and_hours_count_at_the_wage():
    cheap_but_long = Followed(failed=3, paid_in_vain=100, hours_in_vain=10)
    gaps = {"dear": FOUNDING, "long": cheap_but_long, "plain": Followed(failed=2, paid_in_vain=450)}

    assert total_loss(cheap_but_long, wage=40) == 500
    assert ranked(gaps, wage=40) == ["dear", "long", "plain"]


def test_what_could_be_spared_is_the_chance_of_the_bill_less_what_the_attempts_cost():
    assert could_spare(14410, owners=9, q=0.7, cost=70) == pytest.approx(0.7 * 14410 - 630)
    assert could_spare(100, owners=9, q=0.7, cost=70) == 0


def test_a_gap_is_closed_when_the_intervals_lie_apart():
    before = Rate(0.8, 0.7, 0.9)

    assert is_closed(before, Rate(0.3, 0.2, 0.5))
    assert not is_closed(before, Rate(0.6, 0.5, 0.75))
    assert not is_closed(before, None)


def test_a_figure_stands_for_five_people_or_for_nobody():
    rules = AggregateRules()

    assert [shown(count, rules) for count in (0, 1, 4, 5)] == [0, None, None, 5]
