"""The diagnostics gap of a manufacturer: its official diagnostics by what following them lost, against what works."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Concat

from accounts.queries.community_rules import load, register
from products.models import OfficialDiagnostic
from wiki.models import DiagnosticLink, Outcome, Problem
from wiki.queries.brand import Brand
from wiki.queries.plan import plans_for
from wiki.queries.plan_rows import PlanRow
from wiki.queries.reader import Reader
from wiki.queries.remedies import in_force
from wiki.rules.aggregates import AggregateRules
from wiki.rules.gap import Followed, GapRules, Rate, could_spare, is_judged, not_fixed_rate, ranked, total_loss
from wiki.rules.judgement import Judgement
from wiki.rules.money import ExchangeRates

register(GapRules)
register(AggregateRules)

ON_A_PAGE = 20
NOT_FIXED = Q(result__in=(Outcome.Result.FAILED, Outcome.Result.WORSE)) | Q(came_back_on__isnull=False)
PERSON = Case(
    When(member__isnull=False, then=Concat(Value("member:"), Cast("member_id", CharField()))),
    When(~Q(mail_digest=""), then=F("mail_digest")),
    When(~Q(carried__reporter=""), carried__isnull=False, then=F("carried__reporter")),
    default=Concat(Value("outcome:"), Cast("pk", CharField())),
    output_field=CharField(),
)
"""Who reports, so that one person counts once; of an erased one every report is a person's."""


@dataclass(frozen=True)
class Rival:
    """The best community remedy that is proven for a problem that the diagnostic speaks about."""

    row: PlanRow
    problem: Problem


@dataclass(frozen=True)
class Gap:
    """One official diagnostic with what people report who followed it. Amounts are US dollars."""

    diagnostic: OfficialDiagnostic
    followed: Followed
    rate: Rate
    loss: float
    in_force: bool
    rival: Rival | None = None
    spared: float | None = None

    @property
    def tells_all_prices(self) -> bool:
        """Whether each outcome that failed says what was paid."""
        return self.followed.priced == self.followed.failed


@dataclass(frozen=True)
class GapPage:
    """A page of the gap list with what it adds up to. `waiting`: diagnostics with too few outcomes to be judged yet."""

    gaps: tuple[Gap, ...]
    page: Page[int]
    waiting: tuple[tuple[OfficialDiagnostic, int], ...]
    paid_in_vain: float
    owners: int
    rules: GapRules
    least_people: int

    @property
    def is_demonstration(self) -> bool:
        """Whether any of it is demonstration data."""
        shown = [gap.diagnostic for gap in self.gaps] + [diagnostic for diagnostic, _ in self.waiting]
        return any(diagnostic.is_demonstration for diagnostic in shown)


def gap_page(brand: Brand, *, now: datetime.datetime, number: str | None = None) -> GapPage:
    """The official diagnostics of the scope by total loss. Ten queries at most, however many outcomes there are.

    All counts are of published outcomes; who reads the console sees the diagnostics that are not judged yet besides.
    """
    rules, least_people = load(GapRules), load(AggregateRules).least_people
    known = followed_by_diagnostic(outcomes_in_scope(brand))
    judged = {key: each for key, each in known.items() if is_judged(each, least_people=least_people, rules=rules)}
    wage = load(Judgement).wage_myself
    page = Paginator(ranked(judged, wage=wage), ON_A_PAGE).get_page(number)
    too_few = sorted(known.keys() - judged.keys(), key=lambda key: (-known[key].tried, key))
    waiting = too_few[:ON_A_PAGE] if brand.seat.reads else []
    diagnostics = OfficialDiagnostic.objects.select_related("superseded_by").in_bulk([*page, *waiting])
    rivals = best_rivals(page, now=now)
    return GapPage(
        gaps=tuple(gap_of(diagnostics[key], judged[key], rivals.get(key), wage=wage, today=now.date()) for key in page),
        page=page,
        waiting=tuple((diagnostics[key], known[key].tried) for key in waiting),
        paid_in_vain=sum(each.paid_in_vain for each in judged.values()),
        owners=sum(each.people_failed for each in judged.values()),
        rules=rules,
        least_people=least_people,
    )


def outcomes_in_scope(brand: Brand) -> QuerySet[Outcome]:
    """Outcomes of official remedies on the scope's products that say the procedure was followed.

    What the manufacturer's own staff say of their make weighs nothing here either.
    """
    return (
        Outcome.objects.weighed()
        .filter(brand.about(), remedy__diagnostic__isnull=False, procedure_followed=True)
        .exclude(result=Outcome.Result.NOT_TRIED)
    )


def followed_by_diagnostic(outcomes: QuerySet[Outcome]) -> dict[int, Followed]:
    """What the outcomes add up to by diagnostic, in US dollars: two queries."""
    exchange = load(ExchangeRates).exchange("USD")
    grouped = outcomes.order_by().values("remedy__diagnostic")
    found: dict[int, Followed] = defaultdict(Followed)
    for row in grouped.values("remedy__diagnostic", "currency").annotate(
        worked=Count("pk", filter=Q(result=Outcome.Result.WORKED) & ~NOT_FIXED),
        partly=Count("pk", filter=Q(result=Outcome.Result.PARTLY) & ~NOT_FIXED),
        failed=Count("pk", filter=NOT_FIXED),
        priced=Count("money", filter=NOT_FIXED),
        paid=Sum("money", filter=NOT_FIXED),
        spent=Sum("hours", filter=NOT_FIXED),
    ):
        before = found[row["remedy__diagnostic"]]
        paid = exchange.convert(row["paid"], row["currency"])
        found[row["remedy__diagnostic"]] = replace(
            before,
            worked=before.worked + row["worked"],
            partly=before.partly + row["partly"],
            failed=before.failed + row["failed"],
            priced=before.priced + (row["priced"] if paid is not None else 0),
            paid_in_vain=before.paid_in_vain + (paid or 0.0),
            hours_in_vain=before.hours_in_vain + float(row["spent"] or 0),
        )
    for counted in grouped.annotate(
        people=Count(PERSON, distinct=True), people_failed=Count(PERSON, distinct=True, filter=NOT_FIXED)
    ):
        key = counted["remedy__diagnostic"]
        found[key] = replace(found[key], people=counted["people"], people_failed=counted["people_failed"])
    return dict(found)


def gap_of(
    diagnostic: OfficialDiagnostic, followed: Followed, rival: Rival | None, *, wage: float, today: datetime.date
) -> Gap:
    """One diagnostic with its rate, its loss and what the best community remedy is expected to spare."""
    judgement = load(Judgement)
    rate = not_fixed_rate(followed, low=judgement.interval_low, high=judgement.interval_high)
    assert rate is not None  # a diagnostic without an outcome is not listed
    loss = total_loss(followed, wage=wage)
    spared = None
    if rival is not None and rival.row.cost is not None:
        spared = could_spare(loss, owners=followed.people_failed, q=rival.row.q, cost=rival.row.cost)
    return Gap(diagnostic, followed, rate, loss, in_force(diagnostic, today), rival, spared)


def best_rivals(diagnostics: Iterable[int], *, now: datetime.datetime) -> dict[int, Rival]:
    """The proven community remedy with the best chance per dollar, by diagnostic: two queries and those of one plan."""
    links = list(
        DiagnosticLink.objects.filter(
            diagnostic__in=list(diagnostics),
            problem__state=Problem.State.PUBLISHED,
            problem__duplicate_of__isnull=True,
        ).values_list("diagnostic", "problem")
    )
    if not links:
        return {}
    wanted = {problem for _, problem in links}
    problems = list(Problem.objects.filter(pk__in=wanted).select_related("product", "component"))
    best = _best_fixes(problems, now=now)
    found: dict[int, Rival] = {}
    for diagnostic, problem in links:
        rival = best.get(problem)
        if rival is not None and (diagnostic not in found or _worth(rival) > _worth(found[diagnostic])):
            found[diagnostic] = rival
    return found


def _best_fixes(problems: list[Problem], *, now: datetime.datetime) -> Mapping[int, Rival]:
    best = {}
    for key, plan in plans_for(problems, Reader(), now=now).items():
        proven = [row for row in plan.rows if row.kind == "fix" and row.step.proven and not row.superseded]
        if proven:
            best[key] = Rival(proven[0], plan.problem)
    return best


def _worth(rival: Rival) -> float:
    return rival.row.q / max(1.0, rival.row.cost or 1.0)
