"""The community rules of judgement: plain numbers, each with a unit and a sentence for the help pages."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from wiki.rules.judgement import Judgement
from wiki.rules.remedy_state import StateRules
from wiki.rules.votes import VoteRules


@pytest.mark.parametrize("rules", [Judgement(), VoteRules(), StateRules()], ids=lambda rules: type(rules).__name__)
def test_every_rule_is_a_number_with_a_unit_and_a_sentence(rules):
    for rule in fields(rules):
        assert isinstance(getattr(rules, rule.name), int | float), rule.name
        assert type(getattr(rules, rule.name)).__name__ == rule.type, rule.name
        assert rule.metadata["unit"], rule.name
        assert rule.metadata["help"].endswith("."), rule.name


def test_rules_are_replaced_and_never_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        Judgement().cap_vote = 9.0
    assert replace(Judgement(), cap_vote=9.0).cap_vote == 9.0


def test_the_units_of_the_tiers_and_their_first_trust():
    rules = Judgement()
    assert [rules.unit(tier) for tier in ("professional", "owner", "unverified", "vote")] == [2, 1, 0.5, 0.1]
    assert [rules.first_trust(tier) for tier in ("professional", "owner", "unverified", "vote")] == [0.9, 0.8, 0.5, 0.5]
