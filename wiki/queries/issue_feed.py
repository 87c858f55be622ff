"""Emerging issues as a feed: each state of each issue once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import Organisation, User
from accounts.queries.standing import standing_of
from products.models import Product
from wiki.models import EmergingIssue, IssueEvent
from wiki.queries.brand import Brand
from wiki.queries.emerging import issues_for, public_issues
from wiki.queries.issue_addresses import issue_addresses
from wiki.queries.tallies import within
from wiki.rules.news import news

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ENTRIES = 100
_SALT = "wiki.issue_feed"
_STATES = {"raised": "alert", "answered": "answered", "closed": "closed", "reopened": "reopened"}
"""Which kinds of events are states that a feed tells of."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An issue that reached a state; `key` is the same whenever it is told."""

    key: str
    title: str
    words: str
    url: str
    at: datetime.datetime


def public_entries(product: Product | None, level: str) -> list[FeedEntry]:
    """The states of listed issues at the product, above or below it, the latest first: three queries."""
    return _entries(public_issues(product), level)


def private_entries(organisation: Organisation, product: Product | None, level: str) -> list[FeedEntry]:
    """The same of all issues in a manufacturer's scope, listed or not; with a product of those at it and below it."""
    found = issues_for(organisation)
    return _entries(found if product is None else found.filter(within([product])), level)


def feed_address(brand: Brand, reader: User | AnonymousUser) -> str:
    """The reader's own feed where they speak for the manufacturer, with a signed key; for others the public one."""
    if not brand.seat.acts:
        return reverse("wiki:feed-emerging")
    reader = cast("User", reader)
    key = signing.dumps([reader.pk, brand.organisation.pk, _fingerprint(reader)], salt=_SALT)
    return reverse("wiki:feed-emerging-own", args=[key])


def organisation_of_key(key: str) -> Organisation | None:
    """Whose issues the key opens: None where it is broken, the member's password is another, or they left."""
    try:
        member_id, organisation_id, fingerprint = signing.loads(key, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    member = User.objects.filter(pk=member_id, is_active=True).first()
    if member is None or not constant_time_compare(str(fingerprint), _fingerprint(member)):
        return None
    speaks_for = {there.organisation_id for there in standing_of(member).affiliations if there.role == "staff"}
    return Organisation.objects.filter(pk=organisation_id).first() if organisation_id in speaks_for else None


def _fingerprint(member: User) -> str:
    return member.get_session_auth_hash()[:16]


def _entries(found: QuerySet[EmergingIssue], level: str) -> list[FeedEntry]:
    """Watches are told by the feed of watches alone, alerts and what follows by both."""
    is_of_watches = level == EmergingIssue.Level.WATCH
    if not is_of_watches:
        found = found.filter(level=EmergingIssue.Level.ALERT)
    shown = {issue.pk: issue for issue in found.order_by("-opened_at", "-pk")[:ENTRIES]}
    events = IssueEvent.objects.filter(issue__in=list(shown), kind__in=list(_STATES)).order_by("at", "pk")
    reached: dict[tuple[int, str], datetime.datetime] = {}
    for event in events:
        reached.setdefault((event.issue_id, _STATES[event.kind]), event.at)
    for issue in shown.values():
        # One that was raised had been on watch since it was opened.
        begun = "watch" if (issue.pk, "alert") in reached else issue.level
        if begun == EmergingIssue.Level.ALERT or is_of_watches:
            reached[issue.pk, begun] = issue.opened_at
    addresses = issue_addresses(shown.values())
    entries = [
        FeedEntry(f"issue/{pk}/{state}", f"{shown[pk]}: {state}", _words(shown[pk], state), addresses[pk], at)
        for (pk, state), at in reached.items()
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.key), reverse=True)[:ENTRIES]


def _words(issue: EmergingIssue, state: str) -> str:
    """What happened and how much is reported; it accuses nobody."""
    return (
        f"{news('issue', state=state)} {issue.observed} reports in {issue.window_weeks} weeks where "
        f"{issue.expected:.1f} were expected, {issue.ratio:.1f} times as many "
        f"(nine in ten: {issue.ratio_low:.1f} to {issue.ratio_high:.1f})."
    )
