"""Emerging issues as a feed: each state of each issue once."""

from __future__ import annotations

import datetime
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
from wiki.queries.listings import MOST_ITEMS, Item, Listing
from wiki.queries.tallies import within
from wiki.rules.news import news

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_SALT = "wiki.issue_feed"
_STATES = {"raised": "alert", "answered": "answered", "closed": "closed", "reopened": "reopened"}
"""Which kinds of events are states that a feed tells of."""


COLUMNS = (
    "product",
    "component",
    "level",
    "state",
    "observed",
    "weeks",
    "expected",
    "ratio",
    "ratio_low",
    "ratio_high",
)


def public_feed(product: Product | None, level: str, *, address: str) -> Listing:
    """The states of listed issues at the product, above or below it, the latest first: three queries.

    `level` is watch or alert, `address` that of the feed.
    """
    return _listing("Emerging issues", product, address, _items(public_issues(product), level))


def private_feed(organisation: Organisation, product: Product | None, level: str, *, address: str) -> Listing:
    """The same of all issues in a manufacturer's scope, listed or not; with a product of those at it and below it."""
    found = issues_for(organisation)
    items = _items(found if product is None else found.filter(within([product])), level)
    return _listing(f"Emerging issues of {organisation.name}", product, address, items)


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


def _listing(title: str, product: Product | None, address: str, items: tuple[Item, ...]) -> Listing:
    title = f"{title}: {product.full_name}" if product else title
    return Listing(title=title, path=address, items=items, columns=COLUMNS)


def _items(found: QuerySet[EmergingIssue], level: str) -> tuple[Item, ...]:
    """Watches are told by the feed of watches alone, alerts and what follows by both."""
    is_of_watches = level == EmergingIssue.Level.WATCH
    if not is_of_watches:
        found = found.filter(level=EmergingIssue.Level.ALERT)
    shown = {issue.pk: issue for issue in found.order_by("-opened_at", "-pk")[:MOST_ITEMS]}
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
    items = [_item(shown[pk], state, addresses[pk], at) for (pk, state), at in reached.items()]
    return tuple(sorted(items, key=lambda item: (item.updated, item.key), reverse=True)[:MOST_ITEMS])


def _item(issue: EmergingIssue, state: str, path: str, at: datetime.datetime) -> Item:
    """An issue that reached a state, under the same key whenever it is told; its words accuse nobody."""
    return Item(
        key=f"issue/{issue.pk}/{state}",
        path=path,
        title=f"{issue}: {state}",
        summary=(
            f"{news('issue', state=state)} {issue.observed} reports in {issue.window_weeks} weeks where "
            f"{issue.expected:.1f} were expected, {issue.ratio:.1f} times as many "
            f"(nine in ten: {issue.ratio_low:.1f} to {issue.ratio_high:.1f})."
        ),
        published=at,
        updated=at,
        tags=(issue.component.name, issue.level),
        cells={
            "product": issue.product.full_name,
            "component": issue.component.name,
            "level": issue.level,
            "state": state,
            "observed": issue.observed,
            "weeks": issue.window_weeks,
            "expected": round(issue.expected, 2),
            "ratio": round(issue.ratio, 2),
            "ratio_low": round(issue.ratio_low, 2),
            "ratio_high": round(issue.ratio_high, 2),
        },
    )
