"""Where the parts of an issue's chart and map stand."""

import datetime

import pytest

from wiki.rules.count_intervals import count_interval
from wiki.rules.issue_chart import Mark, WeekFigures, draw_chart, nice_step
from wiki.rules.issue_map import Node, Reports, issue_map

MONDAY = datetime.date(2026, 1, 5)


def weeks(*counts, expected=1.0, score=0.0):
    return [
        WeekFigures(MONDAY + datetime.timedelta(weeks=place), count, expected, score)
        for place, count in enumerate(counts)
    ]


def test_no_week_makes_no_chart():
    assert draw_chart([]) is None


def test_the_tallest_bar_reaches_no_higher_than_the_top_line_and_empty_weeks_have_none():
    chart = draw_chart(weeks(0, 4, 2, 0))

    assert [(bar.x, bar.y, bar.height) for bar in chart.bars] == [(1.14, 0.0, 100.0), (2.14, 50.0, 50.0)]
    assert [line.label for line in chart.lines] == ["1", "2", "3", "4"]


def test_bars_are_told_apart_from_the_first_flag_on():
    chart = draw_chart(weeks(1, 1, 1), flagged_from=MONDAY + datetime.timedelta(weeks=1))

    assert [bar.flagged for bar in chart.bars] == [False, True, True]


def test_marks_outside_the_weeks_shown_are_left_out_and_near_ones_share_no_line():
    day = datetime.timedelta(days=1)
    marks = [
        Mark(MONDAY - day, "recall", "too early"),
        Mark(MONDAY, "watch", "first"),
        Mark(MONDAY + 3 * day, "recall", "beside it"),
        Mark(MONDAY + 69 * day, "alert", "far away"),
        Mark(MONDAY + 70 * day, "bulletin", "too late"),
    ]
    chart = draw_chart(weeks(*[1] * 10), marks=marks)

    assert [(mark.mark.label, mark.row, mark.before) for mark in chart.marks] == [
        ("first", 0, False),
        ("beside it", 1, False),
        ("far away", 0, True),
    ]
    assert chart.label_rows == 2


def test_levels_stand_where_the_evidence_would_have_to_be():
    chart = draw_chart(weeks(1, 1, score=23.0), watch=7.1, alert=16.2)

    assert [(line.kind, line.y) for line in chart.levels] == [("watch", 69.13), ("alert", 29.57)]


@pytest.mark.parametrize(("top", "step"), [(1, 1), (4, 1), (5, 2), (8, 2), (20, 5), (41, 20), (900, 500)])
def test_at_most_four_lines_cross_the_chart(top, step):
    assert nice_step(top) == step


@pytest.mark.parametrize("expected", [0.1, 1.0, 5.3, 40.0, 99.0])
def test_nine_counts_in_ten_lie_within_the_interval(expected):
    import numpy as np

    size = 3 * max(expected, 0.3) ** 0.5
    drawn = np.random.default_rng(1).negative_binomial(size, size / (size + expected), 40_000)
    low, high = count_interval(expected)

    assert ((drawn >= low) & (drawn <= high)).mean() >= 0.9
    assert (drawn < low).mean() < 0.055
    assert (drawn > high).mean() < 0.055


def test_the_interval_of_many_goes_on_where_that_of_few_ends():
    few, many = count_interval(99.9), count_interval(100.1)

    assert many == pytest.approx(few, rel=0.06)


def test_nothing_expected_has_no_interval():
    assert count_interval(0) == (0.0, 0.0)


TREE = [Node(1, None, 1, 10), Node(2, 1, 2, 5), Node(3, 2, 3, 4), Node(4, 1, 6, 7), Node(5, 1, 8, 9)]


def test_the_map_divides_what_was_expected_as_other_reports_divide():
    rows = issue_map(1, TREE, [Reports(3, 8, 20), Reports(6, 2, 60)], expected=4.0)

    assert [(row.pk, row.depth, row.observed, row.expected, row.ratio) for row in rows] == [
        (1, 0, 10, 4.0, 2.5),
        (2, 1, 8, 1.0, 8.0),
        (3, 2, 8, 1.0, 8.0),
        (4, 1, 2, 3.0, None),
    ]


def test_products_without_a_report_are_not_on_the_map():
    assert 5 not in [row.pk for row in issue_map(1, TREE, [Reports(3, 3, 20), Reports(8, 0, 9)], expected=1.0)]


def test_where_nothing_else_is_reported_nothing_can_be_expected():
    rows = issue_map(1, TREE, [Reports(3, 5, 0)], expected=1.0)

    assert [(row.expected, row.ratio) for row in rows] == [(1.0, 5.0), (None, None), (None, None)]


def test_the_map_says_how_many_products_it_leaves_out():
    many = [Node(1, None, 1, 200), *(Node(pk, 1, 2 * pk, 2 * pk + 1) for pk in range(2, 14))]
    rows = issue_map(1, many, [Reports(2 * pk, 1, 1) for pk in range(2, 14)], expected=1.0)

    assert (len(rows), rows[0].left_out) == (9, 4)
