"""The state of one remedy, for acts that tell of a change of it."""

from __future__ import annotations

import datetime

from accounts.queries.community_rules import load
from wiki.models import Remedy
from wiki.queries.plan_rows import state_facts
from wiki.queries.remedies import LoadedRemedy
from wiki.rules.remedy_state import State, StateRules, remedy_state


def state_of(remedy: int, now: datetime.datetime) -> State:
    """The state of a remedy (its id) as every plan shows it: one query."""
    row = Remedy.objects.select_related("fix__superseded_by", "diagnostic__superseded_by", "evidence").get(pk=remedy)
    return remedy_state(state_facts(LoadedRemedy(row), now), load(StateRules)).state
