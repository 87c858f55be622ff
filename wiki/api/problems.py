"""Problems with their plans: read and described."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status

from accounts.rules.tokens import TokenScope
from wiki.actions.drafts import ProblemDraft
from wiki.actions.problems import ask_problem
from wiki.api.catalogue import named_component, named_product
from wiki.api.fields import (
    Amount,
    Body,
    BodyId,
    Code,
    Id,
    Line,
    Listing,
    LongLine,
    MomentOut,
    Paged,
    ProductPath,
    RemedyKind,
    SafetyClass,
    SafetyVerdict,
    Text,
    Way,
    YesNo,
    base_of,
    page_of,
)
from wiki.api.protocol import Token, caller_of, member_of
from wiki.models import Problem
from wiki.queries import open_lists
from wiki.queries.plan import ProblemPlan, plan_for
from wiki.queries.plan_rows import PlanRow
from wiki.queries.reader import Reader
from wiki.queries.verdict import verdict_of
from wiki.rules.weighing import Circumstances

router = Router(tags=["Problems, plans and fixes"])


class ProblemOut(Schema):
    """A symptom on a product: one page, many remedies."""

    id: int
    title: str
    symptom: str = Field(description="Markdown.")
    product: str = Field(description="Path of the product.")
    product_name: str
    component: str | None
    codes: list[str]
    sightings: int
    fixes: int
    official_diagnostics: list[int]
    duplicate_of: int | None
    demonstration: bool
    created_at: MomentOut
    updated_at: MomentOut
    url: str
    licence: str


class ProblemPage(Paged):
    """Problems."""

    items: list[ProblemOut]


class ChanceOut(Schema):
    """How likely a remedy works here, with an 80 % interval; null figures below five weighted reports."""

    estimate: float | None
    low: float | None
    high: float | None
    worked: int
    reports: int
    proven: bool
    confirmed: bool


class StepOut(Schema):
    """One remedy in its place. Amounts are in the plan's currency and hold time as money."""

    rank: int
    remedy: int
    kind: RemedyKind
    title: str
    url: str
    chance: ChanceOut
    cost: float | None = Field(description="Money and hours together; null where nobody said.")
    saving: int | None
    safety_class: SafetyClass
    dangerous: bool
    superseded: bool
    why: list[str] = Field(description="Keys of reasons, as proven, dear, same_component.")


class MoneyOut(Schema):
    """What it comes to: today, likely in all, at worst, and by the official way first."""

    today: float | None
    likely: float | None
    worst: float | None
    official: float | None
    saving: int | None


class SafetyOut(Schema):
    """What stands above every plan, and why."""

    verdict: SafetyVerdict
    reasons: list[str]


class PlanOut(Schema):
    """The one ranked list: what to try first."""

    problem: int
    product: str
    currency: str
    verdict: str
    support: str
    safety: SafetyOut
    money: MoneyOut
    steps: list[StepOut]
    url: str


class ProblemsAsked(Listing):
    """Which problems."""

    product: ProductPath | None = Field(None, description="Those about this product, all above and all below it.")
    component: Id | None = None
    code: Code | None = None


class PlanAsked(Schema):
    """A reader's own case; nothing of it is needed and nothing is kept."""

    product: ProductPath | None = None
    way: Way = "myself"
    quoted_price: Amount | None = Field(None, description="What a dealer asks for the official remedy.")
    warranty: YesNo = "no"
    cannot: YesNo = Field("no", description="“I can't do it myself.”")
    tried: list[Id] = Field([], max_length=50, description="Remedies that did not help.")


class NewProblem(Body):
    """A problem as a person would say it."""

    title: Line = Field(min_length=5, examples=["Gearbox fault, brake light stays on"])
    symptom: Text = Field(min_length=10, examples=["Since the wash the display says GEARBOX FAULT."])
    product: ProductPath = Field(examples=["cars/land-rover/range-rover"])
    component: BodyId | None = None
    codes: LongLine = Field("", examples=["P0571, P0504-64 on ABS"])


@router.get("/problems", response=ProblemPage, summary="Problems", url_name="problems")
def list_problems(request: HttpRequest, asked: Query[ProblemsAsked]) -> dict[str, Any]:
    """Problems, duplicates among them with what they are duplicates of."""
    product, code = named_product(asked.product), base_of(asked.code)
    rows = open_lists.problems(caller_of(request).user, product=product, component=asked.component, code=code)
    return page_of(request, rows, asked, problem_out)


@router.get("/problems/{id}", response=ProblemOut, summary="One problem", url_name="problem")
def get_problem(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """A problem by its number."""
    return problem_out(_problem(request, id))


@router.get("/problems/{id}/plan", response=PlanOut, summary="The plan of a problem", url_name="plan")
def get_plan(request: HttpRequest, id: Path[Id], asked: Query[PlanAsked]) -> dict[str, Any]:
    """What to try first, community fixes and official diagnostics in one list, for a reader's own case."""
    problem = _problem(request, id)
    reader = Reader(
        circumstances=Circumstances(
            way=asked.way,
            quote=float(asked.quoted_price) if asked.quoted_price is not None else None,
            warranty=asked.warranty == "yes",
            cannot_do_it_myself=asked.cannot == "yes",
            tried=frozenset(asked.tried),
        ),
        product=named_product(asked.product),
    )
    return plan_out(plan_for(problem, reader, now=timezone.now()))


@router.post(
    "/problems",
    auth=Token(TokenScope.POST),
    response={201: ProblemOut},
    summary="Describe a problem",
    url_name="problems",
)
def describe_problem(request: HttpRequest, body: NewProblem) -> Status[Any]:
    """Describe a problem in the name of the token's member; the limits of new members hold here too."""
    product = named_product(body.product)
    assert product is not None  # a path was given
    draft = ProblemDraft(
        product=product,
        component=named_component(body.component),
        title=body.title,
        symptom=body.symptom,
        code_text=body.codes,
    )
    problem = ask_problem(draft=draft, actor=member_of(request), now=timezone.now())
    return Status(201, problem_out(_problem(request, problem.pk)))


def _problem(request: HttpRequest, pk: int) -> Problem:
    problem: Problem | None = open_lists.problems(caller_of(request).user).filter(pk=pk).first()
    if problem is None:
        raise Http404
    return problem


def problem_out(problem: Problem) -> dict[str, Any]:
    """A problem as it goes out."""
    return {
        "id": problem.pk,
        "title": problem.title,
        "symptom": problem.symptom,
        "product": problem.product.path,
        "product_name": problem.product.full_name,
        "component": problem.component.slug if problem.component is not None else None,
        "codes": problem.codes,
        "sightings": problem.sighting_count,
        "fixes": problem.fix_count,  # type: ignore[attr-defined]
        "official_diagnostics": [link.diagnostic_id for link in problem.diagnostic_links.all()],
        "duplicate_of": problem.duplicate_of_id,
        "demonstration": problem.is_demonstration,
        "created_at": problem.created_at.isoformat(),
        "updated_at": problem.updated_at.isoformat(),
        "url": problem.get_absolute_url(),
        "licence": problem.licence or "CC BY-SA 4.0",
    }


def plan_out(plan: ProblemPlan) -> dict[str, Any]:
    """A plan as it goes out."""
    verdict = verdict_of(plan)
    money, safety = plan.plan.money, plan.plan.safety
    query = plan.reader.query()
    return {
        "problem": plan.problem.pk,
        "product": plan.product.path,
        "currency": plan.reader.currency,
        "verdict": verdict.sentence,
        "support": verdict.support,
        "safety": {"verdict": safety.verdict, "reasons": list(safety.reasons)},
        "money": {
            **{name: _rounded(getattr(money, name)) for name in ("today", "likely", "worst", "official")},
            "saving": money.saving_shown,
        },
        "steps": [step_out(row) for row in plan.rows],
        "url": plan.problem.get_absolute_url() + (f"?{query}" if query else ""),
    }


def step_out(row: PlanRow) -> dict[str, Any]:
    """A step of a plan as it goes out."""
    has_figure = not row.few and not row.untested
    return {
        "rank": row.rank,
        "remedy": row.key,
        "kind": row.kind,
        "title": row.title,
        "url": row.url,
        "chance": {
            "estimate": round(row.q, 3) if has_figure else None,
            "low": round(row.low, 3) if has_figure else None,
            "high": round(row.high, 3) if has_figure else None,
            "worked": row.worked,
            "reports": row.total,
            "proven": row.step.proven,
            "confirmed": row.step.confirmed,
        },
        "cost": _rounded(row.cost),
        "saving": row.saving,
        "safety_class": row.step.safety,
        "dangerous": row.dangerous,
        "superseded": row.superseded,
        "why": list(row.step.whys),
    }


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 2)
