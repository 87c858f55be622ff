"""Count a search, and forget old counts."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.queries.community_rules import load
from wiki.models import SearchCount
from wiki.rules.searches import SearchRules
from wiki.search.counted import countable

MOST_A_DAY = 20_000
"""Different searches counted on one day: a flood fills no disk."""


@transaction.atomic
def count_search(*, text: str, found: bool, now: datetime.datetime) -> bool:
    """Count what may be counted of a search; whether anything was.

    Until its words came on several days, a keyed digest stands for them: what one person typed once is never stored.
    """
    said = countable(text)
    if not said:
        return False
    digest = salted_hmac("wiki.searches", said, algorithm="sha256").hexdigest()[:32]
    counts = SearchCount.objects.filter(digest=digest)
    if not counts.filter(day=now.date(), found=found).update(times=F("times") + 1):
        if SearchCount.objects.filter(day=now.date()).count() >= MOST_A_DAY:
            return False
        SearchCount.objects.create(day=now.date(), digest=digest, found=found)
    if counts.values("day").distinct().count() >= load(SearchRules).days_before_kept:
        counts.filter(text="").update(text=said)
    return True


@transaction.atomic
def forget_searches(*, now: datetime.datetime) -> int:
    """Delete the counts that are older than they may be kept; how many."""
    last = now.date() - datetime.timedelta(days=load(SearchRules).days_counted)
    return SearchCount.objects.filter(day__lte=last).delete()[0]
