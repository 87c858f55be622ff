"""The first guess on an unproven fix, by its price class."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wiki.rules.evidence import READER, RULES, report, reports, some_report
from wiki.rules.first_guess import CLASSES, first_guess, fitted, official_yardstick, price_class
from wiki.rules.plan import Circumstances, Remedy, Step, make_plan
from wiki.rules.weighing import weigh

FLOODED = replace(RULES, share_tiny=0.2)
OFFICIAL = Remedy(1, "official", (), 1500.0)


def _step(rules, *evidence, money=10.0) -> Step:
    fix = Remedy(2, "community", evidence, money, 0.0)
    plan = make_plan([OFFICIAL, fix], path=READER, rules=rules)
    return next(step for step in plan.steps if step.key == 2)


def test_the_class_follows_from_the_share_of_the_official_path():
    yardstick = official_yardstick([1500.0, 4000.0], RULES)
    assert yardstick == pytest.approx(1950)
    assert [price_class(cost, yardstick) for cost in (10, 30, 60, 150, 300, 900)] == list(CLASSES)
    assert official_yardstick([], RULES) is None


def test_an_unproven_fix_of_a_class_that_seldom_worked_starts_lower_and_one_of_another_class_does_not():
    assert _step(FLOODED).q == pytest.approx(0.25 * 0.2)
    assert _step(FLOODED, money=60.0).q == pytest.approx(0.25)
    assert _step(RULES).q == pytest.approx(0.25)


def test_without_an_official_price_there_is_no_class():
    assert first_guess(10.0, None, 0.0, FLOODED) == 0.25
    assert first_guess(None, 1950.0, 0.0, FLOODED) == 0.25


def test_trusted_verified_success_gives_the_common_guess_back_and_distrusted_success_little_of_it():
    assert _step(FLOODED, report("professional")).q == pytest.approx(_step(RULES, report("professional")).q)
    bought = report("owner", trust=0.02)
    assert _step(FLOODED, bought).q < 0.07


@given(st.lists(some_report(), max_size=8), some_report(), st.sampled_from(["worked", "failed"]))
def test_one_more_success_never_lowers_a_chance_and_one_more_failure_never_raises_it(evidence, more, result):
    said = replace(more, result={"worked": "up", "failed": "down"}[result] if more.is_vote else result)

    def weighed(reports_):
        fix = Remedy(2, "community", reports_, 10.0, 0.0)
        return weigh([OFFICIAL, fix], READER, Circumstances(), FLOODED)[0][1].chance

    before, after = weighed(evidence), weighed([*evidence, said])
    for old, new in ((before.q, after.q), (before.low, after.low), (before.high, after.high)):
        assert new >= old - 1e-9 if result == "worked" else new <= old + 1e-9


def test_a_class_flooded_with_inventions_is_held_against_the_others_and_lowers_none_of_them():
    honest = [("modest", 1.0, 2.0), ("middling", 2.0, 4.0)] * 50
    flood = [("tiny", 0.0, 3.0)] * 400
    shares = fitted([*honest, *flood], RULES)
    assert shares["share_tiny"] < 0.05
    assert shares["share_modest"] == shares["share_middling"] == 1.0
    assert shares["share_dear"] == 1.0


def test_without_reports_nothing_is_lowered_and_much_tried_fixes_do_not_speak_for_their_class():
    assert set(fitted([], RULES).values()) == {1.0}
    few = fitted([("small", 0.0, 300.0)], RULES)
    many = fitted([("small", 0.0, 3.0)] * 100, RULES)
    assert few["share_small"] > 0.7
    assert many["share_small"] < 0.1


def test_the_worked_example_is_untouched_while_nothing_was_fitted():
    assert _step(RULES, *reports("owner", "worked", "worked")).q == pytest.approx((0.75 + 2) / 5)
