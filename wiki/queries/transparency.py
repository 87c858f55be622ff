"""What a manufacturer did here, for everybody: replies and how long they took, reports made and upheld, gaps closed."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from django.db.models import Q

from accounts.queries.community_rules import load
from products.models import OfficialDiagnostic
from wiki.models import Comment, Flag, IssueEvent, OfficialAct
from wiki.queries.brand import Brand
from wiki.queries.gap import followed_by_diagnostic, outcomes_in_scope
from wiki.rules.aggregates import AggregateRules
from wiki.rules.gap import GapRules, is_judged


@dataclass
class Year:
    """One year. `days` are how long each answer took, from what it answers to its first words."""

    year: int
    answers: int = 0
    replies: int = 0
    issues_answered: int = 0
    published: int = 0
    superseded: int = 0
    days: list[float] = field(default_factory=list)
    reported: Counter[str] = field(default_factory=Counter)
    upheld: Counter[str] = field(default_factory=Counter)
    dismissed: int = 0

    @property
    def said(self) -> int:
        """Everything said in public."""
        return self.answers + self.replies + self.issues_answered

    @property
    def median_days(self) -> float | None:
        """The time to answer that half of the answers kept."""
        return median(self.days) if self.days else None

    @property
    def reports_made(self) -> int:
        """How often its staff reported a post."""
        return self.reported.total()

    @property
    def reports_upheld(self) -> int:
        """How many of these reports moderators found right."""
        return self.upheld.total()

    @property
    def reasons(self) -> tuple[tuple[str, int, int], ...]:
        """Reasons that reports gave, with how many were made and upheld."""
        return tuple((label, self.reported[value], self.upheld[value]) for value, label in Flag.Reason.choices)


@dataclass(frozen=True)
class ClosedGap:
    """An official procedure that was followed in vain and that another has replaced."""

    diagnostic: OfficialDiagnostic
    failed: int
    tried: int


@dataclass(frozen=True)
class Transparency:
    """The whole page, the latest year first."""

    years: tuple[Year, ...]
    closed: tuple[ClosedGap, ...]
    open_gaps: int

    @property
    def whole(self) -> Year:
        """All years together."""
        total = Year(0)
        for year in self.years:
            total.answers += year.answers
            total.replies += year.replies
            total.issues_answered += year.issues_answered
            total.published += year.published
            total.superseded += year.superseded
            total.dismissed += year.dismissed
            total.days += year.days
            total.reported += year.reported
            total.upheld += year.upheld
        return total


def transparency_of(brand: Brand, *, today: datetime.date) -> Transparency:
    """Eight queries at most, however much was said. Reports count for who spoke for the maker when they were made."""
    years: dict[int, Year] = {}

    def of(moment: datetime.datetime) -> Year:
        return years.setdefault(moment.year, Year(moment.year))

    for at, asked, replied_to in _said(brand):
        year = of(at)
        if replied_to is None:
            year.answers += 1
            year.days.append(_days(asked, at))
        else:
            year.replies += 1
            year.days.append(_days(replied_to, at))
    for at, opened in _issues_answered(brand):
        of(at).issues_answered += 1
        of(at).days.append(_days(opened, at))
    for at, reason, state in _flags(brand):
        of(at).reported[reason] += 1
        if state == Flag.State.UPHELD:
            of(at).upheld[reason] += 1
        of(at).dismissed += state == Flag.State.DISMISSED
    for at, kind in OfficialAct.objects.filter(organisation=brand.organisation).values_list("created_at", "kind"):
        of(at).published += kind == OfficialAct.Kind.PUBLISHED
        of(at).superseded += kind == OfficialAct.Kind.SUPERSEDED
    closed, still_open = _gaps(brand, today)
    return Transparency(tuple(sorted(years.values(), key=lambda year: -year.year)), closed, still_open)


def _days(begun: datetime.datetime, answered: datetime.datetime) -> float:
    return max((answered - begun).total_seconds() / 86_400, 0.0)


Moments = Iterable[tuple[datetime.datetime, datetime.datetime, datetime.datetime | None]]


def _said(brand: Brand) -> Moments:
    """When each answer and reply was given, when the problem was described, and when the outcome was reported."""
    spoken = Comment.objects.filter(organisation=brand.organisation, state=Comment.State.PUBLISHED)
    return (
        spoken.filter(Q(is_official=True) | Q(outcome__isnull=False))
        .order_by()
        .values_list("created_at", "problem__created_at", "outcome__created_at")
    )


def _issues_answered(brand: Brand) -> Iterable[tuple[datetime.datetime, datetime.datetime]]:
    """When each emerging issue was first answered, and when it was opened."""
    first: dict[int, tuple[datetime.datetime, datetime.datetime]] = {}
    events = IssueEvent.objects.filter(brand.about("issue__product__"), kind=IssueEvent.Kind.ANSWERED)
    for issue, at, opened in events.order_by("at").values_list("issue", "at", "issue__opened_at"):
        first.setdefault(issue, (at, opened))
    return first.values()


def _flags(brand: Brand) -> Iterable[tuple[datetime.datetime, str, str]]:
    """Reports made by people while they worked for the manufacturer, on whatever post."""
    return brand.organisation.flags.order_by().values_list("created_at", "reason", "state")


def _gaps(brand: Brand, today: datetime.date) -> tuple[tuple[ClosedGap, ...], int]:
    """Judged procedures that something has superseded, and how many judged ones stand as they stood."""
    known = followed_by_diagnostic(outcomes_in_scope(brand))
    rules, least = load(GapRules), load(AggregateRules).least_people
    judged = {key: each for key, each in known.items() if is_judged(each, least_people=least, rules=rules)}
    rows = OfficialDiagnostic.objects.filter(pk__in=judged).select_related("superseded_by")
    closed = tuple(
        ClosedGap(row, judged[row.pk].failed, judged[row.pk].tried)
        for row in rows
        if row.superseded_by is not None
        and (row.superseded_by.effective_from is None or row.superseded_by.effective_from <= today)
    )
    return closed, len(judged) - len(closed)
