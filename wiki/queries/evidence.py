"""The evidence store, read: sums by node for plans, and what a replay of the ledger says they should be."""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from products.models import Product
from wiki.models import CarriedVotes, Contribution, Evidence, NodeEvidence, Outcome, Remedy, Vote
from wiki.queries.ledger import contribution_of, entries_of, path_of
from wiki.rules.evidence import Report
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.money import ExchangeRates
from wiki.rules.sums import COUNTED, Piece, PriceSums, Sums, piece_of, price_words

Place = tuple[str, Tier]
NODE_FIELDS = ("success", "failure", "worse_weight", *COUNTED, "successes", "provisional")
PEOPLE_FIELDS = ("tried", "worked", "worked_with_evidence", "worked_by_professional", "failed")


def sums_by_node(remedies: Collection[int], nodes: Collection[str]) -> dict[int, dict[Place, Sums]]:
    """The stored sums of remedies at the nodes (paths) by remedy, node and tier: one query."""
    found: dict[int, dict[Place, Sums]] = defaultdict(dict)
    rows = NodeEvidence.objects.filter(remedy__in=remedies, product__path__in=nodes).order_by()
    for remedy, node, tier, *values in rows.values_list("remedy", "product__path", "tier", *NODE_FIELDS):
        found[remedy][node, tier] = sums_from(values)
    return found


def half_life_of(remedy: Remedy, rules: Judgement) -> float:
    """Days after which a report on the remedy counts half; software ages sooner."""
    if remedy.fix is not None:
        software = bool(remedy.fix.component and remedy.fix.component.is_software)
    else:
        software = bool(remedy.diagnostic and remedy.diagnostic.over_the_air)
    return rules.half_life_days(software=software)


def remedies_with_evidence() -> list[int]:
    """Every remedy with an outcome, a vote or stored sums, by id."""
    found = set(Outcome.objects.values_list("remedy", flat=True).distinct())
    found |= set(Outcome.also_remedies.through.objects.values_list("remedy", flat=True).distinct())
    found |= set(Vote.objects.filter(fix__isnull=False).values_list("fix__remedy", flat=True).distinct())
    found |= set(CarriedVotes.objects.values_list("fix__remedy", flat=True))
    found |= set(Evidence.objects.values_list("remedy", flat=True))
    return sorted(found - {None})


def remedies_of(person: str) -> list[int]:
    """The remedies on which a person (`member:12`, or `mail:` and a digest) reported or voted, by id. Four queries."""
    kind, _, name = person.partition(":")
    found = set(Contribution.objects.filter(person=person).values_list("remedy", flat=True))
    if kind == "member":
        outcomes = Outcome.objects.filter(member=int(name))
        found |= set(outcomes.values_list("remedy", flat=True))
        found |= set(outcomes.filter(also_remedies__isnull=False).values_list("also_remedies", flat=True))
        found |= set(
            Vote.objects.filter(voter=int(name), fix__remedy__isnull=False).values_list("fix__remedy", flat=True)
        )
    return sorted(found)


# ---------------------------------------------------------------- proof


def differences(remedy: Remedy, rules: Judgement, *, today: datetime.date) -> list[str]:
    """What is stored of a remedy and differs from a replay of its ledger by more than 1e-9, in words; five queries.

    The replay takes the landmark and the half-life that are stored; a half-life that is due no more is a difference.
    """
    exchange = ExchangeRates().exchange("USD")
    due = [contribution_of(one) for one in entries_of([remedy.pk], rules=rules, exchange=exchange, today=today)]
    row = Evidence.objects.filter(remedy=remedy.pk).first()
    if row is None or not due:
        return ["nothing is stored"] if due else ["more is stored than was reported"] if row else []
    found = []
    if not math.isclose(row.half_life, half_life_of(remedy, rules)):
        found.append(f"a half-life of {row.half_life:g} days, due are {half_life_of(remedy, rules):g}")
    stored = {
        (node, tier): sums_from(values)
        for node, tier, *values in NodeEvidence.objects.filter(remedy=remedy.pk).values_list(
            "product__path", "tier", *NODE_FIELDS
        )
    }
    replayed: dict[tuple[str, str], Sums] = defaultdict(Sums)
    prices = PriceSums()
    for one in due:
        if one.counts:
            piece = piece_from(one, landmark=row.landmark, half_life=row.half_life)
            for node in path_of(one.product.path):
                replayed[node, one.tier].put(piece, ripe_until=row.ripe_until)
            prices.put(piece, ripe_until=row.ripe_until)
    for place in sorted(stored.keys() | replayed.keys()):
        mine, theirs = stored.get(place, Sums()), replayed[place]
        mine.ripen(row.ripe_until)
        if not _close(mine, theirs):
            found.append(f"{' '.join(place)}: {_in_words(mine)}, the ledger says {_in_words(theirs)}")
    held = prices_from(row.prices)
    held.ripen(row.ripe_until)
    if held.cells.keys() != prices.cells.keys() or any(
        count != prices.cells[key][1] or not _near(weight, prices.cells[key][0])
        for key, (weight, count) in held.cells.items()
    ):
        found.append("the prices")
    people = {name: getattr(row, name) for name in PEOPLE_FIELDS}
    if people != people_in(due):
        found.append(f"people {people}, the ledger says {people_in(due)}")
    reports = [one for one in due if one.outcome_id is not None]
    last_on = max((one.on for one in due if one.helped is not None), default=None)
    counted = (row.reports, row.harm, row.last_on)
    if counted != (len(reports), sum(one.harm for one in reports), last_on):
        found.append(f"reports, harm and the last day: {counted}")
    number = Contribution.objects.filter(remedy=remedy.pk).count()
    if number != len(due):
        found.append(f"{number} contributions, the ledger has {len(due)}")
    return found


def _close(one: Sums, other: Sums) -> bool:
    return (
        one.people == other.people
        and _near(one.successes, other.successes)
        and all(map(_near, one.weights, other.weights))
        and all(
            all(map(_near, one.provisional.get(day, _NOTHING), other.provisional.get(day, _NOTHING)))
            for day in one.provisional.keys() | other.provisional.keys()
        )
    )


_NOTHING = [0.0] * 3


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _in_words(sums: Sums) -> str:
    success, failure, worse = sums.weights
    return f"{sum(sums.people)} people, {success:.12g} + {failure:.12g} + {worse:.12g}"


# ---------------------------------------------------------------- rows and sums


def sums_from(values: list[Any]) -> Sums:
    """Sums from the values of `NODE_FIELDS`."""
    success, failure, worse, *counts, successes, provisional = values
    days = {datetime.date.fromisoformat(day): list(weights) for day, weights in provisional.items()}
    return Sums([success, failure, worse], counts, successes, days)


def values_of(sums: Sums) -> list[Any]:
    """Sums as the values of `NODE_FIELDS`."""
    provisional = {day.isoformat(): weights for day, weights in sorted(sums.provisional.items())}
    return [*sums.weights, *sums.people, sums.successes, provisional]


def prices_from(rows: list[list[Any]]) -> PriceSums:
    """The prices that an evidence row holds."""
    return PriceSums({(tier, *rest): (weight, count) for tier, *rest, weight, count in rows})


def rows_of(prices: PriceSums) -> list[list[Any]]:
    """Prices as an evidence row holds them."""
    return [[*key, *value] for key, value in prices.cells.items()]


def piece_from(contribution: Contribution, *, landmark: datetime.date, half_life: float) -> Piece:
    """A contribution as the sums of its remedy take it."""
    report = Report(
        person=contribution.person,
        tier=contribution.tier,  # type: ignore[arg-type]
        result=contribution.result,  # type: ignore[arg-type]
        path=(),
        trust=contribution.trust,
        shared_among=contribution.shared_among,
        at_handover=contribution.at_handover,
    )
    price = None
    if contribution.money is not None:
        price = (
            report.tier,
            report.result == "worked",
            contribution.currency,
            str(price_words(contribution.money)),
            price_words(contribution.hours),
        )
    return piece_of(
        report, on=contribution.on, landmark=landmark, half_life=half_life, price=price, number=contribution.number
    )


def people_in(contributions: Iterable[Contribution]) -> dict[str, int]:
    """How many people tried a remedy, by `PEOPLE_FIELDS`; each counts once, whatever they own."""
    who: dict[str, set[str]] = {name: set() for name in PEOPLE_FIELDS}
    for one in contributions:
        if one.helped is None:
            continue
        who["tried"].add(one.person)
        if one.result == "worked":
            who["worked"].add(one.person)
            if one.has_evidence:
                who["worked_with_evidence"].add(one.person)
            if one.tier == "professional":
                who["worked_by_professional"].add(one.person)
        elif not one.helped:
            who["failed"].add(one.person)
    return {name: len(people) for name, people in who.items()}


def ancestors_of(products: Mapping[int, str]) -> dict[int, tuple[int, ...]]:
    """The ids on the way from the root to each product, itself last, from ids with their paths. One query."""
    ways = {pk: path_of(path) for pk, path in products.items()}
    paths = {node for way in ways.values() for node in way}
    known = dict(Product.objects.filter(path__in=paths).order_by().values_list("path", "pk"))
    return {pk: tuple(known[node] for node in way) for pk, way in ways.items()}
