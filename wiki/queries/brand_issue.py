"""One emerging issue as its page in a console shows it: chart, map, reports, remedies, what covers it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q, Sum

from accounts.models import User
from accounts.queries.organisations import members_of
from products.models import Component, OfficialDiagnostic, Product
from wiki.models import EmergingIssue, IssueEvent, IssueWeek, MonitorState, Problem, SeriesWeek
from wiki.queries.before_buying import age_label, mileage_label
from wiki.queries.brand import Brand
from wiki.queries.brand_issues import visible_issues
from wiki.queries.emerging import IssuePage, issue_page, reports_of
from wiki.queries.histograms import Histogram, bands_of, mileage_band
from wiki.queries.hub import near
from wiki.queries.plan import plans_for
from wiki.queries.plan_rows import PlanRow
from wiki.queries.plan_words import PeopleGroup, together
from wiki.queries.reader import Reader
from wiki.queries.tallies import AGE_STEP, LAST_AGE_BAND, LAST_MILEAGE_BAND, within
from wiki.rules.issue_chart import IssueChart, Mark, MarkKind, WeekFigures, draw_chart
from wiki.rules.issue_map import MapRow, Node, Reports, issue_map

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

CHART_WEEKS = 104
OFFICIAL_AT_MOST = 30
MARKS_AT_MOST = 6
PROBLEMS_AT_MOST = 5
REMEDIES_AT_MOST = 8
PRIVATE_EVENTS = (IssueEvent.Kind.NOTED, IssueEvent.Kind.ASSIGNED)


@dataclass(frozen=True)
class Covering:
    """An official diagnostic on the same component and product, by its date against the first flag."""

    diagnostic: OfficialDiagnostic
    days: int | None
    attached: bool

    @property
    def was_before(self) -> bool:
        """Whether it came before the first flag; `days` counts from there."""
        return self.days is not None and self.days < 0

    @property
    def weeks(self) -> int:
        """How many whole weeks lie between the two."""
        return abs(self.days or 0) // 7


@dataclass(frozen=True)
class MapLine:
    """A product on the map of the tree."""

    product: Product
    row: MapRow


@dataclass(frozen=True)
class Tried:
    """A remedy of a problem that the issue may be about, with its outcomes."""

    row: PlanRow
    problem: Problem

    @property
    def who(self) -> str:
        """Who says so, as `components/who_tag.html` takes it."""
        if self.row.kind == "official":
            return "official"
        return "professional" if self.row.by_professional else "owner"

    @property
    def everybody(self) -> PeopleGroup:
        """Who reported on it, wherever."""
        return together(self.row.reports)


@dataclass(frozen=True)
class IssueDetail:
    """Everything on the page of one issue."""

    page: IssuePage
    chart: IssueChart | None
    map: tuple[MapLine, ...]
    mileage: Histogram
    age: Histogram
    official: tuple[Covering, ...]
    problems: tuple[Problem, ...]
    tried: tuple[Tried, ...]
    events: tuple[IssueEvent, ...]

    @property
    def issue(self) -> EmergingIssue:
        """The issue."""
        return self.page.issue

    @property
    def seen(self) -> int:
        """The id of its last event, against which an act is held."""
        return max((event.pk for event in self.page.events), default=0)

    @property
    def reached(self) -> dict[str, datetime.datetime]:
        """When the issue reached each of its states last."""
        found: dict[str, datetime.datetime] = {"new": self.issue.opened_at}
        for event in self.page.events:
            if event.after in EmergingIssue.State.values:
                found[event.after] = event.at
        return found

    @property
    def steps(self) -> tuple[tuple[str, datetime.datetime | None, bool], ...]:
        """The states in order: its words, when it was reached, whether the issue is in it now."""
        reached = self.reached
        order = list(EmergingIssue.State.values)
        now = order.index(self.issue.state)
        return tuple(
            (label, reached.get(state) if order.index(state) <= now else None, state == self.issue.state)
            for state, label in EmergingIssue.State.choices
        )

    @property
    def before(self) -> tuple[Covering, ...]:
        """Official diagnostics of before the first flag."""
        return tuple(each for each in self.official if each.was_before)

    @property
    def after(self) -> tuple[Covering, ...]:
        """Those on its day or later, and those without a date."""
        return tuple(each for each in self.official if not each.was_before)


def issue_at(brand: Brand, pk: int) -> EmergingIssue | None:
    """The issue of the manufacturer, if its reader may see it: one query."""
    return visible_issues(brand).filter(pk=pk).first()


def issue_detail(
    brand: Brand, issue: EmergingIssue, reader: User | AnonymousUser, *, now: datetime.datetime
) -> IssueDetail:
    """The page of one issue: fifteen queries at most, whatever was reported."""
    page = issue_page(issue, reader)
    problems = tuple(
        Problem.objects.visible_to(reader)
        .canonical()
        .filter(near([issue.product]), component__in=Component.objects.within(issue.component))
        .select_related("product", "component")
        .order_by("-sighting_count", "pk")[:PROBLEMS_AT_MOST]
    )
    official = _official(issue, problems, {each.diagnostic_id for each in page.attached})
    mileage, age = _histograms(issue)
    hidden = () if brand.seat.reads else PRIVATE_EVENTS
    return IssueDetail(
        page=page,
        chart=_chart(page, official),
        map=_map(issue),
        mileage=mileage,
        age=age,
        official=official,
        problems=problems,
        tried=_tried(problems, issue, now),
        events=tuple(event for event in reversed(page.events) if event.kind not in hidden),
    )


def team_for(brand: Brand) -> tuple[User, ...]:
    """Who of the manufacturer an issue can be given to, by name: one query."""
    return tuple(members_of(brand.organisation))


def weeks_of(issue: EmergingIssue) -> tuple[IssueWeek, ...]:
    """Every week that the monitor kept, the oldest first: one query."""
    return tuple(issue.weeks.all())


def _chart(page: IssuePage, official: Sequence[Covering]) -> IssueChart | None:
    state = MonitorState.objects.filter(pk=1).first()
    dated = [
        Mark(each.diagnostic.issued_on, _kind(each.diagnostic), each.diagnostic.number)
        for each in official
        if each.diagnostic.issued_on is not None
    ]
    return draw_chart(
        [WeekFigures(each.week, each.observed, each.expected, each.score) for each in page.weeks[-CHART_WEEKS:]],
        marks=[*_flags(page), *dated[-MARKS_AT_MOST:]],
        flagged_from=page.issue.first_flagged_on,
        watch=state.watch if state is not None else None,
        alert=state.alert if state is not None else None,
    )


def _flags(page: IssuePage) -> list[Mark]:
    """When the issue reached its levels: as the monitor noted it, or without a note its first flag."""
    found: list[Mark] = []
    for event in page.events:
        if event.on is not None and event.kind in (IssueEvent.Kind.FLAGGED, IssueEvent.Kind.RAISED):
            is_alert = event.kind == IssueEvent.Kind.RAISED or event.after == EmergingIssue.Level.ALERT
            found.append(_flag(event.on, is_alert=is_alert))
    return found or [_flag(page.issue.first_flagged_on, is_alert=page.issue.level == EmergingIssue.Level.ALERT)]


def _flag(day: datetime.date, *, is_alert: bool) -> Mark:
    return Mark(day, "alert" if is_alert else "watch", f"{'Alert' if is_alert else 'Watch'}, {day.day} {day:%b %Y}")


def _kind(diagnostic: OfficialDiagnostic) -> MarkKind:
    if diagnostic.kind == OfficialDiagnostic.Kind.RECALL:
        return "recall"
    return "bulletin" if diagnostic.kind == OfficialDiagnostic.Kind.BULLETIN else "official"


def _official(issue: EmergingIssue, problems: Sequence[Problem], attached: set[int]) -> tuple[Covering, ...]:
    """Official diagnostics on the component, above it but for the whole system, or below it: one query.

    And those that are linked to one of the problems, or attached.
    """
    component = issue.component
    close = Component.objects.filter(tree_id=component.tree_id).filter(
        Q(lft__lte=component.lft, rght__gte=component.rght, level__gt=0)
        | Q(lft__gte=component.lft, rght__lte=component.rght)
    )
    found = (
        OfficialDiagnostic.objects.applying_to(issue.product)
        .filter(Q(components__in=close.values("pk")) | Q(problem_links__problem__in=problems) | Q(pk__in=attached))
        .select_related("superseded_by", "remedy__evidence")
        .order_by(F("issued_on").asc(nulls_last=True), "number", "pk")
        .distinct()
    )
    return tuple(
        Covering(
            diagnostic,
            None if diagnostic.issued_on is None else (diagnostic.issued_on - issue.first_flagged_on).days,
            diagnostic.pk in attached,
        )
        for diagnostic in found[:OFFICIAL_AT_MOST]
    )


def _map(issue: EmergingIssue) -> tuple[MapLine, ...]:
    """Where below the issue's product its reports are: two queries."""
    product, component = issue.product, issue.component
    first = issue.last_flagged_on - datetime.timedelta(weeks=issue.window_weeks - 1)
    below = Q(
        component__tree_id=component.tree_id,
        component__lft__gte=component.lft,
        component__rght__lte=component.rght,
    )
    counted = (
        SeriesWeek.objects.filter(within([product]), week__gte=first, week__lte=issue.last_flagged_on)
        .order_by()
        .values_list("product__lft")
        .annotate(own=Sum("reports", filter=below, default=0), every=Sum("reports", default=0))
    )
    reports = [Reports(lft, own, every - own) for lft, own, every in counted]
    if not reports:
        return ()
    nodes = {
        node.pk: node for node in Product.objects.within(product).filter(level__lte=product.level + 2).order_by("lft")
    }
    rows = issue_map(
        product.pk,
        [Node(node.pk, node.parent_id, node.lft, node.rght) for node in nodes.values()],
        reports,
        expected=issue.expected,
    )
    return tuple(MapLine(nodes[row.pk], row) for row in rows)


def _histograms(issue: EmergingIssue) -> tuple[Histogram, Histogram]:
    """The reports that the figures speak of, by mileage and by age: one query."""
    miles: Counter[int | None] = Counter()
    years: Counter[int | None] = Counter()
    rows = (
        reports_of(issue)
        .order_by()
        .values_list("usage", "usage_unit", "product__year_from", "product__year_to", "received_on")
    )
    for usage, unit, year_from, year_to, received in rows:
        miles[mileage_band(usage, unit)] += 1
        years[_age(year_from, year_to, received)] += 1
    return (
        Histogram(bands_of(miles, LAST_MILEAGE_BAND, mileage_label), miles[None]),
        Histogram(bands_of(years, LAST_AGE_BAND, age_label), years[None]),
    )


def _age(year_from: int | None, year_to: int | None, received: datetime.date | None) -> int | None:
    """The band of age, where the product is of one year."""
    if year_from is None or year_from != year_to or received is None:
        return None
    return min(max(received.year - year_from, 0) // AGE_STEP, LAST_AGE_BAND)


def _tried(problems: Iterable[Problem], issue: EmergingIssue, now: datetime.datetime) -> tuple[Tried, ...]:
    """The remedies of the problems that it may be about, those tried most first: the queries of their plans."""
    listed = list(problems)
    if not listed:
        return ()
    by_key: dict[int, Tried] = {}
    for plan in plans_for(listed, Reader(product=issue.product), now=now).values():
        for row in plan.rows:
            by_key.setdefault(row.key, Tried(row, plan.problem))
    ordered = sorted(by_key.values(), key=lambda each: (-each.row.total, each.row.rank, each.row.key))
    return tuple(ordered[:REMEDIES_AT_MOST])
