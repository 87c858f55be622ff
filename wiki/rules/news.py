"""What followers are told of, and in which words."""

from __future__ import annotations

from typing import Literal

NewsKind = Literal["new_problem", "new_fix", "fix_state", "answer", "merged", "official", "superseded", "issue"]
"""What followers are told of; `ORGANISATION_NEWS` has what people of an organisation are."""

ORGANISATION_NEWS = {
    "org_request": "Somebody asks for a place in the team.",
    "org_decided": "It was decided.",
    "org_manager": "You are a manager of it now.",
    "org_member": "You are a member of it now, no longer a manager.",
    "org_removed": "Your place in it was ended. What you wrote there keeps its badge.",
}

GONE = "Something you follow is no longer here."
"""Said of what was hidden, deleted or erased since: the row stays in the inbox, its words don't."""

TOLD_STATES = frozenset({"tried", "confirmed", "established", "disputed", "dangerous", "superseded"})
"""States of a fix that followers of its problem are told of; the others are a step back or the work of time alone."""

TOLD_ON_PRODUCTS = frozenset({"confirmed"})
"""The one state that followers of the product are told of as well."""

_FIX_STATES = {
    "tried": "was tried for the first time",
    "confirmed": "is confirmed: it worked for several people, with evidence",
    "established": "is established: it worked for many people, professionals among them",
    "disputed": "is disputed: it did not help many who tried it",
    "dangerous": "was reported as dangerous: a warning stands in front of it",
    "superseded": "was superseded",
}

_ISSUE_STATES = {
    "watch": "More is reported than expected: it is on watch.",
    "alert": "Much more is reported than expected: an alert.",
    "answered": "The manufacturer answered.",
    "closed": "It was closed, with a reason.",
    "reopened": "It was opened again.",
}


def milestone(before: str | None, after: str | None) -> str:
    """The state of a fix to tell of after something was reported on it; empty where nothing worth telling changed."""
    return after if after is not None and after != before and after in TOLD_STATES else ""


def news(kind: str, *, state: str = "", title: str = "", product: str = "") -> str:
    """One sentence about what happened; `title` is that of the fix or the official diagnostic, `product` its name."""
    if kind in ORGANISATION_NEWS:
        return ORGANISATION_NEWS[kind]
    if kind == "new_problem":
        return f"A new problem was described on the {product}."
    if kind == "new_fix":
        return f"A new fix was proposed: {title}."
    if kind == "fix_state":
        return f"“{title}” {_FIX_STATES.get(state, 'changed')}."
    if kind == "issue":
        return _ISSUE_STATES.get(state, "Its state changed.")
    if kind == "answer":
        return "The manufacturer answered."
    if kind == "merged":
        return "It was merged into another problem, where all of it stands now."
    if kind == "superseded":
        return f"{title} was superseded by a newer one."
    if kind == "official":
        return f"The manufacturer published something new: {title}."
    return "Something happened to it."
