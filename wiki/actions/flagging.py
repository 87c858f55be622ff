"""What the monitor does with the episodes it found: open issues, bring their figures up to date, close quiet ones."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from products.database import insert_many
from products.models import Component, Product
from wiki.classifier.symptoms import symptoms_of
from wiki.models import EmergingIssue, IssueEvent, IssueWeek, MonitorState
from wiki.monitor.records import Record
from wiki.monitor.replay import Episode, Levels
from wiki.queries.issue_reports import reported, words_of
from wiki.rules.emergence import MonitorRules

QUIET = "No week above its level for {weeks} weeks, and nobody had taken it up."
VANISHED = "What is on record now no longer shows it."
LOWERED_AFTER = 4
"""Weeks below its level after which that is noted."""
Kind = IssueEvent.Kind
State = EmergingIssue.State
Level = EmergingIssue.Level


@dataclass(frozen=True)
class Flagging:
    """What an episode became."""

    issue: EmergingIssue | None
    is_new: bool = False
    is_closed: bool = False


@transaction.atomic
def flag_episode(
    *, episode: Episode, record: Record, levels: Levels, rules: MonitorRules, now: datetime.datetime
) -> Flagging:
    """Open an issue for an episode, or bring the one that it belongs to up to date.

    Nothing is opened for fewer people than the rules ask for. What people closed stays as it is.
    """
    product = Product.objects.get(pk=record.products[episode.node])
    component = Component.objects.get(pk=record.components[episode.column])
    issue = _issue_of(episode, product, component, record, rules)
    if issue is not None and not issue.is_open and _closed_by_a_person(issue):
        return Flagging(issue)
    is_new = issue is None
    if issue is None:
        issue = EmergingIssue(product=product, component=component, opened_at=now)
    else:
        _follow(issue, product, component, record.monday(episode.last), now)
    before = issue.level
    _measure(issue, episode, record, levels)
    found = reported(issue)
    if is_new and found.people < rules.least_reports:
        return Flagging(None)
    issue.fires, issue.crashes, issue.injuries = found.fires, found.crashes, found.injuries
    issue.is_demonstration = found.is_demonstration
    issue.save()
    if is_new:
        _note(
            issue,
            Kind.FLAGGED,
            now,
            on=issue.first_flagged_on,
            after=Level.WATCH if _rose(episode, levels) else issue.level,
        )
        before = Level.WATCH if _rose(episode, levels) else issue.level
    if issue.level == Level.ALERT and before == Level.WATCH:
        week = episode.first_at(levels.alert)
        _note(issue, Kind.RAISED, now, on=record.monday(week or episode.last), before=Level.WATCH, after=Level.ALERT)
    _keep_weeks(issue, episode, record)
    return Flagging(issue, is_new, _rest(issue, episode, record, rules, now))


@transaction.atomic
def describe_issue(*, issue: EmergingIssue) -> None:
    """Say in words what the reports of an issue speak of: telling terms, symptoms, the most central ones."""
    ids, own, others = words_of(issue)
    found = symptoms_of(own, others)
    issue.terms = [list(term) for term in found.terms]
    issue.clusters = [{"terms": list(each.terms), "reports": len(each.members)} for each in found.clusters]
    issue.central = [ids[place] for place in found.central]
    issue.save(update_fields=["terms", "clusters", "central"])


@transaction.atomic
def close_vanished(*, seen: Collection[int], week: datetime.date, now: datetime.datetime) -> int:
    """Close the issues that nobody took up and that what is on record no longer shows; how many.

    `seen` are the ids of those that it shows. Reports were taken back, filed elsewhere, or products were moved.
    """
    vanished = EmergingIssue.objects.select_for_update().filter(state=State.NEW).exclude(pk__in=seen)
    for issue in vanished:
        issue.state, issue.closed_at = State.CLOSED, now
        issue.save(update_fields=["state", "closed_at"])
        _note(issue, Kind.CLOSED, now, on=week, note=VANISHED, before=State.NEW, after=State.CLOSED)
    return len(vanished)


@transaction.atomic
def come_through(*, week: datetime.date, levels: Levels | None, now: datetime.datetime) -> None:
    """Note that the monitor has looked at everything up to this week, and with which levels."""
    MonitorState.objects.select_for_update().get_or_create(pk=1)
    MonitorState.objects.filter(pk=1).update(
        through=week,
        changed_from=None,
        ran_at=now,
        watch=levels.watch if levels is not None else None,
        alert=levels.alert if levels is not None else None,
    )


def _issue_of(
    episode: Episode, product: Product, component: Component, record: Record, rules: MonitorRules
) -> EmergingIssue | None:
    """The issue on the same line of products and components whose weeks meet the episode's; an open one first."""
    quiet = datetime.timedelta(weeks=rules.quiet_weeks)
    line = Q(product__tree_id=product.tree_id) & (
        Q(product__lft__lte=product.lft, product__rght__gte=product.rght)
        | Q(product__lft__gte=product.lft, product__rght__lte=product.rght)
    )
    parts = Q(component__tree_id=component.tree_id) & (
        Q(component__lft__lte=component.lft, component__rght__gte=component.rght)
        | Q(component__lft__gte=component.lft, component__rght__lte=component.rght)
    )
    met = EmergingIssue.objects.select_for_update(of=("self",)).filter(
        line,
        parts,
        first_flagged_on__lte=record.monday(episode.last) + quiet,
        last_flagged_on__gte=record.monday(episode.first) - quiet,
    )
    found = list(met.select_related("product", "component").order_by("pk"))
    return min(found, key=lambda issue: (not issue.is_open, issue.product_id != product.pk, issue.pk), default=None)


def _closed_by_a_person(issue: EmergingIssue) -> bool:
    last = issue.events.filter(kind=Kind.CLOSED).order_by("-pk").first()
    return last is not None and last.member_id is not None


def _follow(
    issue: EmergingIssue, product: Product, component: Component, week: datetime.date, now: datetime.datetime
) -> None:
    """Let an issue that nobody has taken up stand where the trouble is located now, unless another stands there."""
    if issue.state != State.NEW or (issue.product_id, issue.component_id) == (product.pk, component.pk):
        return
    there = EmergingIssue.objects.filter(product=product, component=component).exclude(state=State.CLOSED)
    if there.exclude(pk=issue.pk).exists():
        return
    before = str(issue)
    issue.product, issue.component = product, component
    _note(issue, Kind.MOVED, now, on=week, before=before[:255], after=str(issue)[:255])


def _rose(episode: Episode, levels: Levels) -> bool:
    """Whether it was on watch before it was an alert."""
    return episode.peak >= levels.alert and episode.flagged[0][1] < levels.alert


def _measure(issue: EmergingIssue, episode: Episode, record: Record, levels: Levels) -> None:
    first = record.monday(episode.first)
    issue.first_flagged_on = first if issue.pk is None else min(first, issue.first_flagged_on)
    issue.last_flagged_on = max(record.monday(episode.last), issue.first_flagged_on)
    issue.level = Level.ALERT if episode.peak >= levels.alert else Level.WATCH
    issue.window_weeks = episode.window
    issue.observed = round(episode.observed)
    issue.expected = round(episode.expected, 3)
    issue.ratio, issue.ratio_low, issue.ratio_high = (round(number, 3) for number in episode.ratio)
    issue.doubling_weeks = None if episode.doubling is None else round(episode.doubling, 1)
    issue.score = round(episode.score, 2)
    issue.is_public = issue.is_public or episode.is_public


def _keep_weeks(issue: EmergingIssue, episode: Episode, record: Record) -> None:
    IssueWeek.objects.filter(issue=issue).delete()
    insert_many(
        IssueWeek,
        ("issue", "week", "observed", "expected", "score"),
        [
            (
                issue.pk,
                record.monday(point.week),
                round(point.observed),
                round(point.expected, 3),
                round(point.score, 2),
            )
            for point in episode.points
        ],
    )


def _rest(issue: EmergingIssue, episode: Episode, record: Record, rules: MonitorRules, now: datetime.datetime) -> bool:
    """Note that an issue fell below its level; close one that nobody took up and that stays quiet; whether closed."""
    silence = record.weeks - 1 - episode.last
    flagged_on = record.monday(episode.last)
    if silence >= LOWERED_AFTER and not issue.events.filter(kind=Kind.LOWERED, on__gt=flagged_on).exists():
        _note(issue, Kind.LOWERED, now, on=record.monday(episode.last + LOWERED_AFTER))
    if silence <= rules.quiet_weeks or issue.state != State.NEW:
        return False
    issue.state, issue.closed_at = State.CLOSED, now
    issue.save(update_fields=["state", "closed_at"])
    end = record.monday(episode.last + rules.quiet_weeks)
    _note(
        issue,
        Kind.CLOSED,
        now,
        on=end,
        note=QUIET.format(weeks=rules.quiet_weeks),
        before=State.NEW,
        after=State.CLOSED,
    )
    return True


def _note(
    issue: EmergingIssue,
    kind: IssueEvent.Kind,
    now: datetime.datetime,
    *,
    on: datetime.date,
    note: str = "",
    before: str = "",
    after: str = "",
) -> None:
    if issue.pk is None:
        return
    IssueEvent.objects.create(issue=issue, kind=kind, at=now, on=on, note=note, before=before, after=after)
