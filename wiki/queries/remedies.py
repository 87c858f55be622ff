"""The remedies of problems with everything the ranking weighs, in a constant number of queries."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import OwnedProduct
from products.models import DiagnosticProduct, OfficialDiagnostic, Product
from products.rules.serials import in_range
from wiki.models import Fix, Outcome, Problem, Remedy, Vote
from wiki.queries.trust import trust_in
from wiki.rules.evidence import Report
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.money import Exchange
from wiki.rules.weighing import Danger, RecallMatch
from wiki.rules.weighing import Remedy as Weighable


@dataclass
class LoadedRemedy:
    """A remedy of a problem, its outcomes (newest first), and the same as the rules take it."""

    remedy: Remedy
    outcomes: list[Outcome] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    weighable: Weighable | None = None

    @property
    def subject(self) -> Fix | OfficialDiagnostic:
        """The fix or the official diagnostic behind it."""
        subject = self.remedy.fix or self.remedy.diagnostic
        assert subject is not None  # remedy_is_a_fix_or_official
        return subject


def path_of(product_path: str) -> tuple[str, ...]:
    """The nodes of a product path, root first: `cars/ford` is (`cars`, `cars/ford`)."""
    slugs = product_path.split("/")
    return tuple("/".join(slugs[: depth + 1]) for depth in range(len(slugs)))


def load_remedies(
    problems: Sequence[Problem],
    *,
    rules: Judgement,
    exchange: Exchange,
    today: datetime.date,
    owned: OwnedProduct | None = None,
    serial: str = "",
) -> dict[int, list[LoadedRemedy]]:
    """The visible remedies of each problem, by its id. Three queries, four where outcomes share remedies and five
    where a recall has serial ranges.

    `serial` is the reader's own serial number or VIN, against which the ranges of recalls are held.
    """
    by_problem: dict[int, list[LoadedRemedy]] = {problem.pk: [] for problem in problems}
    loaded: dict[int, list[tuple[int, LoadedRemedy]]] = defaultdict(list)
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
        .select_related("fix__component", "fix__superseded_by", "diagnostic__superseded_by")
        .order_by("pk")
    )
    ranged: set[int] = set()
    for remedy in remedies:
        item = LoadedRemedy(remedy)
        by_problem[remedy.for_problem].append(item)
        loaded[remedy.pk].append((remedy.for_problem, item))
        if remedy.has_ranges and remedy.diagnostic and remedy.diagnostic.kind == OfficialDiagnostic.Kind.RECALL:
            ranged.add(remedy.diagnostic.pk)
    _add_outcomes(loaded, rules, exchange, today)
    _add_votes(by_problem, {problem.pk: path_of(problem.product.path) for problem in problems}, rules, today)
    matched = _matched(ranged, owned, serial)
    for items in by_problem.values():
        for item in items:
            item.weighable = _weighable(item, exchange, matched, today)
    return by_problem


# ---------------------------------------------------------------- reports


def _add_outcomes(
    loaded: dict[int, list[tuple[int, LoadedRemedy]]],
    rules: Judgement,
    exchange: Exchange,
    today: datetime.date,
) -> None:
    outcomes = list(
        Outcome.objects.weighed()
        .filter(Q(remedy__in=loaded) | Q(also_remedies__in=loaded))
        .select_related("product", "member", "organisation")
        .annotate(shared=Count("also_remedies", distinct=True))
        .order_by("-happened_on", "-pk")
        .distinct()
    )
    shared: dict[int, set[int]] = defaultdict(set)
    if any(outcome.shared for outcome in outcomes):
        pairs = Outcome.also_remedies.through.objects.filter(outcome__in=[o.pk for o in outcomes if o.shared])
        for outcome_id, remedy_id in pairs.values_list("outcome_id", "remedy_id"):
            shared[outcome_id].add(remedy_id)
    for outcome in outcomes:
        report = report_of(outcome, rules, exchange, today, shared_among=1 + len(shared[outcome.pk]))
        for remedy_id in {outcome.remedy_id, *shared[outcome.pk]}:
            for _, item in loaded.get(remedy_id, ()):
                item.outcomes.append(outcome)
                item.reports.append(report)


def report_of(
    outcome: Outcome, rules: Judgement, exchange: Exchange, today: datetime.date, *, shared_among: int = 1
) -> Report:
    """An outcome as the rules take it. A workshop's jobs are told apart by their number, as owned products are."""
    tier: Tier = outcome.tier  # type: ignore[assignment]
    person = f"member:{outcome.member_id}" if outcome.member_id else f"mail:{outcome.mail_digest or outcome.pk}"
    owned = outcome.owned_product_id or (f"job:{outcome.job_number}" if outcome.job_number else None)
    return Report(
        person=person,
        tier=tier,
        result="came_back" if outcome.came_back_on else outcome.result,  # type: ignore[arg-type]
        path=path_of(outcome.product.path),
        age_days=float((today - outcome.happened_on).days),
        trust=trust_in(outcome.member, rules.first_trust(tier)),
        owned_product=owned,
        money=exchange.convert(outcome.money, outcome.currency),
        hours=_hours(outcome),
        shared_among=shared_among,
        at_handover=tier == "professional",
        id=outcome.pk,
    )


def _hours(outcome: Outcome) -> float | None:
    """Hours of one's own; a workshop's bill holds its labour already."""
    if outcome.done_by != Outcome.Way.MYSELF:
        return 0.0
    return None if outcome.hours is None else float(outcome.hours)


def _add_votes(
    by_problem: dict[int, list[LoadedRemedy]],
    paths: dict[int, tuple[str, ...]],
    rules: Judgement,
    today: datetime.date,
) -> None:
    by_fix = {
        item.remedy.fix_id: (item, paths[problem_id])
        for problem_id, items in by_problem.items()
        for item in items
        if item.remedy.fix_id
    }
    votes = Vote.objects.filter(fix__in=by_fix).select_related("voter")
    for vote in votes.only("pk", "fix_id", "voter__calibration", "value", "created_at"):
        assert vote.fix_id is not None  # by the filter
        item, path = by_fix[vote.fix_id]
        item.reports.append(
            Report(
                person=f"member:{vote.voter_id}",
                tier="vote",
                result="up" if vote.value > 0 else "down",
                path=path,
                age_days=float((today - vote.created_at.date()).days),
                trust=trust_in(vote.voter, rules.first_trust("vote")),
                id=vote.pk,
            )
        )


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
            reports=item.reports,
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
        reports=item.reports,
        posted_money=exchange.convert(diagnostic.remedy_cost, diagnostic.remedy_currency),
        software=diagnostic.over_the_air,
        in_force=in_force(diagnostic, today),
        recall=recall,
        has_warning=bool(diagnostic.warning),
    )


def in_force(diagnostic: OfficialDiagnostic, today: datetime.date) -> bool:
    """Whether a diagnostic is neither superseded nor outside its dates."""
    return (
        diagnostic.superseded_by_id is None
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
