"""When flags hide a post, and what a decision does."""

import pytest

from wiki.rules.publication import FlagRules, hides, state_after

RULES = FlagRules()


def test_three_independent_flags_or_one_of_a_curator_hide():
    assert not hides(independent_flags=2, by_curator=False, rules=RULES)
    assert hides(independent_flags=3, by_curator=False, rules=RULES)
    assert hides(independent_flags=1, by_curator=True, rules=RULES)


@pytest.mark.parametrize(
    ("state", "upheld", "removes", "left", "curator", "after"),
    [
        ("published", True, True, 0, False, "deleted"),
        ("hidden", True, True, 0, False, "deleted"),
        ("published", True, False, 0, False, "published"),
        ("hidden", False, True, 0, False, "published"),
        ("hidden", False, True, 3, False, "hidden"),
        ("hidden", False, True, 1, True, "hidden"),
        ("published", False, True, 0, False, "published"),
        ("deleted", False, True, 0, False, "deleted"),
    ],
)
def test_a_decision_leads_to_the_state(state, upheld, removes, left, curator, after):
    assert (
        state_after(
            state=state,
            upheld=upheld,
            removes=removes,
            independent_flags_left=left,
            by_curator_left=curator,
            rules=RULES,
        )
        == after
    )
