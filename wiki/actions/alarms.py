"""By night: take bursts of votes back, raise and lower alarms. By day: a moderator closes one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction

from accounts.actions.calibration import reverse_calibration
from accounts.errors import ReasonMissing
from accounts.models import User
from accounts.queries.community_rules import load
from wiki.actions.evidence import settle_person_evidence
from wiki.actions.locking import lock, lock_people
from wiki.actions.votes import take_back
from wiki.errors import AlreadyDecided, NotAllowed
from wiki.models import Alarm, Vote
from wiki.queries.alarms import Burst, Sign, may_close
from wiki.rules.alarms import AlarmRules, reappears

GONE = "It is no longer so."


@transaction.atomic
def reverse_burst(*, burst: Burst, now: datetime.datetime) -> int:
    """Take the votes of a burst back, visibly in both ledgers, and raise an alarm; how many there still were."""
    days = load(AlarmRules).burst_days
    note = f"One of {burst.up + burst.down} votes one way from one member for one author within {days} days."
    votes = list(Vote.objects.filter(pk__in=burst.votes).select_related("voter", "problem", "fix", "comment"))
    posts = {}
    for vote in sorted(votes, key=lambda one: (one.problem_id or 0, one.fix_id or 0, one.comment_id or 0)):
        post = vote.problem or vote.fix or vote.comment
        assert post is not None  # vote_on_one_post
        posts[vote.pk] = lock(post)
    lock_people(*(vote.voter for vote in votes), *(post.author for post in posts.values()))
    for vote in votes:
        reverse_calibration(member=vote.voter, cause=f"vote:{vote.pk}", words=f"Taken back. {note}", now=now)
        take_back(vote=vote, post=posts[vote.pk], now=now, note=note)
    taken = len(votes)
    settle_person_evidence(person=f"member:{burst.voter}", now=now)
    if taken:
        sign = Sign(
            Alarm.Kind.BURST,
            f"burst:{burst.voter}:{burst.author}:{now.date()}",
            float(taken),
            {"up": burst.up, "down": burst.down, "days": days},
            {"member_id": burst.voter, "author_id": burst.author},
        )
        _raise(sign, now)
    return taken


@transaction.atomic
def raise_alarms(*, signs: Sequence[Sign], now: datetime.datetime) -> tuple[int, int]:
    """Make the open alarms those of tonight; how many are new and how many are gone. Bursts stay until looked at."""
    keys = {sign.key for sign in signs}
    gone = Alarm.objects.filter(closed_at__isnull=True).exclude(kind=Alarm.Kind.BURST).exclude(key__in=keys)
    lowered = gone.update(closed_at=now, closing_note=GONE)
    return sum(_raise(sign, now) for sign in signs), lowered


@transaction.atomic
def close_alarm(*, alarm: Alarm, note: str, actor: User, now: datetime.datetime) -> Alarm:
    """Say that an alarm was looked at and what came of it. Raises `AlreadyDecided`, `NotAllowed`, `ReasonMissing`."""
    locked = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if not may_close(actor, locked):
        raise NotAllowed("Another moderator decides about this one.")
    if locked.closed_at is not None:
        raise AlreadyDecided("This alarm was closed already.")
    if not note.strip():
        raise ReasonMissing
    locked.closed_at, locked.closed_by, locked.closing_note = now, actor, note.strip()[:255]
    locked.save(update_fields=["closed_at", "closed_by", "closing_note"])
    return locked


def _raise(sign: Sign, now: datetime.datetime) -> bool:
    """Open an alarm or bring its figures up to date; whether it is new."""
    found = {"figures": sign.figures, "strength": sign.strength, "last_seen_at": now}
    if Alarm.objects.filter(key=sign.key, closed_at__isnull=True).update(**found):
        return False
    closed = Alarm.objects.filter(key=sign.key, closed_by__isnull=False).order_by("-closed_at").first()
    if closed is not None and closed.closed_at is not None:
        days = (now - closed.closed_at) / datetime.timedelta(days=1)
        rules = load(AlarmRules)
        if not reappears(strength=sign.strength, closed_strength=closed.strength, days_since=days, rules=rules):
            return False
    Alarm.objects.create(kind=sign.kind, key=sign.key, first_seen_at=now, **found, **sign.about)
    return True
