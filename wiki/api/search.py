"""Search: what a person typed, answered as the search page answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from wiki.api.fields import Code, ProductPath, RemedyKind, Slug, Words
from wiki.api.protocol import caller_of
from wiki.queries.first_steps import StepSummary
from wiki.queries.problem_page import LaneItem
from wiki.queries.search import MOST_PAGES, search_page
from wiki.queries.search_facets import SearchQuery
from wiki.queries.search_hits import Hit

router = Router(tags=["Search"])


class FirstStepOut(Schema):
    """The first step of a hit's plan."""

    title: str
    kind: RemedyKind
    worked: int
    reports: int
    cost: float | None
    saving: int | None
    url: str


class HitOut(Schema):
    """A problem that was found, with the first step of its plan and why it is here."""

    id: int
    title: str
    product: str
    codes: list[str]
    first_step: FirstStepOut | None
    why: list[str]
    url: str


class OfficialHitOut(Schema):
    """An official diagnostic that was found."""

    kind: str
    number: str
    title: str
    open_recall: bool
    url: str


class SearchOut(Schema):
    """What was found, and what was understood."""

    count: str = Field(description="In words, as “12 problems” or “More than 100 problems”.")
    scope: str | None = Field(description="Path of the product that the search was narrowed to, by words or choice.")
    notes: list[str] = Field(description="What was read differently from how it was typed.")
    problems: list[HitOut]
    official: list[OfficialHitOut]
    page: int
    pages: int
    url: str


class SearchAsked(Schema):
    """What is searched for."""

    q: Words = Field("", examples=["range rover gearbox fault brake light stays on"])
    product: ProductPath | None = None
    component: Slug | None = None
    code: Code | None = None
    page: int = Field(1, ge=1, le=MOST_PAGES)


@router.get("/search", response=SearchOut, summary="Search symptoms", url_name="search")
def search(request: HttpRequest, asked: Query[SearchAsked]) -> dict[str, Any]:
    """Problems and official diagnostics for lay words, fault codes and product names, best first."""
    query = SearchQuery(
        q=asked.q,
        product=asked.product or "",
        component=asked.component or "",
        code=asked.code or "",
        page=str(asked.page),
    )
    page = search_page(query, caller_of(request).user, now=timezone.now())
    return {
        "count": page.count_words,
        "scope": page.chip.product.path if page.chip is not None else None,
        "notes": list(page.notes),
        "problems": [hit_out(hit) for hit in page.hits],
        "official": [official_out(item) for item in (*page.lane, *page.official)],
        "page": page.page.number,
        "pages": page.page.paginator.num_pages,
        "url": query.address(),
    }


def official_out(item: LaneItem) -> dict[str, Any]:
    """An official diagnostic of the lane as it goes out."""
    return {name: getattr(item, name) for name in ("kind", "number", "title", "open_recall", "url")}


def hit_out(hit: Hit) -> dict[str, Any]:
    """A hit as it goes out."""
    return {
        "id": hit.problem.pk,
        "title": hit.title,
        "product": hit.problem.product.path,
        "codes": list(hit.codes),
        "first_step": None if hit.first is None else _step(hit.first),
        "why": list(hit.why),
        "url": hit.url,
    }


def _step(step: StepSummary) -> dict[str, Any]:
    return {
        "title": step.title,
        "kind": step.kind,
        "worked": step.worked,
        "reports": step.total,
        "cost": None if step.cost is None else round(step.cost, 2),
        "saving": step.saving,
        "url": step.url,
    }
