"""The dealer's lookup for programs: the same answer as the page, for a VIN, fault codes and words in a body."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from accounts.errors import LimitReached, Refusal
from accounts.limiter import client_address, count
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from products.rules.vin import vins_in
from wiki.api.catalogue import ProductOut, Vin, identified, named_product, product_out
from wiki.api.fields import Body, BodyCount, BodyId, Code, ProductPath, Text, UsageUnit
from wiki.api.fixes import PartOut
from wiki.api.problems import PlanOut, plan_out
from wiki.api.protocol import MINUTE, caller_of
from wiki.api.search import OfficialHitOut, official_out
from wiki.queries.lookup import Finding, Lookup, RemedyLine, look_up, product_meant
from wiki.queries.plan_words import PeopleGroup

router = Router(tags=["Lookup"])


class LookupAsked(Body):
    """What stands on the counter. A VIN, codes, words or a product: any of them is enough."""

    vin: Vin | None = Field(None, description="Read and forgotten.", examples=["SALLMAMH44A123456"])
    codes: list[Code] = Field(
        [], max_length=100, description="Fault codes in any spelling.", examples=[["P0571", "P0504-64"]]
    )
    text: Text = Field("", description="A scanner's report as it is, its VIN among it, or what the customer says.")
    product: ProductPath | None = Field(None, description="Where it is known, or chosen from `candidates`.")
    problem: BodyId | None = Field(None, description="Chosen from `others`; without one, the best.")
    usage: BodyCount | None = Field(None, description="The mileage; `band` says where in `mileage` it lies.")
    usage_unit: UsageUnit = "mi"


class PeopleOut(Schema):
    """How it went for people of one kind."""

    worked: int
    partly: int
    failed: int = Field(description="Came back and made it worse among them.")
    reports: int


class UsedPartOut(PartOut):
    """A part of a remedy, with how often a report of success names its number."""

    currency: str
    used: int


class RemedyFoundOut(Schema):
    """A remedy's evidence, in the place that it has in the plan; `remedy` is the number of its step."""

    remedy: int
    title: str
    workshops: PeopleOut
    owners: PeopleOut
    parts: list[UsedPartOut]
    succeeded: int
    came_back: int = Field(description="Of those, within 30 days.")


class ProofOut(Schema):
    """A report on the first remedy, failures first."""

    result: Literal["worked", "partly", "failed", "worse", "came_back"]
    by: str
    workshop: str | None
    words: str


class ReadingToldOut(Schema):
    """A reading of a test, and in how many cases with it the remedy was right."""

    test: str
    reading: str
    remedy: str
    right: int
    total: int


class BandOut(Schema):
    """Sightings within a span of mileage."""

    band: str = Field(examples=["90,000 to 120,000 miles"])
    sightings: int


class OfficialTextOut(Schema):
    """The official diagnostic beside the community's remedies, in its own order."""

    number: str
    title: str
    texts: list[str]
    url: str


class BeforeYouReplaceOut(Schema):
    """The official remedy's price against what was proved; amounts hold time as money, in the plan's currency."""

    official: str
    official_cost: float | None
    first: str
    first_cost: float | None
    saving: int


class FindingOut(Schema):
    """One problem for this configuration: complaint, cause and correction, and the proof of each remedy."""

    problem: int
    complaint: str
    cause: str
    correction: str
    before_you_replace: BeforeYouReplaceOut | None = Field(
        description="Null where nothing proven is cheaper than the official remedy."
    )
    plan: PlanOut
    remedies: list[RemedyFoundOut]
    proof: list[ProofOut]
    readings: list[ReadingToldOut]
    mileage: list[BandOut]
    band: str | None = Field(description="The span of mileage in which this one lies.")
    official_diagnostic: OfficialTextOut | None
    url: str
    sheet_url: str | None
    demonstration: bool


class OtherProblemOut(Schema):
    """Another problem that matches: its number shows it whole."""

    problem: int
    title: str
    url: str


class MeaningOut(Schema):
    """What a code means by one source, for one make or, where it is empty, for all."""

    code: str
    description: str
    make: str
    source: str


class LookupOut(Schema):
    """The answer."""

    product: ProductOut | None = Field(description="What it was looked up for.")
    candidates: list[ProductOut] = Field(description="What the VIN can be beside it: ask “is this it?”.")
    warnings: list[str] = Field(description="What is odd about the VIN.")
    notes: list[str] = Field(description="What was read differently: another product's problems, words left out.")
    codes: list[str] = Field(description="The base codes that were read.")
    unexplained: list[str] = Field(description="Of those, the ones not known with the problem found.")
    meanings: list[MeaningOut]
    finding: FindingOut | None = Field(description="Null where nothing is proved yet.")
    others: list[OtherProblemOut]
    official: list[OfficialHitOut] = Field(description="Recalls, bulletins and procedures that apply.")


class NothingAsked(Refusal):
    """A lookup of nothing."""

    sentence = "Give a VIN, fault codes, words or a product: any of them is enough."


@router.post(
    "/lookup", response=LookupOut, summary="Before a part is replaced", url_name="lookup", operation_id="look_up"
)
def lookup(request: HttpRequest, body: LookupAsked) -> dict[str, Any]:
    """What workshops and owners have proved on this configuration, beside the official diagnostic.

    Everything is sent in the body, so that a VIN stands in no address and no log; nothing of it is kept.
    """
    if not (body.vin or body.codes or body.text.strip() or body.product):
        raise NothingAsked
    _count(request)
    now = timezone.now()
    number = body.vin or next(iter(vins_in(body.text)), None)
    read = None if number is None else identified(number)
    product, candidates = product_meant(named_product(body.product), read)
    answer = look_up(
        product=product,
        candidates=candidates,
        text="\n".join(filter(None, [" ".join(body.codes), body.text])),
        problem=body.problem,
        usage=body.usage,
        usage_unit=body.usage_unit,
        user=caller_of(request).user,
        now=now,
    )
    return lookup_out(answer) | {"warnings": list(read.vin.warnings) if read is not None else []}


def _count(request: HttpRequest) -> None:
    token = caller_of(request).token
    who = client_address(request) if token is None else f"token:{token.pk}"
    allowance = count(f"lookup:{who}", load(RequestLimits).heavy_per_minute, MINUTE)
    if not allowance.is_granted:
        raise LimitReached(
            f"That were more than {allowance.limit} lookups in a minute.", seconds=allowance.seconds_left
        )


def lookup_out(answer: Lookup) -> dict[str, Any]:
    """An answer as it goes out, without what only the VIN says."""
    return {
        "product": None if answer.product is None else product_out(answer.product),
        "candidates": [product_out(one) for one in answer.candidates],
        "notes": list(answer.search.notes),
        "codes": list(answer.codes),
        "unexplained": list(answer.unexplained),
        "meanings": [
            {"code": one.base, "description": one.description, "make": one.make, "source": one.source}
            for one in answer.search.meanings
        ],
        "finding": None if answer.finding is None else finding_out(answer.finding),
        "others": [{"problem": hit.problem.pk, "title": hit.title, "url": hit.url} for hit in answer.others],
        "official": [official_out(item) for item in answer.official],
    }


def finding_out(finding: Finding) -> dict[str, Any]:
    """A problem with its evidence as it goes out."""
    first, official, says = finding.first, finding.official, finding.procedure
    money = finding.page.plan.plan.money
    before = None
    if finding.warns and first is not None and official is not None:
        before = {
            "official": official.title,
            "official_cost": None if official.cost is None else round(official.cost, 2),
            "first": first.row.title,
            "first_cost": None if first.row.cost is None else round(first.row.cost, 2),
            "saving": money.saving_shown,
        }
    return {
        "problem": finding.problem.pk,
        "complaint": finding.problem.title,
        "cause": finding.cause,
        "correction": "" if first is None else first.row.title,
        "before_you_replace": before,
        "plan": plan_out(finding.page.plan),
        "remedies": [_remedy(line) for line in finding.remedies],
        "proof": [
            {"result": one.result, "by": one.by, "workshop": one.badge and one.badge.name, "words": one.words}
            for one in finding.proof
        ],
        "readings": [
            {"test": one.test, "reading": one.reading, "remedy": one.remedy, "right": one.right, "total": one.total}
            for one in finding.readings
        ],
        "mileage": [{"band": band.label, "sightings": band.count} for band in finding.mileage.bands],
        "band": next((band.label for band in finding.mileage.bands if band.is_ours), None),
        "official_diagnostic": says
        and {
            "number": says.number,
            "title": says.title,
            "texts": list(finding.procedure_texts),
            "url": says.get_absolute_url(),
        },
        "url": finding.problem_url,
        "sheet_url": finding.sheet_url or None,
        "demonstration": finding.problem.is_demonstration,
    }


def _remedy(line: RemedyLine) -> dict[str, Any]:
    return {
        "remedy": line.row.key,
        "title": line.row.title,
        "workshops": _people(line.workshops),
        "owners": _people(line.owners),
        "parts": [
            {
                "name": part.name,
                "number": part.number,
                "replaced_by": part.replaced_by,
                "price": part.price,
                "quantity": part.quantity,
                "currency": part.currency,
                "used": part.used,
            }
            for part in line.parts
        ],
        "succeeded": line.succeeded,
        "came_back": line.came_back,
    }


def _people(group: PeopleGroup) -> dict[str, int]:
    partly = group.professional_partly + group.owner_partly
    return {
        "worked": group.worked,
        "partly": partly,
        "failed": group.total - group.worked - partly,
        "reports": group.total,
    }
