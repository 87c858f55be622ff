"""Types of what comes in and goes out: numbers, texts, amounts, days, and pages of a list."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict

from products.rules.codes import base_codes

MOST_ID = 2**53 - 1
"""The largest number that every JSON reader keeps exact."""

# Line breaks and tabs are text, other control characters are not.
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def _a_whole_number(value: Any) -> Any:
    """Refuse what JSON has other words for: text and true are no numbers, 3.0 is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("Input should be a whole number")
    return value


Id = Annotated[int, Field(ge=1, le=MOST_ID)]
BodyId = Annotated[int, Field(ge=1, le=MOST_ID), BeforeValidator(_a_whole_number)]
BodyFlag = Annotated[bool, Field(strict=True)]
BodyCount = Annotated[int, Field(ge=0, le=2_000_000_000), BeforeValidator(_a_whole_number)]
Quantity = Annotated[int, Field(ge=1, le=999), BeforeValidator(_a_whole_number)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,120}$")]
Code = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9-]{2,20}$", description="A fault code in any spelling: P0571, p0571-00.")
]
ProductPath = Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+){0,7}$", max_length=255)]
Words = Annotated[str, Field(max_length=200, pattern=_TEXT)]
Line = Annotated[str, Field(max_length=150, pattern=_TEXT)]
ShortLine = Annotated[str, Field(max_length=60, pattern=_TEXT)]
LongLine = Annotated[str, Field(max_length=255, pattern=_TEXT)]
Text = Annotated[str, Field(max_length=20_000, pattern=_TEXT)]
Note = Annotated[str, Field(max_length=2_000, pattern=_TEXT)]
Amount = Annotated[
    str, Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$", description="An amount as text, so that nothing is rounded.")
]
Hours = Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,2})?$", description="Hours as text.")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]


def _a_day(text: str) -> str:
    datetime.date.fromisoformat(text)
    return text


Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_a_day),
]
DayOut = Annotated[str, Field(json_schema_extra={"format": "date"})]
MomentOut = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
YesNo = Literal["yes", "no"]
Level = Literal["category", "make", "model", "generation", "year", "variant"]
DiagnosticKind = Literal["recall", "bulletin", "procedure", "manual"]
RemedyKind = Literal["fix", "official"]
SafetyClass = Literal["green", "amber", "red"]
SafetyVerdict = Literal["stop", "workshop", "carry_on"]
Difficulty = Literal["easy", "moderate", "hard", "workshop"]
Way = Literal["myself", "workshop", "dealer"]
Result = Literal["worked", "partly", "failed", "worse", "not_tried"]
Tier = Literal["unverified", "owner", "professional"]
UsageUnit = Literal["mi", "km", "h", "cycles", "months"]


def base_of(code: str | None) -> str | None:
    """The base code on which searches meet; what is no code as it stands, and then finds nothing."""
    return None if code is None else next(iter(base_codes(code)), code.upper())


class Body(Schema):
    """What a program sends: an unknown field is an error, so that a slip in a name is seen."""

    model_config = ConfigDict(extra="forbid")


class Listing(Schema):
    """Which part of a list: `limit` rows after the row with the number `after`."""

    after: Id | None = Field(None, description="Begin after this number: `next_after` of the page before.")
    limit: int = Field(25, ge=1, le=100)


class Paged(Schema):
    """How a list goes on."""

    next_after: int | None = Field(None, description="Null on the last page.")
    next: str | None = Field(None, description="Address of the next page.")


Row = TypeVar("Row", bound=Model)
Out = TypeVar("Out")


def page_of(request: HttpRequest, rows: QuerySet[Row], listing: Listing, out: Callable[[Row], Any]) -> dict[str, Any]:
    """One page of a list in the order of its numbers, which no later row can disturb."""
    if listing.after is not None:
        rows = rows.filter(pk__gt=listing.after)
    found = list(rows.order_by("pk")[: listing.limit + 1])
    shown = found[: listing.limit]
    last = shown[-1].pk if len(found) > len(shown) else None
    said = [(name, value) for name, value in request.GET.items() if name != "after"]
    following = f"{request.path}?{urlencode([*said, ('after', last)])}" if last is not None else None
    return {"items": [out(row) for row in shown], "next_after": last, "next": following}
