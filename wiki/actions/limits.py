"""Checks that every act of writing makes first: privilege, the pace of new members, length."""

from __future__ import annotations

import datetime
import re
from typing import Literal

from django.db.models import Max, Model

from accounts.errors import LimitReached
from accounts.models import User
from accounts.queries.community_rules import load
from accounts.queries.limits import is_new, require_within_limits
from accounts.queries.privileges import require as require_privilege
from accounts.rules.limits import NewMemberLimits
from products.models import Product
from wiki.errors import TextTooLong
from wiki.models import Comment, DiagnosticTest, Filing, Fix, Flag, Outcome, Problem, Sighting
from wiki.richtext import limits as richtext_limits

Kind = Literal["problem", "fix", "comment", "outcome", "sighting", "flag", "filing", "test"]
PRIVILEGE: dict[Kind, str] = {
    "problem": "post",
    "fix": "post",
    "test": "post",
    "comment": "comment",
    "outcome": "outcome",
    "sighting": "sighting",
    "flag": "flag",
    "filing": "comment",
}
# What counts together against the pace of new members, with the field that names the person.
_PACE: dict[Kind, tuple[tuple[type[Model], str], ...]] = {
    "problem": ((Problem, "author"),),
    "sighting": ((Sighting, "member"),),
    "flag": ((Flag, "reporter"),),
    "filing": ((Filing, "member"),),
    **dict.fromkeys(
        ("fix", "comment", "outcome", "test"),
        ((Fix, "author"), (Comment, "author"), (Outcome, "member"), (DiagnosticTest, "author")),
    ),
}
_LINK = re.compile(r"https?://|www\.|mailto:", re.IGNORECASE)
_IMAGE = re.compile(r"!\[|<img", re.IGNORECASE)


def check_posting(*, actor: User, kind: Kind, now: datetime.datetime, text: str, product: Product) -> None:
    """Refuse a new post where the privilege is missing or a limit of new members binds; accounts names the reason."""
    require_privilege(actor, PRIVILEGE[kind], product)
    if not is_new(actor):
        return
    require_within_limits(
        member=actor,
        kind="problem" if kind == "problem" else "reply",
        posted_since=lambda since: _posted_since(actor, kind, since),
        last_at=_last_at(actor, kind),
        links=count_links(text),
        images=len(_IMAGE.findall(text)),
        now=now,
    )


def check_edit(*, actor: User, now: datetime.datetime, text: str) -> None:
    """Refuse an edit by which a new member puts in more links than a new post may have."""
    require_within_limits(
        member=actor,
        kind="reply",
        posted_since=lambda since: 0,
        last_at=None,
        links=count_links(text),
        images=len(_IMAGE.findall(text)),
        now=now,
    )


def check_links_of_a_stranger(text: str) -> None:
    """Refuse links from a person without an account beyond what a new member may put into a post."""
    most = load(NewMemberLimits).links
    if count_links(text) > most:
        raise LimitReached(f"Without an account a report can hold {most} links at most.")


def check_text(*texts: str) -> None:
    """Refuse a text that would be shown without its markup for its length."""
    if any(len(text) > richtext_limits.MAX_CHARS for text in texts):
        raise TextTooLong


def count_links(text: str) -> int:
    """How many links a text holds, written out or in Markdown."""
    return len(_LINK.findall(text))


def _last_at(member: User, kind: Kind) -> datetime.datetime | None:
    latest = (
        model._default_manager.filter(**{person: member}).aggregate(last=Max("created_at"))["last"]
        for model, person in _PACE[kind]
    )
    return max(filter(None, latest), default=None)


def _posted_since(member: User, kind: Kind, since: datetime.datetime) -> int:
    return sum(
        model._default_manager.filter(**{person: member}, created_at__gte=since).count()
        for model, person in _PACE[kind]
    )
