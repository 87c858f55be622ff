"""The one line above every plan: stop, to a workshop only, or carry on."""

import pytest

from wiki.rules.judgement import Judgement
from wiki.rules.safety import SafetyFacts, gravest, safety_line


def _line(*, first_step="green", **facts):
    return safety_line(SafetyFacts(**facts), first_step=first_step, rules=Judgement())


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, "carry_on"),
        ({"component_class": "amber"}, "carry_on"),
        ({"component_class": "red"}, "workshop"),
        ({"first_step": "red"}, "workshop"),
        ({"harm_reports": 1}, "workshop"),
        ({"harm_reports": 2}, "stop"),
        ({"recall_flags": ("park outside",)}, "stop"),
        ({"recall_flags": ("park outside",), "recall_matched": True}, "stop"),
        ({"recall_flags": ("do not drive",), "component_class": "red"}, "stop"),
    ],
)
def test_the_line_says_what_the_facts_ask_for(facts, verdict):
    line = _line(**facts)
    assert line.verdict == verdict
    assert line.reasons
    assert all(reason.endswith(".") for reason in line.reasons)


def test_a_recall_that_only_may_apply_asks_to_check_the_number_first():
    assert "may apply" in _line(recall_flags=("park outside",)).reasons[0]
    assert "may apply" not in _line(recall_flags=("park outside",), recall_matched=True).reasons[0]


def test_the_gravest_reason_comes_first_and_none_is_lost():
    line = _line(recall_flags=("park outside",), component_class="red", harm_reports=1)
    assert len(line.reasons) == 3
    assert "park outside" in line.reasons[0]
    assert line.words == "Stop using it"


def test_amber_asks_for_care_and_green_does_not():
    assert "Take care" in _line(component_class="amber").reasons[0]
    assert "Take care" not in _line().reasons[0]


def test_the_gravest_of_some_classes():
    assert gravest("green", "red", "amber") == "red"
    assert gravest() == "green"
