"""What a reading says of each remedy, and when a test pays for itself."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rules.diagnosis import DiagnosisRules, DiagnosticTest, Reading, first_test, likelihoods, ratios, worth
from wiki.rules.evidence import Report
from wiki.rules.judgement import Judgement
from wiki.rules.money import expected_cost
from wiki.rules.plan import Remedy, make_plan
from wiki.rules.pointers import turned
from wiki.rules.weighing import Circumstances, weigh

RULES, OWN = Judgement(), DiagnosisRules()
PATH = ("cars",)
BLOCK, SPRING, OFFICIAL = 1, 2, 9


def report(number: int, result: str = "worked", tier: str = "professional") -> Report:
    return Report(person=f"p{number}", tier=tier, result=result, path=PATH, age_days=0.0, trust=1.0, id=number)


def remedies(block: int = 3, spring: int = 2) -> list[Remedy]:
    """A cheap fix, a dearer one, each proven, and a dear official path."""
    return [
        Remedy(BLOCK, "community", [report(n) for n in range(block)] + [report(50, "failed")], 98, 0),
        Remedy(SPRING, "community", [report(100 + n) for n in range(spring)] + [report(150, "failed")], 380, 0),
        Remedy(OFFICIAL, "official", [], 1850),
    ]


def bubbles(hours: float = 0.25, money: float = 0.0, checked: bool = True, key: int = 7) -> DiagnosticTest:
    """Soapy water: bubbles at the block, at the spring, or nowhere."""
    return DiagnosticTest(
        key,
        (
            Reading(key * 10 + 1, {BLOCK: 2, SPRING: -2}),
            Reading(key * 10 + 2, {BLOCK: -2, SPRING: 2}),
            Reading(key * 10 + 3, {BLOCK: -1, SPRING: -1}),
        ),
        money=money,
        hours=hours,
        checked=checked,
    )


def worth_of(test: DiagnosticTest, circumstances: Circumstances | None = None, given_remedies=None):
    circumstances = circumstances or Circumstances()
    weighed, _, _ = weigh(given_remedies or remedies(), PATH, circumstances, RULES)
    return worth(test, weighed, circumstances, RULES, OWN)


# ------------------------------------------------------------ readings


def test_readings_of_each_remedy_and_of_none_add_up_to_one():
    for remedy in (BLOCK, SPRING, 77, None):
        assert math.isclose(sum(likelihoods(bubbles(), remedy, OWN)), 1.0)
    assert likelihoods(bubbles(), None, OWN) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_a_reading_turns_the_odds_for_what_it_points_to_and_against_the_rest():
    turned_by = ratios([bubbles()], [71], OWN)
    assert turned_by[BLOCK] > 2
    assert turned_by[SPRING] < 0.2
    assert ratios([bubbles()], [], OWN) == {}
    assert ratios([bubbles()], [4711], OWN) == {}


def test_of_two_readings_of_one_test_the_last_counts_and_tests_multiply():
    again = bubbles(key=8)
    assert ratios([bubbles()], [71, 72], OWN) == ratios([bubbles()], [72], OWN)
    both = ratios([bubbles(), again], [71, 81], OWN)
    assert both[BLOCK] == pytest.approx(ratios([bubbles()], [71], OWN)[BLOCK] ** 2)


def test_reported_readings_sharpen_and_outvote_wrong_words():
    wrong = DiagnosticTest(1, (Reading(11, {BLOCK: 2}), Reading(12, {BLOCK: -2})))
    seen = replace(wrong, readings=(Reading(11, {BLOCK: 2}), Reading(12, {BLOCK: -2}, {BLOCK: 40.0})))
    assert ratios([wrong], [11], OWN)[BLOCK] > 1
    assert ratios([seen], [11], OWN)[BLOCK] < 1
    assert ratios([seen], [12], OWN)[BLOCK] > 1


def test_what_is_read_where_it_is_none_of_them_is_the_yardstick():
    """A reading that everybody has points to nothing, whatever its author says."""
    common = DiagnosticTest(1, (Reading(11, {BLOCK: 1}, {None: 60.0, BLOCK: 60.0}), Reading(12, {}, {})))
    assert ratios([common], [11], OWN)[BLOCK] == pytest.approx(1.0, abs=0.05)


def test_words_that_nobody_trusted_stands_behind_turn_little():
    for reading in (71, 72, 73):
        for ratio in ratios([bubbles(checked=False)], [reading], OWN).values():
            assert 1 / OWN.unchecked_ratio <= ratio <= OWN.unchecked_ratio
    assert min(ratios([bubbles()], [72], OWN).values()) < 1 / OWN.unchecked_ratio


def test_all_readings_together_turn_so_much_and_no_more():
    many = [bubbles(key=key) for key in range(1, 30)]
    for ratio in ratios(many, [key * 10 + 1 for key in range(1, 30)], OWN).values():
        assert 1 / OWN.most_ratio <= ratio <= OWN.most_ratio


@given(q=st.floats(0, 1), ratio=st.floats(1e-3, 1e3))
def test_a_chance_stays_one_and_turning_back_undoes(q, ratio):
    assert 0 <= turned(q, ratio) <= 1
    assert math.isclose(turned(turned(q, ratio), 1 / ratio), q, abs_tol=1e-9)
    assert (turned(q, ratio) >= q) == (ratio >= 1) or math.isclose(turned(q, ratio), q)


# ------------------------------------------------------------ the plan with readings


def test_a_reading_moves_what_it_points_to_to_the_front():
    before = make_plan(remedies(), path=PATH)
    after = make_plan(
        remedies(), path=PATH, circumstances=Circumstances(pointers=tuple(ratios([bubbles()], [72], OWN).items()))
    )
    assert [step.key for step in before.steps][:2] == [BLOCK, SPRING]
    assert after.steps[0].key == SPRING
    assert "reading_for" in after.steps[0].whys
    for step in after.steps:
        assert step.low <= step.q <= step.high or step.q == pytest.approx(step.low)


# ------------------------------------------------------------ whether it pays


def test_a_cheap_test_that_changes_the_order_pays_and_a_dear_one_does_not():
    cheap, dear = worth_of(bubbles()), worth_of(bubbles(money=500.0))
    assert cheap.cost == pytest.approx(10.0)
    assert cheap.pays
    assert not dear.pays
    assert dear.saves == pytest.approx(cheap.saves)


def test_a_test_that_changes_no_order_is_worth_nothing_however_sure_it_is():
    only = [remedies()[0], remedies()[2]]
    assert worth_of(bubbles(), given_remedies=only).saves == 0
    silent = DiagnosticTest(1, (Reading(11), Reading(12)))
    assert worth_of(silent).saves == pytest.approx(0.0)


def test_what_it_saves_is_the_difference_of_the_two_ways_weighted_by_the_readings():
    test = bubbles()
    weighed, _, _ = weigh(remedies(), PATH, Circumstances(), RULES)
    q = {item.remedy.key: item.q for item in weighed}
    c = {item.remedy.key: item.cost for item in weighed}
    odds = {key: q[key] / (1 - q[key]) for key in q}
    none = 1 / (1 + sum(odds.values()))
    total = 0.0
    for place, reading in enumerate((71, 72, 73)):
        chance = none * likelihoods(test, None, OWN)[place]
        chance += sum(none * odds[key] * likelihoods(test, key, OWN)[place] for key in odds)
        pointers = tuple(ratios([test], [reading], OWN).items())
        plan = make_plan(remedies(), path=PATH, circumstances=Circumstances(pointers=pointers))
        after = {step.key: step.q for step in plan.steps}
        kept = expected_cost([(after[key], c[key]) for key in (BLOCK, SPRING)], plan.path.expected)
        total += chance * max(0.0, kept - plan.money.likely)
    assert worth_of(test).saves == pytest.approx(total)


def test_without_an_official_cost_nothing_is_promised():
    unknown = [*remedies()[:2], Remedy(OFFICIAL, "official", [], None)]
    found = worth_of(bubbles(), given_remedies=unknown)
    assert found.saves is None
    assert not found.pays


def test_a_recall_that_leads_makes_a_test_vain():
    recall = [*remedies(), Remedy(5, "official", [], 0, recall="matched")]
    assert not worth_of(bubbles(), given_remedies=recall).pays


def test_what_was_tried_is_no_reason_to_test():
    tried = Circumstances(tried=frozenset({SPRING}))
    assert worth_of(bubbles(), tried).saves < worth_of(bubbles()).saves


def test_invented_fixes_do_not_change_what_a_test_is_worth():
    invented = [Remedy(1000 + n, "community", [report(n, tier="unverified")], 5, 0) for n in range(30)]
    assert worth_of(bubbles(), given_remedies=[*remedies(), *invented]).saves == pytest.approx(
        worth_of(bubbles()).saves
    )


def test_a_test_of_the_second_step_waits_until_the_first_has_failed():
    """Measuring what only the second step needs is as useful later, and then mostly not needed at all."""
    only_spring = DiagnosticTest(1, (Reading(11, {SPRING: 2}), Reading(12, {SPRING: -2})), hours=0.1)
    given_remedies = [
        Remedy(BLOCK, "community", [report(n) for n in range(9)], 20, 0),
        Remedy(SPRING, "community", [report(100), *(report(150 + n, "failed") for n in range(3))], 380, 0),
        Remedy(OFFICIAL, "official", [], 1850),
    ]
    now = worth_of(only_spring, given_remedies=given_remedies)
    assert now.pays
    assert not now.is_due
    after = worth_of(only_spring, Circumstances(tried=frozenset({BLOCK})), given_remedies)
    assert after.is_due


def test_first_is_the_one_that_saves_most_of_those_somebody_trusted_has_checked():
    better, worse = bubbles(hours=0.05, key=3), bubbles(hours=0.25, key=4)
    unchecked = bubbles(hours=0.0, checked=False, key=5)
    tests = [worse, better, unchecked]
    assert first_test([worth_of(test) for test in tests], tests).key == 3
    assert first_test([worth_of(unchecked)], [unchecked]) is None
    assert first_test([], []) is None


@given(
    block=st.integers(1, 6),
    spring=st.integers(1, 6),
    hours=st.floats(0, 5),
    words=st.lists(st.integers(-2, 2), min_size=4, max_size=4),
)
def test_no_test_costs_anybody_anything_by_being_looked_at(block, spring, hours, words):
    test = DiagnosticTest(
        1,
        (Reading(11, {BLOCK: words[0], SPRING: words[1]}), Reading(12, {BLOCK: words[2], SPRING: words[3]})),
        hours=hours,
    )
    found = worth_of(test, given_remedies=remedies(block, spring))
    assert found.saves >= 0
    assert found.cost >= RULES.least_cost
