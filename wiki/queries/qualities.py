"""The quality of problems, read from the evidence store for many at once."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import F

from accounts.queries.community_rules import load
from wiki.models import Evidence, Fix, NodeEvidence
from wiki.queries.evidence import NODE_FIELDS, sums_from
from wiki.queries.ledger import path_of
from wiki.rules.chance import climb
from wiki.rules.judgement import DAYS_PER_MONTH, Judgement, Kind
from wiki.rules.quality import CYCLE, Known, QualityRules, quality_of, reckoned_on
from wiki.rules.sums import Age, Sums, levels_of

_BEHIND: dict[Kind, str] = {
    "community": "remedy__fix__problem",
    "official": "remedy__diagnostic__problem_links__problem",
}
_IN_FORCE: dict[Kind, dict[str, Any]] = {
    "community": {
        "remedy__fix__state": Fix.State.PUBLISHED,
        "remedy__fix__superseded_by": None,
        "remedy__fix__is_dangerous": False,
    },
    "official": {"remedy__diagnostic__superseded_by": None},
}
"""What a remedy must be to count."""

_REMEDY = ("remedy", "remedy__evidence__landmark", "remedy__evidence__half_life", "remedy__evidence__last_on")


def rules_of_quality() -> tuple[QualityRules, Judgement]:
    """The community rules that a quality follows from, in force."""
    return load(QualityRules), load(Judgement)


def qualities_of(problems: Collection[int], *, today: datetime.date) -> dict[int, int]:
    """The quality of each problem that has any, by id; two queries.

    Remedies that are superseded or warned of do not count. The first guess by price is left out: what nobody has tried
    has no quality, and where many have, a guess says little.
    """
    quality, rules = rules_of_quality()
    found: dict[int, list[Known]] = defaultdict(list)
    for kind in _BEHIND:
        for problem, known in _remedies(kind, problems, rules, today):
            found[problem].append(known)
    worth = {problem: quality_of(known, quality) for problem, known in found.items()}
    return {problem: number for problem, number in worth.items() if number}


def due_between(since: datetime.date, until: datetime.date) -> set[int]:
    """Problems with evidence whose quality is reckoned for a day after `since`, up to `until`. Two queries."""
    days = (until - since).days
    if days <= 0:
        return set()
    due = {(-day) % CYCLE for day in range(since.toordinal() + 1, since.toordinal() + 1 + min(days, CYCLE))}
    found: set[int] = set()
    for way in _BEHIND.values():
        behind = way.removeprefix("remedy__")
        rows = Evidence.objects.filter(**{f"remedy__{behind}__isnull": False}).annotate(
            place=F(f"remedy__{behind}__id") % CYCLE
        )
        found |= set(rows.filter(place__in=due).values_list(f"remedy__{behind}", flat=True))
    return found


def _remedies(
    kind: Kind, problems: Collection[int], rules: Judgement, today: datetime.date
) -> Iterator[tuple[int, Known]]:
    """Every remedy in force of the problems, with the evidence on the line of the problem's own product.

    What decides is left to this function and not to the database, which would begin with all fixes or all products.
    """
    way = _BEHIND[kind]
    columns = tuple(_IN_FORCE[kind])
    in_force = list(_IN_FORCE[kind].values())
    rows = NodeEvidence.objects.filter(**{f"{way}__in": problems}).order_by("remedy", "product__level")
    read = rows.values_list(
        way, f"{way}__product__path", *_REMEDY, *columns, "product__path", "tier", *NODE_FIELDS
    )  # fmt: skip
    sums: dict[tuple[Any, ...], dict[Any, Sums]] = defaultdict(dict)
    for row in read:
        (*key, node, tier), values = row[: -len(NODE_FIELDS)], list(row[-len(NODE_FIELDS) :])
        problem, own, remedy, landmark, half_life, last_on, *state = key
        if state == in_force and f"{own}/".startswith(f"{node}/"):
            sums[problem, own, remedy, landmark, half_life, last_on][node, tier] = sums_from(values)
    for (problem, own, _, landmark, half_life, last_on), at in sums.items():
        day = reckoned_on(problem, today)
        rungs = climb(levels_of(at, path_of(own), Age(day, landmark, half_life), rules), kind, rules)
        months = (day - last_on).days / DAYS_PER_MONTH if last_on is not None else 0.0
        yield problem, Known(rungs[-1].q, sum(rung.reports for rung in rungs), months)
