"""What happens on the whole site week by week, and what waits: for operators. Cheap at any size.

Of sightings, which can be millions, only the latest are looked at; the counts are kept for some minutes.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import CharField, Count, F, Max, Min, Model, Q, QuerySet
from django.db.models.functions import Cast, Substr

from accounts.models import Notification, User
from products.models import UnmatchedName
from wiki.models import Alarm, Fix, Flag, Outcome, Problem, Proof, Sighting
from wiki.queries.health import health
from wiki.rules.backlog import Backlog, Case, backlog

WEEKS = 26
WEEKS_AT_MOST = 104
WEEKS_DRAWN = 13
LOOKED_AT = 500_000
"""The latest rows of a table that are counted; older ones belong to earlier weeks, or to a great import."""
KEPT_FOR = 600
"""Seconds."""
COUNTED = ("sightings", "imported sightings", "problems", "fixes", "outcomes", "new members")
QUEUES = ("flags", "proofs", "alarms")


@dataclass(frozen=True, slots=True)
class Week:
    """What came in a week (it begins on a Monday, UTC), and what waited at its end; the last one is not over yet."""

    monday: datetime.date
    counts: tuple[int, ...]
    queues: tuple[Backlog, ...]

    @property
    def label(self) -> str:
        """Its number in the year: `48`."""
        return str(self.monday.isocalendar().week)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits now: how much, since when, and where it is looked at (a route, or nothing)."""

    name: str
    number: int
    since: datetime.datetime | None
    route: str = ""


@dataclass(frozen=True)
class Trends:
    """The page; weeks are in order."""

    weeks: tuple[Week, ...]
    waiting: tuple[Waiting, ...]
    index: dict[str, Any] | None

    @property
    def charts(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """The name of each thing counted, and of each queue, with its latest weeks."""
        drawn = self.weeks[-WEEKS_DRAWN:]
        counted = [(name, [(week.label, week.counts[place]) for week in drawn]) for place, name in enumerate(COUNTED)]
        queued = [
            (f"{name} waiting", [(week.label, week.queues[place].waiting) for week in drawn])
            for place, name in enumerate(QUEUES)
        ]
        return counted + queued


def trends(now: datetime.datetime, *, weeks: int = WEEKS) -> Trends:
    """The latest weeks and what waits: fifteen queries, nine of them once in ten minutes."""
    return Trends(weeks=site_weeks(now, weeks=weeks), waiting=_waiting(), index=health()["index"])


def site_weeks(now: datetime.datetime, *, weeks: int) -> tuple[Week, ...]:
    """What came in each of the latest weeks, this one included, and what waited at its end."""
    monday = now.date() - datetime.timedelta(days=now.weekday())
    mondays = [monday - datetime.timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    key = f"trends:{monday}:{weeks}"
    found: tuple[Week, ...] | None = cache.get(key)
    if found is None:
        start = datetime.datetime.combine(mondays[0], datetime.time(), now.tzinfo)
        counts = [_by_week(rows, field, start) for rows, field in _sources()]
        ends = [min(now, start + datetime.timedelta(weeks=place + 1)) for place in range(weeks)]
        queues = [backlog(cases, ends) for cases in _cases(start)]
        found = tuple(
            Week(each, tuple(count[each] for count in counts), tuple(queue[place] for queue in queues))
            for place, each in enumerate(mondays)
        )
        cache.set(key, found, KEPT_FOR)
    return found


def _sources() -> tuple[tuple[QuerySet[Any], str], ...]:
    """Where each of `COUNTED` is counted, and by which moment; demonstration data is nobody's."""
    latest = Sighting.objects.aggregate(top=Max("pk"))["top"] or 0
    sightings = Sighting.objects.filter(pk__gt=latest - LOOKED_AT, is_demonstration=False)
    return (
        (sightings.filter(member__isnull=False), "created_at"),
        (sightings.filter(member__isnull=True), "created_at"),
        (Problem.objects.filter(state=Problem.State.PUBLISHED, is_demonstration=False), "created_at"),
        (Fix.objects.filter(state=Fix.State.PUBLISHED, is_demonstration=False), "created_at"),
        (Outcome.objects.counted().filter(is_demonstration=False), "created_at"),
        (User.objects.filter(is_demonstration=False), "date_joined"),
    )


def _by_week(rows: QuerySet[Any], field: str, start: datetime.datetime) -> Counter[datetime.date]:
    """Rows by the Monday of their week: one query. A moment's text begins with its day on every database."""
    day = Substr(Cast(field, CharField()), 1, 10)
    counted = rows.filter(**{f"{field}__gte": start}).order_by().values_list(day).annotate(number=Count("pk"))
    total: Counter[datetime.date] = Counter()
    for text, number in counted:
        date = datetime.date.fromisoformat(text)
        total[date - datetime.timedelta(days=date.weekday())] += number
    return total


def _cases(start: datetime.datetime) -> tuple[list[Case], ...]:
    """The cases of each of `QUEUES` that waited at some time since the start: one query each."""

    def of(model: type[Model], begun: str, ended: str) -> list[Case]:
        rows = model._default_manager.filter(Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gte": start}))
        return list(rows.order_by("-pk").values_list(begun, ended)[:LOOKED_AT])

    return (
        of(Flag, "created_at", "decided_at"),
        of(Proof, "shown_at", "decided_at"),
        of(Alarm, "first_seen_at", "closed_at"),
    )


def _waiting() -> tuple[Waiting, ...]:
    """What waits now, for people and for machines: five queries."""
    flags = Flag.objects.filter(state=Flag.State.OPEN).aggregate(number=Count("pk"), since=Min("created_at"))
    proofs = Proof.objects.filter(decided_at=None).aggregate(number=Count("pk"), since=Min("shown_at"))
    alarms = Alarm.objects.filter(closed_at=None).aggregate(number=Count("pk"), since=Min("first_seen_at"))
    names = UnmatchedName.objects.filter(decided_at=None).count()
    mail = Notification.objects.filter(mail=Notification.Mail.WAITING).exclude(
        member__notification_mail=User.NotificationMail.NONE
    )
    mails = mail.aggregate(number=Count("member", distinct=True), since=Min(F("at")))
    return (
        Waiting("flags", flags["number"], flags["since"], "wiki:moderation"),
        Waiting("proofs", proofs["number"], proofs["since"], "wiki:proofs"),
        Waiting("alarms", alarms["number"], alarms["since"], "wiki:alarms"),
        Waiting("names in imported files", names, None, "wiki:operators-names"),
        Waiting("members to mail", mails["number"], mails["since"]),
    )
