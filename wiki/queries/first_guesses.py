"""What verified people found of fixes, by price class: what the first guess on an unproven fix is fitted to."""

from __future__ import annotations

import datetime
from collections import defaultdict

from products.models import OfficialDiagnostic
from wiki.models import Evidence, Fix, NodeEvidence
from wiki.queries.evidence import NODE_FIELDS, sums_from
from wiki.queries.remedies import in_force
from wiki.rules.first_guess import official_yardstick, price_class
from wiki.rules.judgement import VERIFIED, Judgement, Tier
from wiki.rules.money import Exchange
from wiki.rules.sums import Age, Sums, levels_of


def tallies_by_price(*, rules: Judgement, exchange: Exchange, today: datetime.date) -> list[tuple[str, float, float]]:
    """Price class and weighted verified successes and failures of every published fix with a price. Four queries.

    Fixes of problems without an official price have no class and are left out.
    """
    official: dict[int, list[float]] = defaultdict(list)
    linked = OfficialDiagnostic.objects.filter(problem_links__isnull=False, remedy_cost__gt=0)
    for diagnostic in linked.exclude(kind=OfficialDiagnostic.Kind.RECALL).prefetch_related("problem_links"):
        cost = exchange.convert(diagnostic.remedy_cost, diagnostic.remedy_currency)
        if cost is not None and in_force(diagnostic, today):
            for link in diagnostic.problem_links.all():
                official[link.problem_id].append(cost)
    rows = NodeEvidence.objects.filter(
        product__parent=None,
        tier__in=VERIFIED,
        remedy__fix__state=Fix.State.PUBLISHED,
        remedy__fix__cost__isnull=False,
    ).select_related("remedy__fix", "product")
    sums: dict[int, dict[tuple[str, Tier], Sums]] = defaultdict(dict)
    fixes = {}
    for row in rows.order_by("pk"):
        values = [getattr(row, name) for name in NODE_FIELDS]
        sums[row.remedy_id][row.product.path, row.tier] = sums_from(values)  # type: ignore[index]
        fixes[row.remedy_id] = (row.remedy, row.product.path)
    stored = Evidence.objects.in_bulk(list(sums))
    found = []
    for key, (remedy, root) in fixes.items():
        fix = remedy.fix
        assert fix is not None  # by the filter
        yardstick = official_yardstick(official[fix.problem_id], rules)
        money = exchange.convert(fix.cost, fix.currency)
        if yardstick is None or money is None:
            continue
        cost = money + float(fix.hours or 0) * rules.wage_myself
        age = Age(today, stored[key].landmark, stored[key].half_life)
        pairs = levels_of(sums[key], (root,), age, rules)[0].weights.values()
        success, failure = (sum(pair[place] for pair in pairs) for place in (0, 1))
        found.append((price_class(cost, yardstick), success, failure))
    return found
