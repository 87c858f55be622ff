"""One row of a plan: a remedy with the words, addresses and figures that the page prints."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.queries.community_rules import load
from products.models import OfficialDiagnostic, Product
from wiki.models import Fix, Problem
from wiki.queries.plan_words import PeopleGroup, Why, once_in, people_groups, why
from wiki.queries.reader import Reader
from wiki.queries.remedies import LoadedRemedy, in_force
from wiki.rules.judgement import DAYS_PER_MONTH, VERIFIED, Judgement
from wiki.rules.plan import WHY, Plan, Step
from wiki.rules.remedy_state import RemedyState, StateFacts, StateRules, remedy_state
from wiki.rules.words import money as money_words

NOTICES = (
    "red_needs_professional",
    "danger_flagged",
    "dear",
    "enough_unproven",
    "same_component",
    "other_component",
    "reading_for",
    "reading_against",
)
"""Reasons that a row says in a sentence, the gravest first."""


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
    trial_url: str
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


def row_of(
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
    """One step of a plan as its row; `explained` adds the evidence level by level."""
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
        outcome_url=_report_url("wiki:remedy-outcome", step.key, problem, reader),
        trial_url=_report_url("wiki:trial-new", step.key, problem, reader),
        read_label="Steps and parts" if fix is not None else "Official text",
        notice=_notice(step),
        state=remedy_state(state_facts(item, now), state_rules),
        why=why(step, item, product, names, load(Judgement)) if explained else None,
        why_open=step.rank == 1 and explained,
    )


def _report_url(name: str, key: int, problem: Problem, reader: Reader) -> str:
    """Where to report an outcome or a trial, with the problem to come back to and the product it was tried on."""
    said = {"problem": str(problem.pk)}
    if reader.product is not None and reader.owned is None:
        said["product"] = reader.product.path
    return f"{reverse(name, args=[key])}?{urlencode(said)}"


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
    for key in (
        "red_needs_professional",
        "danger_flagged",
        "dear",
        "enough_unproven",
        "same_component",
        "other_component",
        "reading_for",
        "reading_against",
    ):
        if key in step.whys:
            return WHY[key]
    return ""


def state_facts(item: LoadedRemedy, now: datetime.datetime) -> StateFacts:
    """The facts that the state of a remedy follows from; people are counted once."""
    known = item.evidence
    fix = item.remedy.fix
    by = item.subject.superseded_by
    if isinstance(item.subject, OfficialDiagnostic) and in_force(item.subject, now.date()):
        by = None
    return StateFacts(
        outcomes=known.tried,
        successes=known.worked,
        successes_with_evidence=known.worked_with_evidence,
        professional_successes=known.worked_by_professional,
        failures=known.failed,
        months_since_outcome=None if known.last_on is None else (now.date() - known.last_on).days / DAYS_PER_MONTH,
        revised_since=_revised_since(fix, known.last_on),
        superseded_by=str(by) if by is not None else "",
        dangerous=bool(fix is not None and fix.is_dangerous),
    )


def _revised_since(fix: Fix | None, last_on: datetime.date | None) -> bool:
    """Whether a fix says something else since the last outcome; a person who tried it did what it said before."""
    return fix is not None and last_on is not None and fix.version > 1 and fix.updated_at.date() > last_on
