"""Outcomes and sightings: read without names, reported by a token."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status

from accounts.errors import Refusal
from accounts.rules.tokens import TokenScope
from wiki.actions.drafts import OutcomeDraft
from wiki.actions.outcomes import record_outcome, withdraw_outcome
from wiki.actions.sightings import report_sighting
from wiki.api.catalogue import named_product
from wiki.api.errors import NoSuchThing
from wiki.api.fields import (
    Amount,
    Body,
    BodyCount,
    BodyFlag,
    BodyId,
    Currency,
    Day,
    DayOut,
    Hours,
    Id,
    Listing,
    LongLine,
    Note,
    Paged,
    ProductPath,
    Result,
    ShortLine,
    Tier,
    UsageUnit,
    Way,
    page_of,
)
from wiki.api.protocol import Token, caller_of, member_of
from wiki.models import Outcome
from wiki.queries import open_lists

router = Router(tags=["Outcomes and sightings"])
reporting = Token(TokenScope.REPORT)


class OutcomeOut(Schema):
    """How a remedy went for one person. Who they are is not said; verified workshops are named."""

    id: int
    remedy: int
    product: str
    result: Result
    came_back_on: DayOut | None
    tier: Tier
    workshop: str | None
    happened_on: DayOut
    done_by: Way
    money: str | None
    currency: str
    hours: str | None
    usage: int | None
    usage_unit: UsageUnit
    cause_found: str
    proof: str
    evidence_seen: bool
    part_number: str
    also_changed: str
    procedure_followed: bool | None
    harm: bool
    note: str
    demonstration: bool


class OutcomePage(Paged):
    """Outcomes."""

    items: list[OutcomeOut]


class OutcomesAsked(Listing):
    """Which outcomes."""

    remedy: Id | None = None
    problem: Id | None = Field(None, description="Of every remedy in this problem's plan.")
    product: ProductPath | None = Field(None, description="On this product and all below it.")


class NewOutcome(Body):
    """How a remedy went. A `job_number` of a verified workshop makes it a professional's, and stays private."""

    remedy: BodyId
    product: ProductPath = Field(examples=["cars/land-rover/range-rover/l322/2004/4-4-v8"])
    result: Result
    happened_on: Day | None = None
    money: Amount | None = Field(None, examples=["64.20"])
    currency: Currency = "USD"
    hours: Hours | None = None
    done_by: Way = "myself"
    job_number: ShortLine = ""
    cause_found: LongLine = ""
    proof: LongLine = Field("", description="A reading, or the codes before and after.")
    part_number: ShortLine = ""
    also_changed: LongLine = ""
    procedure_followed: BodyFlag | None = None
    usage: BodyCount | None = None
    usage_unit: UsageUnit = "mi"
    harm: BodyFlag = Field(False, description="Something burnt or smoked, or somebody was hurt.")
    note: Note = ""


class NewSighting(Body):
    """“I have this too.”"""

    problem: BodyId
    product: ProductPath | None = Field(None, description="Without one, the problem's own.")
    seen_on: Day | None = None
    usage: BodyCount | None = None
    usage_unit: UsageUnit = "mi"
    harm: BodyFlag = False
    text: Note = ""


class SightingOut(Schema):
    """A sighting that was taken."""

    id: int
    problem: int
    product: str
    seen_on: DayOut


class DayRefused(Refusal):
    """A day on which it can't have happened."""

    sentence = "This day is still to come, or too long ago."


@router.get("/outcomes", response=OutcomePage, summary="Outcomes", url_name="outcomes")
def list_outcomes(request: HttpRequest, asked: Query[OutcomesAsked]) -> dict[str, Any]:
    """Published outcomes, one by one, with tier but without people."""
    rows = open_lists.outcomes(
        caller_of(request).user, remedy=asked.remedy, problem=asked.problem, product=named_product(asked.product)
    )
    return page_of(request, rows, asked, outcome_out)


@router.get("/outcomes/{id}", response=OutcomeOut, summary="One outcome", url_name="outcome")
def get_outcome(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """An outcome by its number."""
    return outcome_out(_outcome(request, id))


@router.post("/outcomes", auth=reporting, response={201: OutcomeOut}, summary="Report an outcome", url_name="outcomes")
def report_outcome(request: HttpRequest, body: NewOutcome) -> Status[Any]:
    """Report how a remedy went, in the name of the token's member; it counts in the plan at once.

    A second report on the same remedy is refused with 409 and the number of the first, as `existing`.
    """
    caller = caller_of(request)
    remedy = open_lists.remedy_that(caller.user, body.remedy)
    if remedy is None:
        raise NoSuchThing(f"There is no remedy {body.remedy}.")
    draft = OutcomeDraft(
        **body.dict(exclude={"remedy", "product", "happened_on", "money", "hours", "job_number"}),
        product=named_product(body.product),
        happened_on=_past(body.happened_on),
        money=None if body.money is None else Decimal(body.money),
        hours=None if body.hours is None else Decimal(body.hours),
        job_number=body.job_number,
    )
    outcome = record_outcome(remedy=remedy, draft=draft, actor=member_of(request), now=timezone.now())
    return Status(201, outcome_out(_outcome(request, outcome.pk)))


@router.delete(
    "/outcomes/{id}",
    auth=reporting,
    response={204: None},
    summary="Withdraw an outcome",
    url_name="outcome",
    operation_id="withdraw_outcome",
)
def withdraw(request: HttpRequest, id: Path[Id]) -> Status[Any]:
    """Take one's own outcome back: in the plan it never happened."""
    withdraw_outcome(outcome=_outcome(request, id), actor=member_of(request), now=timezone.now())
    return Status(204, None)


@router.post(
    "/sightings",
    auth=reporting,
    response={201: SightingOut},
    summary="Report a sighting",
    url_name="sightings",
    operation_id="report_sighting",
)
def sight(request: HttpRequest, body: NewSighting) -> Status[Any]:
    """Say that a product has a problem too, in the name of the token's member."""
    problem = open_lists.problems(caller_of(request).user).filter(pk=body.problem).first()
    if problem is None:
        raise NoSuchThing(f"There is no problem {body.problem}.")
    sighting = report_sighting(
        problem=problem,
        product=named_product(body.product),
        seen_on=_past(body.seen_on),
        usage=body.usage,
        usage_unit=body.usage_unit,
        harm=body.harm,
        text=body.text,
        actor=member_of(request),
        now=timezone.now(),
    )
    said = {"id": sighting.pk, "problem": problem.pk, "product": sighting.product.path}
    return Status(201, said | {"seen_on": sighting.seen_on.isoformat()})


def _past(said: str | None) -> datetime.date | None:
    if said is None:
        return None
    day = datetime.date.fromisoformat(said)
    if day > timezone.now().date() or day.year < 1950:
        raise DayRefused
    return day


def _outcome(request: HttpRequest, pk: int) -> Outcome:
    outcome = open_lists.outcomes(caller_of(request).user).filter(pk=pk).first()
    if outcome is None:
        raise Http404
    return outcome


def outcome_out(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it goes out: neither member, owned product nor job number."""
    professional = outcome.tier == Outcome.Tier.PROFESSIONAL
    return {
        **{
            name: getattr(outcome, name)
            for name in (
                *("result", "tier", "done_by", "currency", "usage", "usage_unit", "cause_found", "proof"),
                *("part_number", "also_changed", "procedure_followed", "harm", "note"),
            )
        },
        "id": outcome.pk,
        "remedy": outcome.remedy_id,
        "product": outcome.product.path,
        "came_back_on": outcome.came_back_on and outcome.came_back_on.isoformat(),
        "workshop": outcome.organisation.slug if professional and outcome.organisation is not None else None,
        "happened_on": outcome.happened_on.isoformat(),
        "money": None if outcome.money is None else str(outcome.money),
        "hours": None if outcome.hours is None else str(outcome.hours),
        "evidence_seen": outcome.has_evidence,
        "demonstration": outcome.is_demonstration,
    }
