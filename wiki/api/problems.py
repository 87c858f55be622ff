"""Problems with their plans, and fixes: read, described and proposed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status

from accounts.rules.tokens import TokenScope
from wiki.actions.drafts import FixDraft, PartDraft, ProblemDraft
from wiki.actions.fixes import propose_fix
from wiki.actions.problems import ask_problem
from wiki.api.catalogue import named_product
from wiki.api.errors import NoSuchThing
from wiki.api.fields import (
    Amount,
    Body,
    BodyId,
    Code,
    Currency,
    Flag,
    Hours,
    Id,
    Line,
    Listing,
    LongLine,
    Paged,
    ProductPath,
    Quantity,
    ShortLine,
    Text,
    base_of,
    page_of,
)
from wiki.api.protocol import Token, caller_of, member_of
from wiki.models import Fix, Problem
from wiki.queries import open_lists
from wiki.queries.plan import ProblemPlan, plan_for
from wiki.queries.plan_rows import PlanRow
from wiki.queries.reader import Reader
from wiki.queries.verdict import verdict_of
from wiki.rules.weighing import Circumstances

router = Router(tags=["Problems, plans and fixes"])
posting = Token(TokenScope.POST)


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
    created_at: str
    updated_at: str
    url: str
    licence: str


class ProblemPage(Paged):
    """Problems."""

    items: list[ProblemOut]


class PartOut(Schema):
    """A part that a fix needs."""

    name: str
    number: str
    price: str | None
    quantity: int


class FixOut(Schema):
    """A community remedy. `remedy` is the number that outcomes are reported on."""

    id: int
    problem: int
    remedy: int | None
    title: str
    summary: str
    cause: str
    first_check: str = Field(description="Markdown.")
    steps: str = Field(description="Markdown.")
    tools: str
    cost: str | None
    currency: str
    hours: str | None
    difficulty: Literal["easy", "moderate", "hard", "workshop"]
    safety_class: Literal["green", "amber", "red"]
    component: str | None
    parts: list[PartOut]
    dangerous: bool
    updated_at: str
    url: str
    licence: str


class FixPage(Paged):
    """Fixes."""

    items: list[FixOut]


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
    kind: Literal["fix", "official"]
    title: str
    url: str
    chance: ChanceOut
    cost: float | None = Field(description="Money and hours together; null where nobody said.")
    saving: int | None
    safety_class: Literal["green", "amber", "red"]
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

    verdict: Literal["stop", "workshop", "carry_on"]
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


class FixesAsked(Listing):
    """Which fixes."""

    problem: Id | None = None


class PlanAsked(Schema):
    """A reader's own case; nothing of it is needed and nothing is kept."""

    product: ProductPath | None = None
    way: Literal["myself", "workshop", "dealer"] = "myself"
    quote: Amount | None = Field(None, description="What a dealer asks for the official remedy.")
    warranty: Flag = "no"
    cannot: Flag = Field("no", description="“I can't do it myself.”")
    tried: list[Id] = Field([], max_length=50, description="Remedies that did not help.")


class ProblemIn(Body):
    """A problem as a person would say it."""

    title: Line = Field(min_length=5, examples=["Gearbox fault, brake light stays on"])
    symptom: Text = Field(min_length=10, examples=["Since the wash the display says GEARBOX FAULT."])
    product: ProductPath = Field(examples=["cars/land-rover/range-rover"])
    component: BodyId | None = None
    codes: LongLine = Field("", examples=["P0571, P0504-64 on ABS"])


class PartIn(Body):
    """A part that a fix needs."""

    name: Line = Field(min_length=1)
    number: ShortLine = ""
    price: Amount | None = None
    quantity: Quantity = 1


class FixIn(Body):
    """A fix for a problem."""

    problem: BodyId
    title: Line = Field(min_length=5, examples=["Replace the brake light switch"])
    steps: Text = Field(min_length=10, examples=["Unclip the switch above the pedal, turn it, put the new one in."])
    cost: Amount = Field(examples=["60.00"])
    currency: Currency = "USD"
    hours: Hours = Field(examples=["0.5"])
    summary: LongLine = ""
    cause: LongLine = ""
    first_check: Text = ""
    tools: LongLine = ""
    component: BodyId | None = None
    difficulty: Literal["easy", "moderate", "hard", "workshop"] = "moderate"
    parts: list[PartIn] = Field([], max_length=20)


@router.get("/problems", response=ProblemPage, summary="Problems", url_name="problems")
def list_problems(request: HttpRequest, asked: Query[ProblemsAsked]) -> dict[str, Any]:
    """Problems, duplicates among them with what they are duplicates of."""
    product, code = named_product(asked.product), base_of(asked.code)
    rows = open_lists.problems(caller_of(request).user, product=product, component=asked.component, code=code)
    return page_of(request, rows, asked, problem_out)


@router.get("/problems/{id}", response=ProblemOut, summary="One problem", url_name="problem")
def one_problem(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """A problem by its number."""
    return problem_out(_problem(request, id))


@router.get("/problems/{id}/plan", response=PlanOut, summary="The plan of a problem", url_name="plan")
def plan(request: HttpRequest, id: Path[Id], asked: Query[PlanAsked]) -> dict[str, Any]:
    """What to try first, community fixes and official diagnostics in one list, for a reader's own case."""
    problem = _problem(request, id)
    reader = Reader(
        circumstances=Circumstances(
            way=asked.way,
            quote=float(asked.quote) if asked.quote is not None else None,
            warranty=asked.warranty == "yes",
            cannot_do_it_myself=asked.cannot == "yes",
            tried=frozenset(asked.tried),
        ),
        product=named_product(asked.product),
    )
    return plan_out(plan_for(problem, reader, now=timezone.now()))


@router.get("/fixes", response=FixPage, summary="Fixes", url_name="fixes")
def list_fixes(request: HttpRequest, asked: Query[FixesAsked]) -> dict[str, Any]:
    """Community fixes, of all problems or of one."""
    return page_of(request, open_lists.fixes(caller_of(request).user, problem=asked.problem), asked, fix_out)


@router.get("/fixes/{id}", response=FixOut, summary="One fix", url_name="fix")
def one_fix(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """A fix by its number."""
    fix = open_lists.fixes(caller_of(request).user).filter(pk=id).first()
    if fix is None:
        raise Http404
    return fix_out(fix)


@router.post("/problems", auth=posting, response={201: ProblemOut}, summary="Describe a problem", url_name="problems")
def ask(request: HttpRequest, body: ProblemIn) -> Status[Any]:
    """Describe a problem in the name of the token's member; the limits of new members hold here too."""
    product = named_product(body.product)
    assert product is not None  # a path was given
    draft = ProblemDraft(
        product=product,
        component=_component(body.component),
        title=body.title,
        symptom=body.symptom,
        code_text=body.codes,
    )
    problem = ask_problem(draft=draft, actor=member_of(request), now=timezone.now())
    return Status(201, problem_out(_problem(request, problem.pk)))


@router.post("/fixes", auth=posting, response={201: FixOut}, summary="Propose a fix", url_name="fixes")
def propose(request: HttpRequest, body: FixIn) -> Status[Any]:
    """Propose a fix for a problem in the name of the token's member."""
    problem = open_lists.problems(caller_of(request).user).filter(pk=body.problem).first()
    if problem is None:
        raise NoSuchThing(f"There is no problem {body.problem}.")
    draft = FixDraft(
        title=body.title,
        steps=body.steps,
        cost=Decimal(body.cost),
        currency=body.currency,
        hours=Decimal(body.hours),
        summary=body.summary,
        cause=body.cause,
        first_check=body.first_check,
        tools=body.tools,
        component=_component(body.component),
        difficulty=body.difficulty,
        parts=tuple(
            PartDraft(
                name=part.name,
                number=part.number,
                price=None if part.price is None else Decimal(part.price),
                quantity=part.quantity,
            )
            for part in body.parts
        ),
    )
    fix = propose_fix(problem=problem, draft=draft, actor=member_of(request), now=timezone.now())
    return Status(201, one_fix(request, fix.pk))


def _problem(request: HttpRequest, pk: int) -> Problem:
    problem: Problem | None = open_lists.problems(caller_of(request).user).filter(pk=pk).first()
    if problem is None:
        raise Http404
    return problem


def _component(pk: int | None) -> Any:
    if pk is None:
        return None
    component = open_lists.components().filter(pk=pk).first()
    if component is None:
        raise NoSuchThing(f"There is no component {pk}.")
    return component


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


def fix_out(fix: Fix) -> dict[str, Any]:
    """A fix as it goes out."""
    remedy = getattr(fix, "remedy", None)
    return {
        **{
            name: getattr(fix, name)
            for name in (
                *("title", "summary", "cause", "first_check", "steps", "tools", "currency", "difficulty"),
                "safety_class",
            )
        },
        "id": fix.pk,
        "problem": fix.problem_id,
        "remedy": remedy.pk if remedy is not None else None,
        "cost": None if fix.cost is None else str(fix.cost),
        "hours": None if fix.hours is None else str(fix.hours),
        "component": fix.component.slug if fix.component is not None else None,
        "parts": [
            {
                "name": part.name,
                "number": part.number,
                "price": None if part.price is None else str(part.price),
                "quantity": part.quantity,
            }
            for part in fix.parts.all()
        ],
        "dangerous": fix.is_dangerous,
        "updated_at": fix.updated_at.isoformat(),
        "url": fix.get_absolute_url(),
        "licence": fix.licence or "CC BY-SA 4.0",
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
            "today": money.today,
            "likely": money.likely,
            "worst": money.worst,
            "official": money.official,
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
        "cost": None if row.cost is None else round(row.cost, 2),
        "saving": row.saving,
        "safety_class": row.step.safety,
        "dangerous": row.dangerous,
        "superseded": row.superseded,
        "why": list(row.step.whys),
    }
