"""The replay of question sites: ties are averaged, and early votes find the good answers of an invented site."""

import pytest

from benchmarks.replay import _early, _invented, _reciprocal


def test_ties_count_by_the_average_of_their_places():
    assert _reciprocal({"a": 3, "b": 1, "c": 1}, "a") == 1
    assert _reciprocal({"a": 3, "b": 1, "c": 1}, "b") == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert _reciprocal({"a": 0, "b": 0}, "a") == pytest.approx(0.75)


def test_early_votes_find_the_good_answer_more_often_than_chance():
    figures = _early(_invented())

    assert figures["questions"] == 60
    assert figures["mrr_fixlore"] > figures["mrr_by_chance"] == pytest.approx(11 / 18, abs=1e-3)
