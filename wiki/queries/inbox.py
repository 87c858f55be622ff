"""A member's inbox: the words of each notification, made when it is read and gathered by what it is about."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from accounts.models import Notification, Organisation, OrganisationClaim, User
from accounts.queries.notifications import notifications_of
from accounts.queries.organisation_claims import claims_told_to, told_address
from products.models import OfficialDiagnostic
from wiki.models import EmergingIssue, Fix, Problem
from wiki.queries.emerging import issues, may_see
from wiki.queries.issue_addresses import issue_addresses
from wiki.rules.news import GONE, news

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    pk: int
    at: datetime.datetime
    is_unread: bool
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """What happened to one thing; without a `url` it is no longer there for this member."""

    title: str
    where: str
    url: str
    lines: tuple[Line, ...]

    @property
    def unread(self) -> list[int]:
        """The ids of the notifications that were not read yet."""
        return [line.pk for line in self.lines if line.is_unread]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the inbox."""

    groups: tuple[Group, ...]
    page: Page[Notification]


def inbox_of(member: User, page: str | None) -> Inbox:
    """A page of the inbox, unread ones first: two queries, and one more for each kind of thing on it."""
    shown = Paginator(notifications_of(member), PER_PAGE).get_page(page)
    return Inbox(tuple(told(list(shown.object_list), member)), shown)


def told(notifications: Sequence[Notification], member: User) -> list[Group]:
    """Notifications in words, gathered by what they are about, in the order of the first of each."""
    found = _found(notifications, member)
    addresses = issue_addresses(thing for thing in found.values() if isinstance(thing, EmergingIssue))
    groups: dict[tuple[str, int], tuple[tuple[str, str, str], list[Line]]] = {}
    for row in notifications:
        thing = found.get((row.about, row.object_id))
        key, head, text = _said(row, thing, addresses, member)
        lines = groups.setdefault(key, (head, []))[1]
        lines.append(Line(row.pk, row.at, row.read_at is None, text))
    return [Group(*head, tuple(lines)) for head, lines in groups.values()]


def _found(notifications: Iterable[Notification], member: User) -> dict[tuple[str, int], Any]:
    """The things that the notifications are about, as far as the member may see them."""
    wanted: dict[str, set[int]] = {}
    for row in notifications:
        wanted.setdefault(row.about, set()).add(row.object_id)
    rows = {
        "problem": Problem.objects.visible_to(member).select_related("product"),
        "fix": Fix.objects.visible_to(member).select_related("problem__product"),
        "official": OfficialDiagnostic.objects.all(),
        "issue": issues(),
        "claim": claims_told_to(member),
        "team": Organisation.objects.all(),
    }
    return {
        (about, thing.pk): thing
        for about, ids in wanted.items()
        if about in rows
        for thing in rows[about].filter(pk__in=ids)
        if about != "issue" or may_see(member, thing)
    }


def _said(
    row: Notification, thing: Any, addresses: dict[int, str], member: User
) -> tuple[tuple[str, int], tuple[str, str, str], str]:
    """What the row is gathered by, the head of its group, and its own sentence."""
    if isinstance(thing, OfficialDiagnostic):
        title = f"{thing}: {thing.title}"
        text = news(row.kind, title=str(thing))
        return (row.about, thing.pk), (title, thing.publisher, thing.get_absolute_url()), text
    if isinstance(thing, EmergingIssue):
        head = (f"{thing.component} above its expected rate", thing.product.full_name, addresses[thing.pk])
        return (row.about, thing.pk), head, news(row.kind, state=row.state)
    if isinstance(thing, OrganisationClaim | Organisation):
        head = (thing.name, thing.get_kind_display().capitalize(), told_address(thing, member))
        return (row.about, thing.pk), head, news(row.kind)
    if isinstance(thing, Problem | Fix):
        problem = thing.problem if isinstance(thing, Fix) else thing
        if problem.state == Problem.State.PUBLISHED:
            product = problem.product.full_name
            text = news(row.kind, state=row.state, title=thing.title, product=product)
            return ("problem", problem.pk), (problem.title, product, problem.get_absolute_url()), text
    return ("gone", row.pk), ("No longer here", "", ""), GONE
