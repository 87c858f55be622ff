"""Fixes: read and proposed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status

from accounts.rules.tokens import TokenScope
from wiki.actions.drafts import FixDraft, PartDraft
from wiki.actions.fixes import propose_fix
from wiki.api.catalogue import named_component
from wiki.api.errors import NoSuchThing
from wiki.api.fields import (
    Amount,
    Body,
    BodyId,
    Currency,
    Difficulty,
    Hours,
    Id,
    Line,
    Listing,
    LongLine,
    MomentOut,
    Paged,
    Quantity,
    SafetyClass,
    ShortLine,
    Text,
    page_of,
)
from wiki.api.protocol import Token, caller_of, member_of
from wiki.models import Fix
from wiki.queries import open_lists

router = Router(tags=["Problems, plans and fixes"])


class PartOut(Schema):
    """A part that a fix needs."""

    name: str
    number: str
    replaced_by: str = Field(description="The number that took this one's place.")
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
    difficulty: Difficulty
    safety_class: SafetyClass
    component: str | None
    parts: list[PartOut]
    dangerous: bool
    updated_at: MomentOut
    url: str
    licence: str


class FixPage(Paged):
    """Fixes."""

    items: list[FixOut]


class FixesAsked(Listing):
    """Which fixes."""

    problem: Id | None = None


class NewPart(Body):
    """A part that a fix needs."""

    name: Line = Field(min_length=1)
    number: ShortLine = ""
    replaced_by: ShortLine = ""
    price: Amount | None = None
    quantity: Quantity = 1


class NewFix(Body):
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
    difficulty: Difficulty = "moderate"
    parts: list[NewPart] = Field([], max_length=20)


@router.get("/fixes", response=FixPage, summary="Fixes", url_name="fixes")
def list_fixes(request: HttpRequest, asked: Query[FixesAsked]) -> dict[str, Any]:
    """Community fixes, of all problems or of one."""
    return page_of(request, open_lists.fixes(caller_of(request).user, problem=asked.problem), asked, fix_out)


@router.get("/fixes/{id}", response=FixOut, summary="One fix", url_name="fix")
def get_fix(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """A fix by its number."""
    fix = open_lists.fixes(caller_of(request).user).filter(pk=id).first()
    if fix is None:
        raise Http404
    return fix_out(fix)


@router.post(
    "/fixes",
    auth=Token(TokenScope.POST),
    response={201: FixOut},
    summary="Propose a fix",
    url_name="fixes",
    operation_id="propose_fix",
)
def propose(request: HttpRequest, body: NewFix) -> Status[Any]:
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
        component=named_component(body.component),
        difficulty=body.difficulty,
        parts=tuple(
            PartDraft(
                name=part.name,
                number=part.number,
                replaced_by=part.replaced_by,
                price=None if part.price is None else Decimal(part.price),
                quantity=part.quantity,
            )
            for part in body.parts
        ),
    )
    fix = propose_fix(problem=problem, draft=draft, actor=member_of(request), now=timezone.now())
    return Status(201, get_fix(request, fix.pk))


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
                "replaced_by": part.replaced_by,
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
