"""Whether a post or a vote is within the limits. The counts come from whoever keeps the posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from accounts.errors import LimitReached
from accounts.models import User
from accounts.queries.community_rules import load
from accounts.queries.standing import standing_of
from accounts.rules import limits
from accounts.rules.limits import HumanCheck, Kind, NewMemberLimits


def is_new(member: User) -> bool:
    """Whether the limits of new members bind: low reputation, no role, no verified organisation."""
    standing = standing_of(member)
    if standing.roles or standing.affiliations or member.is_superuser:
        return False
    return member.reputation < load(NewMemberLimits).until_reputation


def require_within_limits(
    *,
    member: User,
    kind: Kind,
    posted_since: Callable[[datetime], int],
    last_at: datetime | None,
    links: int = 0,
    images: int = 0,
    now: datetime,
) -> None:
    """Raise LimitReached with a sentence where a new member posts too much, too fast or too many links.

    `kind` is "problem" or "reply" (fix, outcome, comment); `posted_since(t)` counts the member's posts of that kind
    since t and is asked on the first day only; `last_at` is when the last one was posted; `links` and `images` are
    those of this post.
    """
    if not is_new(member):
        return
    rules = load(NewMemberLimits)
    on_first_day = limits.is_on_first_day(rules, joined_at=member.date_joined, now=now)
    why = limits.refusal_of_post(
        rules,
        kind,
        joined_at=member.date_joined,
        now=now,
        posted_on_day_one=posted_since(member.date_joined) if on_first_day else 0,
        last_at=last_at,
        links=links,
        images=images,
    )
    if why is not None:
        raise LimitReached(why.sentence, seconds=why.seconds)


def human_check() -> HumanCheck:
    """How long a person needs for a form, and how long it stays open."""
    return load(HumanCheck)
