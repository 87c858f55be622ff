"""What people do with an emerging issue and the state it is in afterwards."""

from __future__ import annotations

from typing import Literal

State = Literal["new", "under_review", "answered", "closed"]
Act = Literal["assign", "review", "note", "answer", "attach", "close", "reopen"]

_OPEN: tuple[State, ...] = ("new", "under_review", "answered")
_AFTER: dict[Act, dict[State, State]] = {
    # To give it to somebody is to begin with it.
    "assign": {"new": "under_review", "under_review": "under_review", "answered": "answered"},
    "review": {"new": "under_review", "answered": "under_review"},
    "note": {"new": "new", "under_review": "under_review", "answered": "answered", "closed": "closed"},
    "answer": dict.fromkeys(_OPEN, "answered"),
    "attach": {"new": "new", "under_review": "under_review", "answered": "answered"},
    "close": dict.fromkeys(_OPEN, "closed"),
    "reopen": {"closed": "under_review"},
}


def state_after(state: State, act: Act) -> State | None:
    """The state after an act; None where the act is not possible in this state."""
    return _AFTER[act].get(state)


def possible_acts(state: State) -> tuple[Act, ...]:
    """What can be done with an issue in this state."""
    return tuple(act for act, after in _AFTER.items() if state in after)
