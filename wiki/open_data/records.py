"""What stands in each file of the open dump: one class a file, one object a line. Their JSON Schema goes with the dump.

Amounts of money and hours are decimal numbers in strings, days are ISO 8601. Nothing here names a person, but for
`author`: the public user name under which the licence of a post asks to be named, while that account stands. An
outcome has no name, no number, no words of its own.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Field(ge=1)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Safety = Literal["green", "amber", "red"]
Day = datetime.date


class Record(BaseModel):
    """A line of a file; a field that is not described is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleRecord(Record):
    """A community rule that differs from its default: plans follow from it."""

    name: str = Field(max_length=80)
    value: bool | int | float | str


class ProductRecord(Record):
    """A node of the product tree; a parent stands before its children."""

    id: Id
    parent: Id | None
    kind: Literal["category", "make", "model", "generation", "year", "variant"]
    name: str = Field(max_length=120)
    slug: str = Field(max_length=80)
    path: str = Field(max_length=255)
    full_name: str = Field(max_length=255)
    year_from: int | None
    year_to: int | None
    aliases: list[str]
    demonstration: bool


class ComponentRecord(Record):
    """A node of the component tree; a parent stands before its children."""

    id: Id
    parent: Id | None
    name: str = Field(max_length=120)
    slug: str = Field(max_length=120)
    safety_class: Safety
    is_software: bool
    aliases: list[str]
    demonstration: bool


class CodeRecord(Record):
    """A fault code with the meaning that one source gives it; `make` is a product, or none for all makes."""

    id: Id
    base: str = Field(max_length=20)
    failure_type: str = Field(max_length=4)
    status: str = Field(max_length=4)
    module: str = Field(max_length=40)
    make: Id | None
    description: str = Field(max_length=600)
    source: str = Field(max_length=80)
    demonstration: bool


class CoverageRecord(Record):
    """A product that an official diagnostic covers; a serial range is the maker's own, from its public notice."""

    product: Id
    serial_from: str = Field(max_length=40)
    serial_to: str = Field(max_length=40)
    built_from: Day | None
    built_to: Day | None


class DocumentRecord(Record):
    """A document of an official diagnostic: its name, a summary of ours, and where it is."""

    name: str = Field(max_length=160)
    summary: str
    url: str = Field(max_length=400)


class OfficialPartRecord(Record):
    """A part that a recall is about, as its maker reported it."""

    name: str = Field(max_length=120)
    number: str = Field(max_length=120)
    description: str = Field(max_length=400)
    supplier: str = Field(max_length=160)


class DiagnosticRecord(Record):
    """An official diagnostic; `remedy` is the number under which outcomes and pointers name its remedy."""

    id: Id
    remedy: Id | None
    kind: Literal["recall", "bulletin", "procedure", "manual"]
    publisher: str = Field(max_length=80)
    number: str = Field(max_length=60)
    title: str = Field(max_length=255)
    situation: str
    cause: str
    action: str
    consequence: str
    warning: str
    url: str
    market: str = Field(max_length=2)
    issued_on: Day | None
    effective_from: Day | None
    effective_until: Day | None
    remedy_available: bool
    park_it: bool
    park_outside: bool
    over_the_air: bool
    remedy_title: str = Field(max_length=160)
    remedy_cost: Amount | None
    remedy_currency: str = Field(max_length=3)
    remedy_hours: Amount | None
    superseded_by: Id | None
    source: str = Field(max_length=160)
    products: list[CoverageRecord]
    components: list[Id]
    codes: list[Id]
    documents: list[DocumentRecord]
    parts: list[OfficialPartRecord]
    demonstration: bool


class Post(Record):
    """What every post says of itself. `licence` and `attribution` are its own where it came from elsewhere."""

    id: Id
    url: str
    author: str | None = Field(max_length=150, description="public user name while the account stands")
    attribution: str = Field(max_length=160)
    licence: str = Field(max_length=20)
    source_url: str
    created_on: Day
    updated_on: Day
    demonstration: bool


class LinkRecord(Record):
    """An official diagnostic that takes part in the plan of a problem."""

    diagnostic: Id
    reason: Literal["hand", "code", "component"]
    linked_on: Day


class ProblemRecord(Post):
    """A problem; `sightings` is 0 or a number of people from five on, empty where it stands for fewer."""

    product: Id
    component: Id | None
    title: str = Field(max_length=150)
    symptom: str = Field(description="Markdown")
    codes: str = Field(max_length=255, description="fault codes as typed")
    language: str = Field(max_length=5)
    duplicate_of: Id | None
    official: list[LinkRecord]
    score: int = Field(description="sum of votes")
    sightings: int | None


class PartRecord(Record):
    """A part that a fix needs; the price is for one, in the fix's currency."""

    name: str = Field(max_length=120)
    number: str = Field(max_length=60)
    replaced_by: str = Field(max_length=60)
    price: Amount | None
    quantity: int


class FixRecord(Post):
    """A fix; `remedy` is the number under which outcomes and pointers name it."""

    remedy: Id
    problem: Id
    component: Id | None
    title: str = Field(max_length=150)
    summary: str = Field(max_length=255)
    cause: str
    first_check: str = Field(description="Markdown")
    steps: str = Field(description="Markdown")
    tools: str = Field(max_length=255)
    cost: Amount | None
    currency: str = Field(max_length=3)
    hours: Amount | None
    difficulty: Literal["easy", "moderate", "hard", "workshop"]
    safety_class: Safety
    is_dangerous: bool
    dangerous_reason: str = Field(max_length=255)
    superseded_by: Id | None
    language: str = Field(max_length=5)
    parts: list[PartRecord]
    score: int = Field(description="sum of votes")


class VotesRecord(Record):
    """The votes in one direction on a fix that weigh in its plan, together."""

    fix: Id
    value: Literal[1, -1]
    number: Annotated[int, Field(ge=1, description="people")]
    weight: Annotated[float, Field(ge=0, description="sum of trust and decay on the day of the dump")]
    on: Day


class CommentRecord(Post):
    """A comment on a problem or a fix; `organisation` is the manufacturer that answers officially."""

    problem: Id | None
    fix: Id | None
    parent: Id | None
    body: str = Field(description="Markdown")
    organisation: str = Field(max_length=160)
    score: int = Field(description="sum of votes")


class PointerRecord(Record):
    """A reading points for (2, 1) or against (-1, -2) a remedy."""

    remedy: Id
    strength: Literal[2, 1, -1, -2]


class ReadingRecord(Record):
    """A result that a test can have."""

    id: Id
    label: str = Field(max_length=120)
    pointers: list[PointerRecord]


class TestRecord(Post):
    """A test of a problem."""

    problem: Id
    title: str = Field(max_length=120)
    how: str = Field(description="Markdown")
    tools: str = Field(max_length=255)
    money: Amount
    currency: str = Field(max_length=3)
    hours: Amount
    safety_class: Safety
    is_checked: bool
    readings: list[ReadingRecord]


class OutcomeRecord(Record):
    """How a remedy went for somebody. Who it was is not in the dump, nor any word that they wrote.

    `reporter` is a chance name, new in every dump: the same on the outcomes of one person on one remedy, empty where
    there is one alone. Usage is rounded down to thousands.
    """

    remedy: Id
    product: Id
    result: Literal["worked", "partly", "failed", "worse", "not_tried"]
    tier: Literal["unverified", "owner", "professional"]
    trust: Annotated[float, Field(ge=0, le=1)] | None
    weighs: bool = Field(description="whether it counts in the plan at all")
    reporter: str = Field(max_length=32)
    also_remedies: list[Id] = Field(description="remedies that were changed at the same time")
    shared_among: Annotated[int, Field(ge=1)]
    not_counted_on: list[Id] = Field(description="remedies on which another report of the same person takes its place")
    happened_on: Day
    came_back_on: Day | None
    done_by: Literal["myself", "workshop", "dealer"]
    money: Amount | None
    currency: str = Field(max_length=3)
    hours: Amount | None
    usage: int | None
    usage_unit: str = Field(max_length=6)
    procedure_followed: bool | None
    has_evidence: bool
    harm: bool
    readings: list[Id]
    demonstration: bool


class SightingsRecord(Record):
    """How many people saw a problem, or a component without a problem, on a product in a year: five or more."""

    product: Id
    component: Id | None
    problem: Id | None
    year: int
    people: Annotated[int, Field(ge=1)]


class SeriesRecord(Record):
    """How many people reported a component of a product in the week that begins on a Monday: five or more."""

    product: Id
    component: Id
    week: Day
    people: Annotated[int, Field(ge=1)]


TABLES: dict[str, type[Record]] = {
    "rules": RuleRecord,
    "products": ProductRecord,
    "components": ComponentRecord,
    "fault_codes": CodeRecord,
    "official_diagnostics": DiagnosticRecord,
    "problems": ProblemRecord,
    "fixes": FixRecord,
    "comments": CommentRecord,
    "tests": TestRecord,
    "votes": VotesRecord,
    "outcomes": OutcomeRecord,
    "sightings": SightingsRecord,
    "series": SeriesRecord,
}
"""The files in the order in which they are written and loaded: what is named stands before what names it."""
