"""The plan of a problem as a page prints it: the rules' plan with titles, people, words and addresses."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.queries.community_rules import load, register
from products.models import Product
from wiki.models import Outcome, Problem
from wiki.queries.plan_words import Hundred, PeopleGroup, Why, hundred_owners, once_in, people_groups, why
from wiki.queries.reader import Reader
from wiki.queries.remedies import LoadedRemedy, load_remedies, path_of
from wiki.rules.judgement import VERIFIED, Judgement
from wiki.rules.money import ExchangeRates
from wiki.rules.plan import WHY, Plan, Step, make_plan
from wiki.rules.remedy_state import RemedyState, StateFacts, StateRules, remedy_state
from wiki.rules.safety import SafetyFacts
from wiki.rules.words import money as money_words
from wiki.rules.words import whole

for _rules in (Judgement, ExchangeRates, StateRules):
    register(_rules)


@dataclass(frozen=True)
class PlanRow:
    """One remedy of the plan with everything that `components/plan_row.html` prints."""

    step: Step
    loaded: LoadedRemedy
    key: int
    rank: int
    title: str
    url: str
    kind: str
    leads: bool
    by_professional: bool
    summary: str
    reports: tuple[PeopleGroup, ...]
    q: float
    low: float
    high: float
    untested: bool
    few: bool
    early: bool
    unproven: bool
    tried: bool
    chance_note: str
    cost: float | None
    cost_note: str
    hours: float | None
    hours_note: str
    saving: int | None
    saving_note: str
    outcome_url: str
    read_label: str
    notice: str
    state: RemedyState
    why: Why | None = None
    why_open: bool = False

    @property
    def disputed(self) -> bool:
        """Whether half or more of those who tried it say that it did not help."""
        return self.state.state == "disputed"

    @property
    def stale(self) -> bool:
        """Whether nobody has reported an outcome for two years."""
        return self.state.state == "stale"

    @property
    def superseded(self) -> bool:
        """Whether something else took its place."""
        return self.state.state == "superseded"

    @property
    def superseded_by(self) -> str:
        """What took its place."""
        by = self.loaded.subject.superseded_by
        return str(by) if by is not None else ""

    @property
    def superseded_url(self) -> str:
        """Where that stands."""
        by = self.loaded.subject.superseded_by
        return by.get_absolute_url() if by is not None else ""

    @property
    def dangerous(self) -> bool:
        """Whether a warning stands in front of it."""
        return self.state.state == "dangerous"

    @property
    def danger_reason(self) -> str:
        """What the warning says."""
        return self.loaded.remedy.fix.dangerous_reason if self.loaded.remedy.fix is not None else ""

    @property
    def worked(self) -> int:
        """For how many people it worked."""
        return sum(group.worked for group in self.reports)

    @property
    def total(self) -> int:
        """How many people tried it."""
        return sum(group.total for group in self.reports)


@dataclass(frozen=True)
class ProblemPlan:
    """The plan of one problem for one reader."""

    problem: Problem
    reader: Reader
    product: Product
    plan: Plan
    items: tuple[LoadedRemedy, ...]
    rows: tuple[PlanRow, ...]
    orders: tuple[Hundred, ...]

    @property
    def first(self) -> PlanRow | None:
        """What to try first."""
        return self.rows[0] if self.rows else None

    @property
    def official(self) -> PlanRow | None:
        """The row of the official path, the yardstick of the saving."""
        path = self.plan.path
        return next((row for row in self.rows if path and row.key == path.key), None)

    @property
    def has_savings(self) -> bool:
        """Whether a saving may be shown: an official cost is known and something is proven."""
        return self.plan.money.saving_shown is not None

    def row(self, key: int) -> PlanRow | None:
        """The row of a remedy."""
        return next((row for row in self.rows if row.key == key), None)


@dataclass(frozen=True)
class StepSummary:
    """The first step of a plan in small, for search hits and lists (`components/hit.html`)."""

    title: str
    url: str
    kind: str
    by_professional: bool
    q: float
    low: float
    high: float
    untested: bool
    few: bool
    worked: int
    total: int
    cost: float | None
    saving: int | None
    state: str
    confirmed: bool
    reports: PeopleGroup
    paid: float | None
    official_price: float | None

    @property
    def saved(self) -> int | None:
        """What those who paid for it did not pay for the official remedy; the difference of the printed amounts."""
        if self.paid is None or self.official_price is None:
            return None
        return whole(self.official_price) - whole(self.paid)


def plan_for(
    problem: Problem,
    reader: Reader,
    *,
    now: datetime.datetime,
    product_names: dict[str, str] | None = None,
    harmful_sightings: int = 0,
) -> ProblemPlan:
    """The plan of a problem for a reader. Four queries, six at most; the problem's product must be at hand.

    `product_names` gives the names of the nodes on the reader's path, for the sentences; `harmful_sightings` is the
    number of sightings with fire or injury.
    """
    rules = load(Judgement)
    items = _load([problem], reader, rules, now)[problem.pk]
    return _plan(problem, items, reader, rules, now, product_names or {}, harmful_sightings=harmful_sightings)


def first_steps(problems: Sequence[Problem], reader: Reader, *, now: datetime.datetime) -> dict[int, StepSummary]:
    """The first step of each problem's plan, by problem id; without an entry where there is no remedy."""
    rules = load(Judgement)
    found = {}
    for problem_id, items in _load(problems, reader, rules, now).items():
        problem = next(problem for problem in problems if problem.pk == problem_id)
        made = _plan(problem, items, reader, rules, now, {}, explained=False)
        if made.first is not None:
            found[problem_id] = _summary(made.first, made)
    return found


def _load(
    problems: Sequence[Problem], reader: Reader, rules: Judgement, now: datetime.datetime
) -> dict[int, list[LoadedRemedy]]:
    return load_remedies(
        problems,
        rules=rules,
        exchange=load(ExchangeRates).exchange(reader.currency),
        today=now.date(),
        owned=reader.owned,
        serial=reader.serial,
    )


def node_for(problem: Problem, reader: Reader) -> Product:
    """The product a plan is made for: the reader's, when it lies below the problem's; else the problem's own."""
    chosen = reader.product
    if chosen is not None and (chosen.path + "/").startswith(problem.product.path + "/"):
        return chosen
    return problem.product


def _plan(
    problem: Problem,
    items: list[LoadedRemedy],
    reader: Reader,
    rules: Judgement,
    now: datetime.datetime,
    names: dict[str, str],
    *,
    explained: bool = True,
    harmful_sightings: int = 0,
) -> ProblemPlan:
    product = node_for(problem, reader)
    made = make_plan(
        [item.weighable for item in items if item.weighable is not None],
        path=path_of(product.path),
        circumstances=reader.circumstances,
        facts=_safety_facts(problem, items, harmful_sightings),
        rules=rules,
    )
    by_key = {item.remedy.pk: item for item in items}
    state_rules = load(StateRules)
    rows = tuple(
        _row(step, by_key[step.key], made, problem, reader, product, names, state_rules, now, explained=explained)
        for step in made.steps
    )
    titles = {row.key: row.title for row in rows}
    orders = hundred_owners(made, titles, reader.currency) if explained else ()
    return ProblemPlan(problem, reader, product, made, tuple(items), rows, orders)


def _safety_facts(problem: Problem, items: list[LoadedRemedy], harmful_sightings: int) -> SafetyFacts:
    flags: list[str] = []
    matched = False
    harmed: set[int] = set()
    for item in items:
        diagnostic = item.remedy.diagnostic
        if diagnostic is not None and item.weighable is not None and item.weighable.recall is not None:
            if diagnostic.park_it:
                flags.append("do not use it until the recall is done")
            if diagnostic.park_outside:
                flags.append("park it outside, away from buildings")
            matched = matched or item.weighable.recall == "matched"
        harmed |= {outcome.pk for outcome in item.outcomes if outcome.harm}
    return SafetyFacts(
        component_class=problem.component.safety_class if problem.component else "green",  # type: ignore[arg-type]
        recall_flags=tuple(flags),
        recall_matched=matched,
        harm_reports=len(harmed) + harmful_sightings,
    )


# ---------------------------------------------------------------- one row


def _row(
    step: Step,
    item: LoadedRemedy,
    plan: Plan,
    problem: Problem,
    reader: Reader,
    product: Product,
    names: dict[str, str],
    state_rules: StateRules,
    now: datetime.datetime,
    *,
    explained: bool,
) -> PlanRow:
    fix = item.remedy.fix
    words = step.words
    official_path = plan.path is not None and plan.path.key == step.key
    verified = sum(step.chance.people[tier].tried for tier in VERIFIED)
    return PlanRow(
        step=step,
        loaded=item,
        key=step.key,
        rank=step.rank,
        title=item.remedy.title,
        url=item.remedy.get_absolute_url(),
        kind="fix" if fix is not None else "official",
        leads=step.rank == 1 and (step.proven or step.group == "recall"),
        by_professional=fix is not None and step.chance.professionally_proven,
        summary=_summary_line(item),
        reports=people_groups(step.chance, product, names),
        q=step.q,
        low=step.low,
        high=step.high,
        untested=words.untested,
        few=not words.has_figure and not words.untested,
        early=words.early and words.has_figure,
        unproven=not step.proven and fix is not None,
        tried="tried" in step.whys,
        chance_note=_chance_note(step, verified),
        cost=step.cost,
        cost_note=_cost_note(
            step, reader.currency, from_quote=official_path and bool(plan.path and plan.path.from_quote)
        ),
        hours=_hours(item),
        hours_note=_hours_note(fix is not None, reader),
        saving=step.saving_shown,
        saving_note=_saving_note(step, plan, official_path=official_path),
        outcome_url=_outcome_url(step.key, problem, reader),
        read_label="Steps and parts" if fix is not None else "Official text",
        notice=_notice(step),
        state=remedy_state(_facts(item, now), state_rules),
        why=why(step, item, product, names, load(Judgement)) if explained else None,
        why_open=step.rank == 1 and explained,
    )


def _outcome_url(key: int, problem: Problem, reader: Reader) -> str:
    """Where to report an outcome, with the problem to come back to and the product it was tried on."""
    said = {"problem": str(problem.pk)}
    if reader.product is not None and reader.owned is None:
        said["product"] = reader.product.path
    return f"{reverse('wiki:remedy-outcome', args=[key])}?{urlencode(said)}"


def _summary_line(item: LoadedRemedy) -> str:
    fix, diagnostic = item.remedy.fix, item.remedy.diagnostic
    if fix is not None:
        return fix.summary or fix.cause[:160]
    assert diagnostic is not None  # remedy_is_a_fix_or_official
    return f"{diagnostic.publisher} {diagnostic.get_kind_display()} {diagnostic.number}"


def _chance_note(step: Step, verified: int) -> str:
    if step.untested:
        return f"counted as {once_in(step.q)} until someone reports"
    tried = step.chance.tried
    people = f"{tried} report{'' if tried == 1 else 's'}"
    if step.confirmed:
        return f"Confirmed: {people}, {verified} verified"
    if not step.words.has_figure:
        return f"{people}; a figure needs five"
    return f"{people}, {verified} verified"


def _cost_note(step: Step, currency: str, *, from_quote: bool) -> str:
    if from_quote:
        return "your quote"
    price = step.price
    if not price.reported or price.low is None or price.high is None:
        return ""
    low, high = money_words(price.low, currency), money_words(price.high, currency)
    return f"people paid {low}" if low == high else f"people paid {low} to {high}"


def _hours(item: LoadedRemedy) -> float | None:
    """Hours as posted: of the reader's own work for a fix, of the workshop's for an official remedy."""
    fix, diagnostic = item.remedy.fix, item.remedy.diagnostic
    hours = fix.hours if fix is not None else diagnostic.remedy_hours if diagnostic is not None else None
    return float(hours) if hours else None


def _hours_note(is_fix: bool, reader: Reader) -> str:
    if not is_fix:
        return ""
    return "at home" if reader.circumstances.does_it_themself else "in a workshop"


def _saving_note(step: Step, plan: Plan, *, official_path: bool) -> str:
    if official_path:
        return "the yardstick"
    if plan.money.saving_shown is not None and step.above_official and not step.counted:
        return "not counted"
    return ""


def _notice(step: Step) -> str:
    for key in ("red_needs_professional", "danger_flagged", "dear", "enough_unproven", "same_component"):
        if key in step.whys:
            return WHY[key]
    return ""


def _facts(item: LoadedRemedy, now: datetime.datetime) -> StateFacts:
    """The facts that the state of a remedy follows from; people are counted once."""
    tried = [outcome for outcome in item.outcomes if outcome.result != Outcome.Result.NOT_TRIED]
    good = [o for o in tried if o.result == Outcome.Result.WORKED and o.came_back_on is None]
    bad = [o for o in tried if o.result in (Outcome.Result.FAILED, Outcome.Result.WORSE) or o.came_back_on is not None]
    latest = max((outcome.happened_on for outcome in tried), default=None)
    fix = item.remedy.fix
    by = item.subject.superseded_by
    return StateFacts(
        outcomes=len(_people(tried)),
        successes=len(_people(good)),
        successes_with_evidence=len(_people([o for o in good if o.has_evidence])),
        professional_successes=len(_people([o for o in good if o.tier == Outcome.Tier.PROFESSIONAL])),
        failures=len(_people(bad)),
        months_since_outcome=None if latest is None else (now.date() - latest).days / 30.4375,
        superseded_by=str(by) if by is not None else "",
        dangerous=bool(fix is not None and fix.is_dangerous),
    )


def _people(outcomes: list[Outcome]) -> set[Any]:
    return {outcome.member_id or outcome.mail_digest or f"outcome {outcome.pk}" for outcome in outcomes}


def _summary(row: PlanRow, plan: ProblemPlan) -> StepSummary:
    return StepSummary(
        title=row.title,
        url=row.url,
        kind=row.kind,
        by_professional=row.by_professional,
        q=row.q,
        low=row.low,
        high=row.high,
        untested=row.untested,
        few=row.few,
        worked=row.worked,
        total=row.total,
        cost=row.cost,
        saving=plan.plan.money.saving_shown,
        state=row.state.state,
        confirmed=row.step.confirmed,
        reports=_all_people(row.reports),
        paid=_paid(row.loaded),
        official_price=_posted(plan.official),
    )


def _all_people(groups: Sequence[PeopleGroup]) -> PeopleGroup:
    """Everybody who reported, in one group."""
    counts = {
        name: sum(getattr(group, name) for group in groups)
        for name in (f"{who}_{how}" for who in ("professional", "owner") for how in ("worked", "partly", "failed"))
    }
    return PeopleGroup("", **counts)


def _paid(item: LoadedRemedy) -> float | None:
    """The median of what verified people paid for whom it worked; None where nobody has said."""
    sums = [r.money for r in item.reports if r.tier in VERIFIED and r.result == "worked" and r.money is not None]
    return median(sums) if sums else None


def _posted(official: PlanRow | None) -> float | None:
    """What the official remedy costs by its publisher's own word."""
    weighable = official.loaded.weighable if official is not None else None
    return weighable.posted_money if weighable is not None else None
