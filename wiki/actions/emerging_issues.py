"""Acts on emerging issues by the manufacturer's staff and by moderators; each is kept in the issue's events."""

from __future__ import annotations

import datetime
from typing import cast

from django.db import transaction

from accounts.errors import ReasonMissing
from accounts.models import User
from products.models import OfficialDiagnostic
from wiki.actions.following import tell_followers
from wiki.actions.limits import check_text
from wiki.errors import AlreadyAttached, IssueOpenAlready, NothingChanged, PostGone, WrongIssueState
from wiki.models import EmergingIssue, IssueDiagnostic, IssueEvent
from wiki.permissions import refusal_to_attach, refusal_to_be_assigned, refusal_to_handle_issue, require
from wiki.rules.issue_state import Act, State, state_after

LONGEST = 4000
Kind = IssueEvent.Kind
TOLD = frozenset({Kind.ANSWERED, Kind.CLOSED, Kind.REOPENED})
"""Acts that followers are told of; a second answer adds to the first and is no other state."""


@transaction.atomic
def assign_issue(
    *, issue: EmergingIssue, member: User | None, actor: User, now: datetime.datetime, note: str = ""
) -> EmergingIssue:
    """Give the issue to a colleague, or to nobody; a new one is under review from then on.

    Raises `NothingChanged` where it is theirs already, and `NotAllowed` where the member may not handle it.
    """
    locked, state = _begin(issue, "assign", actor)
    if locked.assigned_to_id == (member.pk if member else None):
        raise NothingChanged
    if member is not None:
        require(refusal_to_be_assigned(member, locked))
    before = str(locked.assigned_to or "")
    locked.assigned_to = member
    return _end(locked, Kind.ASSIGNED, actor, now, note, state=state, before=before, after=str(member or ""))


@transaction.atomic
def review_issue(*, issue: EmergingIssue, actor: User, now: datetime.datetime, note: str = "") -> EmergingIssue:
    """Say that somebody is looking into it."""
    locked, state = _begin(issue, "review", actor)
    return _end(locked, Kind.REVIEWED, actor, now, note, state=state)


@transaction.atomic
def note_on_issue(*, issue: EmergingIssue, note: str, actor: User, now: datetime.datetime) -> EmergingIssue:
    """Write to the team: the manufacturer's staff and moderators read it, nobody else. Raises `ReasonMissing`."""
    locked, state = _begin(issue, "note", actor)
    if not note.strip():
        raise ReasonMissing("Write something: the team reads it.")
    return _end(locked, Kind.NOTED, actor, now, note, state=state)


@transaction.atomic
def answer_issue(*, issue: EmergingIssue, answer: str, actor: User, now: datetime.datetime) -> EmergingIssue:
    """Answer in public what is known and done about it; a later answer adds to it. Raises `ReasonMissing`."""
    locked, state = _begin(issue, "answer", actor)
    if not answer.strip():
        raise ReasonMissing("Write the answer: everybody can read it.")
    return _end(locked, Kind.ANSWERED, actor, now, answer, state=state)


@transaction.atomic
def attach_diagnostic(
    *, issue: EmergingIssue, diagnostic: OfficialDiagnostic, actor: User, now: datetime.datetime
) -> IssueDiagnostic:
    """Say that an official diagnostic answers the issue.

    Raises `AlreadyAttached`, and `NotAllowed` for one that covers nothing on the product's path or below it.
    """
    locked, state = _begin(issue, "attach", actor)
    require(refusal_to_attach(diagnostic, locked))
    attached, is_new = IssueDiagnostic.objects.get_or_create(
        issue=locked, diagnostic=diagnostic, defaults={"attached_by": actor, "attached_at": now}
    )
    if not is_new:
        raise AlreadyAttached
    _end(locked, Kind.ATTACHED, actor, now, "", state=state, after=str(diagnostic)[:255])
    return attached


@transaction.atomic
def close_issue(*, issue: EmergingIssue, reason: str, actor: User, now: datetime.datetime) -> EmergingIssue:
    """Close it with a reason; what the detector has gathered on it starts anew. Raises `ReasonMissing`."""
    locked, state = _begin(issue, "close", actor)
    if not reason.strip():
        raise ReasonMissing("Say why it is closed: everybody can read it.")
    locked.closed_at = now
    return _end(locked, Kind.CLOSED, actor, now, reason, state=state)


@transaction.atomic
def reopen_issue(*, issue: EmergingIssue, reason: str, actor: User, now: datetime.datetime) -> EmergingIssue:
    """Take a closed issue up again. Raises `ReasonMissing`, and `IssueOpenAlready` where a newer one is open."""
    locked, state = _begin(issue, "reopen", actor)
    if not reason.strip():
        raise ReasonMissing("Say why it is opened again.")
    newer = EmergingIssue.objects.filter(product=locked.product_id, component=locked.component_id)
    if newer.exclude(state=EmergingIssue.State.CLOSED).exists():
        raise IssueOpenAlready
    locked.closed_at = None
    return _end(locked, Kind.REOPENED, actor, now, reason, state=state)


def _begin(issue: EmergingIssue, act: Act, actor: User) -> tuple[EmergingIssue, State]:
    """The issue as it stands, locked, and the state it will be in."""
    locked = (
        EmergingIssue.objects.select_for_update(of=("self",))
        .select_related("product", "component", "assigned_to")
        .filter(pk=issue.pk)
        .first()
    )
    if locked is None:
        raise PostGone
    require(refusal_to_handle_issue(actor, locked))
    state = state_after(cast("State", locked.state), act)
    if state is None:
        raise WrongIssueState(
            "This issue is closed: open it again first." if not locked.is_open else "That was done already."
        )
    return locked, state


def _end(
    issue: EmergingIssue,
    kind: IssueEvent.Kind,
    actor: User,
    now: datetime.datetime,
    note: str,
    *,
    state: State,
    before: str = "",
    after: str = "",
) -> EmergingIssue:
    """Store the issue in its new state with the event that says why."""
    check_text(note)
    changed = state != issue.state
    IssueEvent.objects.create(
        issue=issue,
        kind=kind,
        member=actor,
        at=now,
        note=note.strip()[:LONGEST],
        before=before or (issue.state if changed else ""),
        after=after or (state if changed else ""),
    )
    issue.state = state
    issue.save(update_fields=["state", "assigned_to", "closed_at"])
    if kind in TOLD:
        tell_followers(about=issue, kind="issue", state=kind.value, actor=actor, now=now)
    return issue
