"""What a failed fix says about the others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wiki.rules.evidence import RULES
from wiki.rules.causes import SUREST, Mends, factors_after

FULL = replace(RULES, dependence=1.0)
some_fixes = st.lists(
    st.builds(
        Mends,
        key=st.integers(),
        q=st.floats(0.01, 0.99),
        component=st.one_of(st.none(), st.integers(1, 4)),
        proven=st.booleans(),
    ),
    min_size=1,
    max_size=8,
).map(lambda fixes: [replace(fix, key=number) for number, fix in enumerate(fixes)])


def test_nothing_tried_changes_nothing():
    assert factors_after([Mends(1, 0.4, 5), Mends(2, 0.4, 6)], (), FULL) == {}


def test_fixes_of_other_components_become_likelier_and_of_the_same_less_likely():
    fixes = [Mends(1, 0.4, 5), Mends(2, 0.3, 5), Mends(3, 0.3, 6), Mends(4, 0.3, None)]
    factors = factors_after(fixes, {1}, FULL)
    assert factors[2] < 1 < factors[3]
    assert set(factors) == {2, 3}


def test_only_a_part_is_taken_of_what_a_failure_tells():
    fixes = [Mends(1, 0.4, 5), Mends(2, 0.3, 5), Mends(3, 0.3, 6)]
    whole, part = factors_after(fixes, {1}, FULL), factors_after(fixes, {1}, RULES)
    assert part == pytest.approx({key: factor**RULES.dependence for key, factor in whole.items()})
    assert factors_after(fixes, {1}, replace(RULES, dependence=0.0)) == {}


def test_a_second_failure_on_one_component_tells_more():
    fixes = [Mends(1, 0.3, 5), Mends(2, 0.3, 5), Mends(3, 0.3, 5), Mends(4, 0.3, 6)]
    once, twice = factors_after(fixes, {1}, FULL), factors_after(fixes, {1, 2}, FULL)
    assert twice[3] < once[3]
    assert twice[4] > once[4]


@given(some_fixes, st.sets(st.integers(0, 7), max_size=4), st.randoms())
def test_chances_stay_chances_and_the_order_of_the_fixes_is_irrelevant(fixes, tried, random):
    factors = factors_after(fixes, tried, FULL)
    chance = {fix.key: fix.q for fix in fixes}
    assert all(
        factor > 0 and chance[key] * factor <= max(SUREST, chance[key]) + 1e-9 for key, factor in factors.items()
    )
    assert not set(factors) & tried
    shuffled = random.sample(fixes, len(fixes))
    assert factors_after(shuffled, tried, FULL) == pytest.approx(factors)


@given(some_fixes, st.integers(1, 5), st.floats(0.01, 0.99))
def test_unproven_fixes_that_nobody_tried_move_nothing_for_the_others(fixes, component, q):
    invented = [Mends(100 + number, q, component, proven=False) for number in range(20)]
    before = factors_after(fixes, {0}, FULL)
    after = factors_after([*fixes, *invented], {0}, FULL)
    assert {key: factor for key, factor in after.items() if key < 100} == pytest.approx(before)
