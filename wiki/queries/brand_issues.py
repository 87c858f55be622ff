"""The emerging issues of a manufacturer, as its console lists them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse

from products.models import Component, Product
from wiki.models import EmergingIssue, IssueWeek
from wiki.queries.brand import Brand
from wiki.queries.emerging import ORDERS, issues_below
from wiki.queries.listings import Cell, Item, Listing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

ISSUES_ON_A_PAGE = 25
SPARK_WEEKS = 52
STRONGEST = 5
CHOICES_AT_MOST = 300
LISTED_AT_MOST = 1_000
PUBLIC_COLUMNS = (
    *("product", "component", "level", "state", "observed", "expected", "weeks", "ratio", "ratio_low", "ratio_high"),
    *("first_flagged_on", "last_flagged_on", "doubling_weeks", "fires", "crashes", "injuries", "demonstration"),
)
PRIVATE_COLUMNS = ("public", "owner")


@dataclass(frozen=True)
class IssueRow:
    """One line of the list, with the weeks of its small chart, the oldest first."""

    issue: EmergingIssue
    weeks: tuple[IssueWeek, ...]

    @property
    def spark(self) -> tuple[tuple[int, bool], ...]:
        """Reports of each week, and whether the issue was flagged by then."""
        since = self.issue.first_flagged_on
        return tuple((week.observed, week.week >= since) for week in self.weeks)


@dataclass(frozen=True)
class IssueFigures:
    """What the open issues come to."""

    alerts: int
    watched: int
    answered: int
    oldest_alert: datetime.date | None

    def weeks_waiting(self, today: datetime.date) -> int | None:
        """For how many weeks the oldest alert has had no answer."""
        return None if self.oldest_alert is None else max(0, (today - self.oldest_alert).days // 7)


@dataclass(frozen=True)
class IssueList:
    """A page of issues."""

    page: Page[EmergingIssue]
    rows: tuple[IssueRow, ...]


def visible_issues(brand: Brand) -> QuerySet[EmergingIssue]:
    """The issues of the manufacturer that its reader may see: all of them, or those that are public."""
    found = issues_below(brand.scope)
    return found if brand.seat.reads else found.filter(Q(is_public=True) | Q(state=EmergingIssue.State.ANSWERED))


def choices_of(brand: Brand) -> tuple[list[Component], list[Product]]:
    """Components and products that any visible issue is about, by name: two queries."""
    every = visible_issues(brand).order_by()
    components = Component.objects.filter(pk__in=every.values("component")).order_by("name")
    products = Product.objects.filter(pk__in=every.values("product")).order_by("full_name")
    return list(components[:CHOICES_AT_MOST]), list(products[:CHOICES_AT_MOST])


def wanted_issues(brand: Brand, wanted: Mapping[str, Any], reader: User | AnonymousUser) -> QuerySet[EmergingIssue]:
    """The issues that a filter asks for (see `wiki.forms.issues.IssueFilterForm`), in its order."""
    found = visible_issues(brand)
    state = wanted.get("state")
    if not state:
        found = found.exclude(state=EmergingIssue.State.CLOSED)
    elif state != "all":
        found = found.filter(state=state)
    if wanted.get("level"):
        found = found.filter(level=wanted["level"])
    if wanted.get("component"):
        found = found.filter(component__in=Component.objects.within(wanted["component"]))
    if wanted.get("product"):
        found = found.filter(product__in=Product.objects.within(wanted["product"]))
    if wanted.get("mine") and brand.seat.acts:
        found = found.filter(assigned_to=reader.pk)
    return found.order_by(*ORDERS[wanted.get("order") or "score"])


def issue_list(issues: QuerySet[EmergingIssue], *, page: str | None) -> IssueList:
    """One page of issues with their small charts: three queries."""
    shown = Paginator(issues, ISSUES_ON_A_PAGE).get_page(page)
    return IssueList(shown, with_weeks(list(shown)))


def strongest_issues(brand: Brand) -> tuple[IssueRow, ...]:
    """The open issues to look at first, with their small charts: two queries, one where there is none."""
    is_open = visible_issues(brand).exclude(state=EmergingIssue.State.CLOSED)
    return with_weeks(list(is_open[:STRONGEST]))


def with_weeks(issues: Sequence[EmergingIssue]) -> tuple[IssueRow, ...]:
    """The issues with the weeks of their small charts: one query, none for nothing."""
    weeks: dict[int, list[IssueWeek]] = {issue.pk: [] for issue in issues}
    if issues:
        since = max(issue.last_flagged_on for issue in issues) - datetime.timedelta(weeks=2 * SPARK_WEEKS)
        for week in IssueWeek.objects.filter(issue__in=weeks, week__gte=since).order_by("week"):
            weeks[week.issue_id].append(week)
    return tuple(IssueRow(issue, tuple(weeks[issue.pk][-SPARK_WEEKS:])) for issue in issues)


def issue_listing(brand: Brand, issues: QuerySet[EmergingIssue], address: str) -> Listing:
    """The issues that were asked for, as programs read them; `address` is that of their page. One query."""
    listed = issues.annotate(changed=Max("events__at"))[:LISTED_AT_MOST]
    columns = PUBLIC_COLUMNS + (PRIVATE_COLUMNS if brand.seat.reads else ())
    items = tuple(_item(brand, issue, columns) for issue in listed)
    return Listing(title=f"Emerging issues: {brand.name}", path=address, items=items, columns=columns)


def _item(brand: Brand, issue: Any, columns: tuple[str, ...]) -> Item:
    every: dict[str, Cell] = {
        "product": issue.product.full_name,
        "component": issue.component.name,
        "level": issue.level,
        "state": issue.state,
        "observed": issue.observed,
        "expected": round(issue.expected, 2),
        "weeks": issue.window_weeks,
        "ratio": round(issue.ratio, 2),
        "ratio_low": round(issue.ratio_low, 2),
        "ratio_high": round(issue.ratio_high, 2),
        "first_flagged_on": issue.first_flagged_on.isoformat(),
        "last_flagged_on": issue.last_flagged_on.isoformat(),
        "doubling_weeks": None if issue.doubling_weeks is None else round(issue.doubling_weeks, 1),
        "fires": issue.fires,
        "crashes": issue.crashes,
        "injuries": issue.injuries,
        "demonstration": int(issue.is_demonstration),
        "public": int(issue.is_public),
        "owner": str(issue.assigned_to or ""),
    }
    return Item(
        key=f"issue/{issue.pk}",
        path=reverse("wiki:brand-issue", args=[brand.slug, issue.pk]),
        title=f"{issue.component.name}, {issue.product.full_name}: {issue.get_level_display()}",
        summary=f"{issue.observed} reports in {issue.window_weeks} weeks where {issue.expected:.1f} were expected.",
        published=issue.opened_at,
        updated=issue.changed or issue.opened_at,
        tags=(issue.level, issue.state),
        cells={name: every[name] for name in columns},
    )


def issue_figures(brand: Brand) -> IssueFigures:
    """What the open issues that the reader may see come to: one query."""
    waiting = ~Q(state=EmergingIssue.State.ANSWERED)
    alert = waiting & Q(level=EmergingIssue.Level.ALERT)
    counted = (
        visible_issues(brand)
        .exclude(state=EmergingIssue.State.CLOSED)
        .order_by()
        .aggregate(
            alerts=Count("pk", filter=alert),
            watched=Count("pk", filter=waiting & Q(level=EmergingIssue.Level.WATCH)),
            answered=Count("pk", filter=~waiting),
            oldest_alert=Min("first_flagged_on", filter=alert),
        )
    )
    return IssueFigures(**counted)
