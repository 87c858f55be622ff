"""What people reported, for the dump, without the people: votes, outcomes, and how many saw what."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear, TruncWeek

from accounts.queries.community_rules import load
from wiki.models import Contribution, Evidence, Outcome, Sighting
from wiki.open_data import records
from wiki.open_data.written import CHUNK, Written, batches, same
from wiki.rules.aggregates import AggregateRules
from wiki.rules.evidence import read_weight
from wiki.rules.giving_away import in_thousands


def votes(written: Written) -> Iterator[records.VotesRecord]:
    """The votes that weigh on each fix, by direction: how many, and what they weigh together today."""
    half_lives = dict(Evidence.objects.values_list("remedy", "half_life"))
    rows = Contribution.objects.filter(tier="vote", counts=True).order_by("remedy", "result", "pk")
    held: tuple[int, int] | None = None
    number, weight = 0, 0.0
    for remedy, fix, result, on, trust, people in rows.values_list(
        "remedy", "remedy__fix", "result", "on", "trust", "number"
    ).iterator(CHUNK):
        if fix not in written.fixes:
            continue
        key = fix, 1 if result == "up" else -1
        if held is not None and key != held:
            yield _votes(held, number, weight, written.today)
            number, weight = 0, 0.0
        held = key
        number += people
        weight += read_weight(trust, (written.today - on).days, half_lives[remedy])
    if held is not None:
        yield _votes(held, number, weight, written.today)


def outcomes(written: Written) -> Iterator[records.OutcomeRecord]:
    """Published outcomes of remedies that were written, each with what it weighs."""
    written.reporters = reporters()
    rows = Outcome.objects.counted().order_by("remedy", "happened_on", "product", "result", "pk")
    weighing = Outcome.objects.weighed().filter(pk=OuterRef("pk"))
    rows = rows.annotate(weighs=Exists(weighing)).select_related("carried")
    for row in batches(rows.prefetch_related("contributions", "also_remedies", "reported_readings")):
        also = {remedy.pk for remedy in row.also_remedies.all()}
        about = sorted(pk for pk in {row.remedy_id, *also} if pk in written.remedies)
        added = [one for one in row.contributions.all() if one.remedy_id in about]
        if not about or row.product_id not in written.products:
            continue
        main = row.remedy_id if row.remedy_id in about else about[0]
        yield records.OutcomeRecord(
            remedy=main,
            product=row.product_id,
            **same(
                row,
                *("result", "tier", "happened_on", "came_back_on", "done_by", "money", "currency", "hours"),
                *("usage_unit", "procedure_followed", "has_evidence"),
            ),
            trust=round(added[0].trust, 12) if added else None,
            weighs=row.weighs and bool(added),
            reporter=written.reporters.get(row.pk, ""),
            also_remedies=[pk for pk in about if pk != main],
            shared_among=max([one.shared_among for one in added], default=1),
            not_counted_on=[one.remedy_id for one in added if not one.counts and row.result != "not_tried"],
            usage=in_thousands(row.usage),
            harm=row.harm and main == row.remedy_id,
            readings=[one.reading_id for one in row.reported_readings.all() if one.reading_id in written.readings],
            demonstration=row.is_demonstration,
        )


def reporters() -> dict[int, str]:
    """Chance names of people who reported more than once on one remedy, by outcome; across remedies they differ.

    Only an outcome about several remedies at once ties its person's reports on these together, as it does by itself.
    """
    rows = Contribution.objects.filter(outcome__isnull=False).order_by("remedy", "person")
    found: dict[int, str] = {}
    joined: dict[str, str] = {}
    for _, theirs in groupby(rows.values_list("remedy", "person", "outcome").iterator(CHUNK), key=lambda row: row[:2]):
        outcomes = [pk for _, _, pk in theirs]
        if len(outcomes) > 1:
            known = sorted({_last(joined, found[pk]) for pk in outcomes if pk in found})
            name = known[0] if known else f"r{secrets.token_hex(8)}"
            joined.update(dict.fromkeys(known[1:], name))
            found.update(dict.fromkeys(outcomes, name))
    return {pk: _last(joined, name) for pk, name in found.items()}


def _last(joined: dict[str, str], name: str) -> str:
    while name in joined:
        name = joined[name]
    return name


def sightings(written: Written) -> Iterator[records.SightingsRecord]:
    """People by product, component, problem and year."""
    rows = Sighting.objects.annotate(year=ExtractYear("seen_on")).order_by()
    for product, component, problem, year, people in _people(rows, "product", "component", "problem", "year"):
        if product in written.products and (problem is None or problem in written.problems):
            known = component if component in written.components else None
            yield records.SightingsRecord(product=product, component=known, problem=problem, year=year, people=people)


def series(written: Written) -> Iterator[records.SeriesRecord]:
    """People by product, component and week; complaints that a recall prompted are left out."""
    rows = Sighting.objects.filter(component__isnull=False, received_on__isnull=False)
    rows = rows.exclude(complaint__prompted_by_recall=True).annotate(week=TruncWeek("received_on")).order_by()
    for product, component, week, people in _people(rows, "product", "component", "week"):
        if product in written.products and component in written.components:
            yield records.SeriesRecord(product=product, component=component, week=week, people=people)


def _people(rows: QuerySet[Sighting], *by: str) -> Iterator[tuple[Any, ...]]:
    """Groups of sightings with at least as many people as an aggregate needs; who is unknown counts once each."""
    least = load(AggregateRules).least_people
    groups = rows.values(*by).annotate(
        members=Count("member", distinct=True), others=Count("pk", filter=Q(member__isnull=True))
    )
    for *place, members, others in groups.order_by(*by).values_list(*by, "members", "others").iterator(CHUNK):
        if members + others >= least:
            yield (*place, members + others)


def _votes(key: tuple[int, int], number: int, weight: float, today: datetime.date) -> records.VotesRecord:
    value: Any = key[1]
    return records.VotesRecord(fix=key[0], value=value, number=number, weight=round(weight, 12), on=today)
