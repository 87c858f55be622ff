"""The remedies of problems with everything the ranking weighs, in a constant number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import OwnedProduct
from products.models import DiagnosticProduct, OfficialDiagnostic, Product
from products.rules.serials import in_range
from wiki.models import Contribution, Evidence, Fix, Outcome, Problem, Remedy
from wiki.queries.evidence import prices_from, sums_by_node
from wiki.queries.ledger import path_of
from wiki.rules.judgement import Judgement
from wiki.rules.money import Exchange
from wiki.rules.sums import Age, PriceSums, levels_of, priced_reports
from wiki.rules.weighing import Danger, RecallMatch
from wiki.rules.weighing import Evidence as Judged
from wiki.rules.weighing import Remedy as Weighable

__all__ = ["LoadedRemedy", "in_force", "load_remedies", "path_of"]
TOLD = 2


@dataclass
class LoadedRemedy:
    """A remedy of a problem with its evidence and all as the rules take it.

    `told` are the outcomes to tell of, a failure first.
    """

    remedy: Remedy
    told: list[Outcome] = field(default_factory=list)
    prices: PriceSums = field(default_factory=PriceSums)
    judged: Judged | None = None
    weighable: Weighable | None = None

    @property
    def to_tell(self) -> list[int]:
        """The ids of the outcomes to tell of, where the remedy was read with them."""
        names = ("failure_told", "success_told", "next_told")
        return [pk for name in names if (pk := getattr(self.remedy, name, None)) is not None][:TOLD]

    @property
    def evidence(self) -> Evidence:
        """What is known of it wherever it was tried; nothing where nobody has tried it or voted on it."""
        return getattr(self.remedy, "evidence", None) or Evidence(pk=self.remedy.pk, half_life=1.0)

    @property
    def subject(self) -> Fix | OfficialDiagnostic:
        """The fix or the official diagnostic behind it."""
        subject = self.remedy.fix or self.remedy.diagnostic
        assert subject is not None  # remedy_is_a_fix_or_official
        return subject


def load_remedies(
    problems: Sequence[Problem],
    *,
    rules: Judgement,
    exchange: Exchange,
    today: datetime.date,
    owned: OwnedProduct | None = None,
    serial: str = "",
    nodes: Mapping[int, str] | None = None,
    explained: bool = True,
) -> dict[int, list[LoadedRemedy]]:
    """The visible remedies of each problem, by its id. Three queries, four where a recall has serial ranges.

    However many outcomes there are, what is read grows with the remedies and the depth of the tree alone. `nodes` are
    the paths of the products that the plans are for, by problem (else its own); `serial` is the reader's own serial
    number or VIN, against which the ranges of recalls are held; `explained` reads the outcomes to tell of, a query.
    """
    by_problem: dict[int, list[LoadedRemedy]] = {problem.pk: [] for problem in problems}
    links = FilteredRelation(
        "diagnostic__problem_links", condition=Q(diagnostic__problem_links__problem__in=list(by_problem))
    )
    remedies = (
        Remedy.objects.annotate(link=links)
        .filter(Q(fix__problem__in=by_problem, fix__state=Fix.State.PUBLISHED) | Q(link__isnull=False))
        .annotate(
            for_problem=Coalesce("fix__problem_id", "link__problem_id"),
            has_ranges=Exists(
                DiagnosticProduct.objects.filter(diagnostic=OuterRef("diagnostic")).exclude(serial_from="")
            ),
        )
        .select_related("fix__component", "fix__author", "fix__superseded_by", "diagnostic__superseded_by", "evidence")
        .order_by("pk")
    )
    if explained:
        remedies = remedies.annotate(
            failure_told=_told(helped=0), success_told=_told(helped=1), next_told=_told(helped=1, place=1)
        )
    ranged: set[int] = set()
    for remedy in remedies:
        item = LoadedRemedy(remedy)
        by_problem[remedy.for_problem].append(item)
        if remedy.has_ranges and remedy.diagnostic and remedy.diagnostic.kind == OfficialDiagnostic.Kind.RECALL:
            ranged.add(remedy.diagnostic.pk)
    nodes = nodes or {problem.pk: problem.product.path for problem in problems}
    _add_evidence(by_problem, nodes, rules, exchange, today)
    if explained:
        _add_outcomes([item for items in by_problem.values() for item in items])
    matched = _matched(ranged, owned, serial)
    for items in by_problem.values():
        for item in items:
            item.weighable = _weighable(item, exchange, matched, today)
    return by_problem


def _add_evidence(
    by_problem: dict[int, list[LoadedRemedy]],
    nodes: Mapping[int, str],
    rules: Judgement,
    exchange: Exchange,
    today: datetime.date,
) -> None:
    """Read the stored sums at the nodes of each problem's path: as many rows as remedies times levels, one query."""
    paths = {key: path_of(node) for key, node in nodes.items()}
    known = {item.remedy.pk for items in by_problem.values() for item in items if hasattr(item.remedy, "evidence")}
    stored = sums_by_node(known, {node for path in paths.values() for node in path}) if known else {}
    for problem, items in by_problem.items():
        for item in items:
            row = item.evidence
            age = Age(today, row.landmark or today, row.half_life)
            item.prices = prices_from(row.prices)
            priced = priced_reports(item.prices, age, rules, exchange.convert)
            levels = levels_of(stored.get(item.remedy.pk, {}), paths[problem], age, rules)
            item.judged = Judged(levels, priced)


def _add_outcomes(items: list[LoadedRemedy]) -> None:
    """Read the few outcomes that a page tells of each remedy: one query."""
    outcomes = Outcome.objects.select_related("product", "member", "affiliation")
    found = outcomes.in_bulk([pk for item in items for pk in item.to_tell])
    for item in items:
        item.told = [found[pk] for pk in item.to_tell if pk in found]


def _told(*, helped: int, place: int = 0) -> Subquery:
    """The outcome of a remedy to tell of: by those who know best, with their words, the latest first."""
    told = Contribution.objects.filter(remedy=OuterRef("pk"), helped=helped).order_by("-telling", "-on", "-outcome")
    return Subquery(told.values("outcome")[place : place + 1])


# ---------------------------------------------------------------- as the rules take it


def _weighable(
    item: LoadedRemedy, exchange: Exchange, matched: dict[int, RecallMatch], today: datetime.date
) -> Weighable:
    fix, diagnostic = item.remedy.fix, item.remedy.diagnostic
    if fix is not None:
        danger: Danger = "flagged" if fix.is_dangerous else "none"
        return Weighable(
            key=item.remedy.pk,
            kind="community",
            evidence=item.judged,
            posted_money=exchange.convert(fix.cost, fix.currency),
            posted_hours=None if fix.hours is None else float(fix.hours),
            component=fix.component_id,
            software=bool(fix.component and fix.component.is_software),
            safety=fix.safety_class,  # type: ignore[arg-type]
            danger=danger,
            in_force=fix.superseded_by_id is None,
        )
    assert diagnostic is not None  # remedy_is_a_fix_or_official
    recall: RecallMatch | None = None
    if diagnostic.kind == OfficialDiagnostic.Kind.RECALL:
        recall = "not_available" if not diagnostic.remedy_available else matched.get(diagnostic.pk, "may_apply")
    return Weighable(
        key=item.remedy.pk,
        kind="official",
        evidence=item.judged,
        posted_money=exchange.convert(diagnostic.remedy_cost, diagnostic.remedy_currency),
        software=diagnostic.over_the_air,
        in_force=in_force(diagnostic, today),
        recall=recall,
        has_warning=bool(diagnostic.warning),
    )


def in_force(diagnostic: OfficialDiagnostic, today: datetime.date) -> bool:
    """Whether a diagnostic is within its dates; a superseded one counts until the day on which it is to end."""
    return (
        (diagnostic.superseded_by_id is None or diagnostic.effective_until is not None)
        and (diagnostic.effective_from is None or diagnostic.effective_from <= today)
        and (diagnostic.effective_until is None or diagnostic.effective_until >= today)
    )


def _matched(ranged: Iterable[int], owned: OwnedProduct | None, serial: str) -> dict[int, RecallMatch]:
    """Which recalls cover the reader's own item by its serial number."""
    ranged = set(ranged)
    if owned is None or not serial or not ranged:
        return {}
    found: dict[int, RecallMatch] = {}
    on_path = Product.objects.on_path_of(owned.product)
    for row in DiagnosticProduct.objects.filter(diagnostic__in=ranged, product__in=on_path).exclude(serial_from=""):
        if in_range(serial, row.serial_from, row.serial_to):
            found[row.diagnostic_id] = "matched"
    return found
