"""What is searched for and what is not found, for operators: words that several days have, and no others."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Max, Sum

from accounts.queries.community_rules import load
from wiki.models import SearchCount
from wiki.rules.searches import SearchRules

PERIODS = {"7": "7 days", "30": "30 days", "90": "90 days"}
USUAL_PERIOD = "30"
MOST_SHOWN = 100


@dataclass(frozen=True)
class SearchRow:
    """Words that were searched for, how often and on how many days of the period, and on which day last."""

    text: str
    times: int
    days: int
    last: datetime.date


@dataclass(frozen=True)
class SearchesPage:
    """The page of searches. `rules` say when words are kept, and for how long."""

    period: str
    periods: dict[str, str]
    made: tuple[SearchRow, ...]
    in_vain: tuple[SearchRow, ...]
    rules: SearchRules


def searches_page(period: str, *, now: datetime.datetime) -> SearchesPage:
    """What was searched for most, and most in vain, in a period of so many days; three queries."""
    chosen = period if period in PERIODS else USUAL_PERIOD
    rules = load(SearchRules)
    return SearchesPage(
        period=chosen,
        periods=PERIODS,
        made=_rows(int(chosen), rules, now, in_vain=False),
        in_vain=_rows(int(chosen), rules, now, in_vain=True),
        rules=rules,
    )


def _rows(days: int, rules: SearchRules, now: datetime.datetime, *, in_vain: bool) -> tuple[SearchRow, ...]:
    first = now.date() - datetime.timedelta(days=days - 1)
    common = (
        SearchCount.objects.exclude(text="")
        .values("digest")
        .annotate(days=Count("day", distinct=True))
        .filter(days__gte=rules.days_before_kept)
    )
    rows = SearchCount.objects.filter(day__gte=first, digest__in=common.values("digest"))
    if in_vain:
        rows = rows.filter(found=False)
    found = (
        rows.values("text")
        .annotate(sum=Sum("times"), on_days=Count("day", distinct=True), last=Max("day"))
        .order_by("-sum", "text")[:MOST_SHOWN]
    )
    return tuple(SearchRow(row["text"], row["sum"], row["on_days"], row["last"]) for row in found)
