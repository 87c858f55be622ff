"""Ratio, doubling time, the false-discovery bound and calibrated levels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rules.emergence import calibrated, doubling_weeks, public_list, ratio_interval
from wiki.rules.telling import telling


@given(st.integers(0, 2000), st.floats(0.01, 2000))
def test_the_interval_holds_the_ratio_and_is_above_zero(observed, expected):
    ratio, low, high = ratio_interval(observed, expected)
    assert 0 <= low <= ratio <= high
    assert ratio == observed / expected


def test_more_reports_make_the_interval_narrower():
    few, many = ratio_interval(6, 2), ratio_interval(60, 20)
    assert few[0] == many[0] == 3
    assert many[2] - many[1] < few[2] - few[1]
    assert ratio_interval(9, 3)[1:] == pytest.approx((1.69, 5.02), abs=0.02)


def test_reports_that_double_every_four_weeks_are_said_to():
    weeks = np.arange(16)
    assert doubling_weeks((10 * 2 ** (weeks / 4)).round().tolist(), [10.0] * 16) == pytest.approx(4, rel=0.05)


def test_steady_falling_and_single_reports_have_no_doubling_time():
    assert doubling_weeks([5] * 12, [5.0] * 12) is None
    assert doubling_weeks(list(range(20, 8, -1)), [5.0] * 12) is None
    assert doubling_weeks([0] * 11 + [2], [0.1] * 12) is None


def test_the_public_list_asks_more_of_few_than_of_many():
    one = np.array([8.0])
    assert public_list(one, 100, 0.1).tolist() == [True]
    assert public_list(one, 100_000, 0.1).tolist() == [False]
    assert public_list(np.full(50, 10.0), 100_000, 0.1).all()
    assert public_list(np.array([]), 10, 0.1).tolist() == []


@given(st.lists(st.floats(0, 30), max_size=30), st.integers(1, 10_000))
def test_a_stronger_series_is_never_left_out_where_a_weaker_one_is_public(scores, tested):
    values = np.array(scores)
    chosen = public_list(values, tested, 0.1)
    if chosen.any() and not chosen.all():
        assert values[chosen].min() >= values[~chosen].max()


def test_levels_become_stricter_with_a_restless_history_and_never_looser():
    assert calibrated([9.0, 8.0, 7.0, 6.0], 20_000, 0.1, 3.5) == 7.0
    assert calibrated([9.0], 20_000, 0.1, 3.5) == 3.5
    assert calibrated([2.0] * 100, 20_000, 0.1, 3.5) == 3.5


def test_terms_of_some_texts_only_tell_most_and_a_single_rare_word_little():
    here, elsewhere = np.array([30.0, 1.0, 50.0]), np.array([2.0, 0.0, 55.0])
    score = telling(here, elsewhere)
    assert score.argmax() == 0
    assert score[1] < 1.96
    assert np.allclose(score, -telling(elsewhere, here))
