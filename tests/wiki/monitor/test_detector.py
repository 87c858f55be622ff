"""The detector on a small world: what is flagged, where it is located, and what leaves it silent."""

import numpy as np
import pytest

from tests.wiki.monitor.worlds import YEARS, a_forest, some_columns, weeks_of_reports
from wiki.monitor.detector import Columns, Detector, Window
from wiki.monitor.replay import Replay
from wiki.rules.emergence import MonitorRules

RULES = MonitorRules()


def replayed(weeks, *, columns=None, acknowledged=None):
    replay = Replay(a_forest(), columns or some_columns(), RULES)
    for _ in replay.run(weeks, acknowledged):
        pass
    return replay


def alerts(replay, *, after=149):
    return [each for each in replay.found() if each.peak >= RULES.alert and each.last > after]


@pytest.mark.parametrize("seed", range(4))
def test_a_year_that_runs_at_five_times_its_rate_is_an_alert_at_that_year_and_component(seed):
    found = alerts(replayed(weeks_of_reports(seed=seed, excess_at=[3])))
    assert [(each.node, each.column) for each in found] == [(3, 1)]
    assert 150 < found[0].first < 175
    ratio, low, high = found[0].ratio
    assert low < ratio < high
    assert low > 1.5


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_generation_is_named_where_all_its_years_run_high(seed):
    found = alerts(replayed(weeks_of_reports(seed=seed, excess_at=[2, 3, 4], ratio=4.0)))
    assert [(each.node, each.column) for each in found] == [(1, 1)]


def test_quiet_worlds_raise_no_more_than_one_alert_in_ten_thousand_weeks_of_a_series():
    raised = [len(alerts(replayed(weeks_of_reports(seed=seed)), after=0)) for seed in range(10)]
    assert sum(raised) <= 10 * 36 * 200 / 10_000


def test_more_traffic_of_everything_is_no_issue():
    rng = np.random.default_rng(5)
    rate = np.zeros((9, 4))
    rate[YEARS] = 0.8
    busy = (rng.poisson(rate * (4 if week >= 150 else 1)).astype(float) for week in range(200))
    assert alerts(replayed(busy)) == []


def test_one_week_of_excitement_is_no_issue():
    weeks = list(weeks_of_reports(seed=2))
    weeks[160][3, 1] += 12
    found = [each for each in replayed(weeks).found() if 160 <= each.first <= 160]
    assert found == []


def test_an_issue_hides_no_other_on_the_same_product():
    weeks = []
    for one, other in zip(
        weeks_of_reports(seed=1, excess_at=[3], ratio=8.0),
        weeks_of_reports(seed=1, excess_at=[3], ratio=8.0, column=2, onset=170),
        strict=True,
    ):
        weeks.append(np.maximum(one, other))
    assert {each.column for each in alerts(replayed(weeks)) if each.node == 3} == {1, 2}


def test_after_an_acknowledgement_the_rate_of_then_is_usual():
    weeks = list(weeks_of_reports(seed=1, weeks=260, excess_at=[3]))
    going_on = [each for each in replayed(weeks).found() if each.column == 1 and each.last > 240]
    assert going_on
    silenced = replayed(weeks, acknowledged={200: [(3, 1)]}).found()
    assert not [each for each in silenced if each.column == 1 and each.node == 3 and each.last > 210]


def test_a_system_and_its_assembly_speak_once():
    columns = Columns(np.array([-1, 0, -1, -1]))
    replay = replayed(weeks_of_reports(seed=3, excess_at=[3]), columns=columns)
    assert len([each for each in alerts(replay) if each.column in (0, 1)]) == 1


def test_the_order_of_components_changes_nothing():
    weeks = list(weeks_of_reports(seed=4, excess_at=[6]))
    turned = [week[:, ::-1] for week in weeks]
    one, other = replayed(weeks), replayed(turned)
    assert [(each.node, each.column, each.first) for each in one.found()] == sorted(
        [(each.node, 3 - each.column, each.first) for each in other.found()], key=lambda key: (key[2], key[0], key[1])
    )


def test_scores_say_something_for_one_node_of_a_line_only():
    detector = Detector(a_forest(), some_columns(), RULES)
    for own in weeks_of_reports(seed=0, excess_at=[3]):
        score = detector.week(own)
        for column in range(4):
            speaking = np.flatnonzero(score[:, column] > 0).tolist()
            assert not any(
                detector.forest.on_one_line(one, other) for one in speaking for other in speaking if one < other
            )


def test_a_window_adds_up_its_latest_weeks():
    window = Window((1, 3), (2, 1))
    for number in range(6):
        window.add(np.array([[float(number)], [1.0]]))
    assert window.sums[1].tolist() == [[5.0], [1.0]]
    assert window.sums[3].tolist() == [[12.0], [3.0]]
    assert window.last(2, 0, 0).tolist() == [4.0, 5.0]
    window.clear(np.array([0]), 0)
    assert window.sums[3].tolist() == [[0.0], [3.0]]
