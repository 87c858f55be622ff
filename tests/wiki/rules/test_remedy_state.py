"""The states of a remedy, and the sentence that says what would change them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rules.remedy_state import StateFacts, StateRules, remedy_state

RULES = StateRules()
CONFIRMED = StateFacts(outcomes=3, successes=3, successes_with_evidence=1, months_since_outcome=1)
ESTABLISHED = replace(CONFIRMED, outcomes=10, successes=10, professional_successes=2)


def _state(facts: StateFacts) -> str:
    return remedy_state(facts, RULES).state


def test_it_rises_from_proposed_by_outcomes():
    assert _state(StateFacts()) == "proposed"
    assert _state(StateFacts(outcomes=1, failures=1, months_since_outcome=0)) == "tried"
    assert _state(CONFIRMED) == "confirmed"
    assert _state(ESTABLISHED) == "established"


@pytest.mark.parametrize(
    ("facts", "state", "sentence"),
    [
        (StateFacts(), "proposed", "One outcome, whatever it is."),
        (
            replace(CONFIRMED, successes=1, successes_with_evidence=0),
            "tried",
            "2 more successes, 1 of them with evidence would confirm it.",
        ),
        (
            replace(CONFIRMED, successes_with_evidence=0),
            "tried",
            "1 more success with evidence would confirm it.",
        ),
        (replace(ESTABLISHED, successes=9), "confirmed", "1 more success would establish it."),
        (
            replace(ESTABLISHED, professional_successes=0),
            "confirmed",
            "2 more successes by professionals would establish it.",
        ),
    ],
)
def test_the_sentence_says_what_would_change_it(facts, state, sentence):
    found = remedy_state(facts, RULES)
    assert (found.state, found.would_change) == (state, sentence)


def test_as_many_failures_as_successes_make_it_disputed_until_enough_succeed():
    disputed = replace(CONFIRMED, outcomes=6, failures=3)
    found = remedy_state(disputed, RULES)
    assert (found.state, found.earned) == ("disputed", "confirmed")
    assert found.would_change == "1 more success would settle it."
    assert _state(replace(disputed, outcomes=7, successes=4)) == "confirmed"
    assert _state(StateFacts(outcomes=3, failures=3, months_since_outcome=0)) == "tried"


def test_two_years_without_an_outcome_or_a_new_revision_make_it_stale():
    assert _state(replace(CONFIRMED, months_since_outcome=23.9)) == "confirmed"
    assert _state(replace(CONFIRMED, months_since_outcome=24)) == "stale"
    assert _state(replace(CONFIRMED, revised_since=True)) == "stale"
    assert _state(StateFacts(revised_since=True)) == "proposed"


def test_superseded_stands_before_disputed_and_danger_before_all():
    facts = replace(ESTABLISHED, failures=9, superseded_by="recall 05V-123")
    assert _state(facts) == "superseded"
    assert "recall 05V-123" in remedy_state(facts, RULES).why
    dangerous = remedy_state(replace(facts, dangerous=True), RULES)
    assert (dangerous.state, dangerous.earned) == ("dangerous", "established")


counts = st.integers(0, 30)


@given(counts, counts, counts, counts)
def test_one_more_success_never_lowers_what_was_earned(successes, evidence, professionals, failures):
    ladder = ["proposed", "tried", "confirmed", "established"]
    facts = StateFacts(
        outcomes=successes + failures,
        successes=successes,
        successes_with_evidence=min(evidence, successes),
        professional_successes=min(professionals, successes),
        failures=failures,
    )
    more = replace(facts, outcomes=facts.outcomes + 1, successes=successes + 1)
    earned = [ladder.index(remedy_state(some, RULES).earned) for some in (facts, more)]
    assert earned[1] >= earned[0]


@given(st.integers(1, 30), st.integers(1, 30))
def test_as_many_successes_as_the_sentence_asks_for_settle_a_dispute(successes, failures):
    facts = StateFacts(outcomes=successes + failures, successes=successes, failures=failures)
    found = remedy_state(facts, RULES)
    if found.state != "disputed":
        return
    needed = int(found.would_change.split()[0])
    settled = [
        remedy_state(replace(facts, outcomes=facts.outcomes + extra, successes=successes + extra), RULES).state
        for extra in (needed - 1, needed)
    ]
    assert settled[0] == "disputed"
    assert settled[1] != "disputed"
