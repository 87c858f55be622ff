"""Points that follow from outcomes and votes: what is due is worked out from the row and the ledger follows it."""

from __future__ import annotations

import datetime

from accounts.actions.reputation import award, reverse, reverse_cause
from accounts.models import ReputationEvent, User
from accounts.queries.reputation import standing
from wiki.actions.evidence import settle_vote_evidence
from wiki.actions.locking import lock_people
from wiki.actions.milestones import settle_and_tell
from wiki.models import Fix, Outcome, Problem, Vote
from wiki.permissions import product_of

Event = ReputationEvent.Event


def settle_outcome(*, outcome: Outcome, now: datetime.datetime) -> None:
    """Make the ledgers agree with an outcome after any change of it: award what is due, reverse what no longer is.

    The evidence on its remedies follows too. The reporter is paid for the report whatever its result, the fix's author
    for a success that lasts; nobody is paid for reporting on their own fix.
    """
    due = _due(outcome)
    fix = outcome.remedy.fix
    lock_people(outcome.member, fix.author if fix is not None else None)
    cause = f"outcome:{outcome.pk}"
    events = ReputationEvent.objects.filter(cause=cause).order_by("member_id", "id")
    for event in standing(events):
        if (event.member_id, event.event) not in {(member.pk, name) for member, name in due}:
            reverse(event=event, actor=outcome.member, now=now)
    for member, name in due:
        award(
            member=member,
            event=name,
            cause=cause,
            actor=outcome.member,
            product=outcome.product,
            now=now,
        )
    settle_and_tell(outcome=outcome, now=now)


def settle_vote(*, vote: Vote, author: User | None, now: datetime.datetime) -> None:
    """Pay what a new vote brings: to a fix's or problem's author, and the price of voting down. It is evidence too."""
    post = vote.problem or vote.fix or vote.comment
    if post is None:
        return
    cause = f"vote:{vote.pk}"
    product = product_of(post)
    if vote.value > 0:
        up = {Fix: Event.FIX_VOTED_UP, Problem: Event.PROBLEM_VOTED_UP}.get(type(post))
        if up is not None:
            award(member=author, event=up, cause=cause, actor=vote.voter, product=product, now=now)
    else:
        award(member=author, event=Event.POST_VOTED_DOWN, cause=cause, actor=vote.voter, product=product, now=now)
        award(member=vote.voter, event=Event.VOTED_DOWN, cause=cause, actor=vote.voter, product=product, now=now)
    settle_vote_evidence(vote=vote, now=now)


def unsettle_vote(*, vote: Vote, now: datetime.datetime, note: str = "") -> None:
    """Undo what a vote brought that is about to be deleted, in every ledger that it touched and in the evidence.

    With a note where it was not the voter who did.
    """
    reverse_cause(cause=f"vote:{vote.pk}", actor=None if note else vote.voter, now=now, note=note)
    settle_vote_evidence(vote=vote, now=now, leaving=True)


def _due(outcome: Outcome) -> list[tuple[User, str]]:
    reporter = outcome.member
    stands = outcome.state == Outcome.State.PUBLISHED and outcome.result != Outcome.Result.NOT_TRIED
    if reporter is None or not stands:
        return []
    author = outcome.remedy.fix.author if outcome.remedy.fix is not None else None
    if author == reporter:
        return []
    due: list[tuple[User, str]] = [(reporter, Event.OUTCOME_REPORTED)]
    if outcome.has_evidence:
        due.append((reporter, Event.EVIDENCE_ADDED))
    if author is not None and outcome.result == Outcome.Result.WORKED and outcome.came_back_on is None:
        if outcome.tier == Outcome.Tier.PROFESSIONAL:
            due.append((author, Event.PROFESSIONAL_CONFIRMED))
        elif outcome.tier == Outcome.Tier.OWNER or outcome.owned_product_id is not None:
            due.append((author, Event.OWNER_CONFIRMED))
    return due
