"""A report counts, and those who follow the problem, and webhooks, learn when it brings the fix into another state."""

from __future__ import annotations

import datetime

from wiki.actions.evidence import settle_outcome_evidence
from wiki.actions.following import tell_followers
from wiki.models import Outcome
from wiki.queries.following import has_followers
from wiki.queries.remedy_states import state_of
from wiki.rules.news import milestone


def settle_and_tell(*, outcome: Outcome, now: datetime.datetime) -> None:
    """Make the sums agree with an outcome, and tell of the state that its fix has now, if it is another one.

    Where nobody follows and no webhook listens, this costs one query.
    """
    fix = outcome.remedy.fix
    if fix is None or not has_followers(fix.problem):
        settle_outcome_evidence(outcome=outcome, now=now)
        return
    before = state_of(outcome.remedy_id, now)
    settle_outcome_evidence(outcome=outcome, now=now)
    state = milestone(before, state_of(outcome.remedy_id, now))
    if state:
        tell_followers(about=fix, kind="fix_state", state=state, actor=outcome.member, now=now)
