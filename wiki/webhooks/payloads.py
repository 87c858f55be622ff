"""What a delivery says: public facts alone, as a reader without an account sees them at the moment of sending.

The schemas are printed on the help page and stand in the OpenAPI document; nothing leaves that they don't name.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from ninja import Field, Schema

from products.models import OfficialDiagnostic
from wiki.models import EmergingIssue, Fix, Outcome, Problem, Webhook, WebhookDelivery
from wiki.queries import open_lists
from wiki.queries.emerging import issues
from wiki.queries.issue_addresses import issue_addresses
from wiki.queries.webhooks import is_in_scope, is_open_to_all
from wiki.rules.webhooks import EVENTS, PING


class _Thing(Schema):
    """What every event says of what it is about."""

    id: int
    url: str = Field(description="The page where it is read.")
    api_url: str | None = Field(description="The object in the API; null where it has none.")
    demonstration: bool


class ProblemData(_Thing):
    """A problem."""

    title: str
    product: str = Field(description="Path of the product.")
    product_name: str
    component: str | None
    codes: list[str]


class FixData(_Thing):
    """A fix that reports confirmed or established."""

    title: str
    state: Literal["confirmed", "established"]
    problem: int
    problem_title: str
    product: str
    product_name: str
    cost: str | None
    currency: str
    dangerous: bool = Field(description="Whether a warning stands in front of it meanwhile.")


class OutcomeData(_Thing):
    """How a remedy went. Who reported it is not said."""

    remedy: int
    remedy_title: str
    product: str
    product_name: str
    result: Literal["worked", "partly", "failed", "worse", "not_tried"]
    tier: Literal["unverified", "owner", "professional"]
    happened_on: str


class OfficialData(_Thing):
    """An official diagnostic."""

    kind: Literal["recall", "bulletin", "procedure", "manual"]
    publisher: str
    number: str
    title: str
    products: list[str] = Field(description="Paths of the products that it covers.")
    issued_on: str | None
    park_it: bool = Field(description="The maker says: do not use it.")
    superseded_by: int | None


class IssueData(_Thing):
    """An emerging issue: a component at a product whose reports run above their expected rate. It accuses nobody."""

    product: str
    product_name: str
    component: str
    component_name: str
    level: Literal["watch", "alert"]
    state: Literal["new", "under_review", "answered", "closed"]
    observed: int = Field(description="Reports within the weeks up to last_flagged_on.")
    expected: float
    weeks: int
    first_flagged_on: str
    last_flagged_on: str


class PingData(Schema):
    """A test: nothing happened."""

    webhook: int


DATA: dict[str, type[Schema]] = {
    "problem": ProblemData,
    "fix": FixData,
    "outcome": OutcomeData,
    "official": OfficialData,
    "issue": IssueData,
    "": PingData,
}
ABOUT = {
    **{event: "issue" for event in EVENTS if event.startswith("emerging_issue.")},
    "problem.new": "problem",
    "fix.confirmed": "fix",
    "outcome.new": "outcome",
    "recall.new": "official",
    "official.new": "official",
    "official.superseded": "official",
    PING: "",
}
"""What kind of thing each event is about."""


def body_of(delivery: WebhookDelivery) -> bytes | None:
    """The body of a delivery, None where the public, or the manufacturer concerned, may not see its thing any more."""
    data = _data(delivery)
    if data is None:
        return None
    told = {
        "type": delivery.event,
        "timestamp": delivery.happened_at.isoformat().replace("+00:00", "Z"),
        "data": DATA[delivery.about].model_validate(data).model_dump(),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _data(delivery: WebhookDelivery) -> dict[str, Any] | None:
    pk, nobody = delivery.object_id, AnonymousUser()
    if delivery.event == PING:
        return {"webhook": delivery.webhook_id}
    if delivery.about == "problem":
        problem = open_lists.problems(nobody).filter(pk=pk).first()
        return None if problem is None else _problem(problem)
    if delivery.about == "fix":
        fix = open_lists.fixes(nobody).select_related("problem__product").filter(pk=pk).first()
        return None if fix is None else {**_fix(fix), "state": delivery.state}
    if delivery.about == "outcome":
        outcome = open_lists.outcomes(nobody).filter(pk=pk).first()
        return None if outcome is None else _outcome(outcome)
    if delivery.about == "official":
        diagnostic = open_lists.official_diagnostics().filter(pk=pk).first()
        return None if diagnostic is None else _official(diagnostic)
    issue = issues().filter(pk=pk).first()
    return None if issue is None or not _may_be_told(delivery.webhook, issue) else _issue(issue)


def _may_be_told(webhook: Webhook, issue: EmergingIssue) -> bool:
    """Everybody of an issue that is public, the manufacturer whose scope holds it of any."""
    organisation = webhook.organisation
    if is_open_to_all(issue):
        return True
    if organisation is None or organisation.kind != organisation.Kind.MANUFACTURER:
        return False
    return is_in_scope(organisation, issue.product)


def _thing(pk: int, url: str, api_name: str, *, demonstration: bool) -> dict[str, Any]:
    api_url = settings.SITE_URL + reverse(f"api-v1:{api_name}", kwargs={"id": pk}) if api_name else None
    return {"id": pk, "url": settings.SITE_URL + url, "api_url": api_url, "demonstration": demonstration}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        **_thing(problem.pk, problem.get_absolute_url(), "problem", demonstration=problem.is_demonstration),
        "title": problem.title,
        "product": problem.product.path,
        "product_name": problem.product.full_name,
        "component": None if problem.component is None else problem.component.slug,
        "codes": problem.codes,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        **_thing(fix.pk, fix.get_absolute_url(), "fix", demonstration=fix.is_demonstration),
        "title": fix.title,
        "problem": fix.problem_id,
        "problem_title": fix.problem.title,
        "product": fix.problem.product.path,
        "product_name": fix.problem.product.full_name,
        "cost": None if fix.cost is None else str(fix.cost),
        "currency": fix.currency,
        "dangerous": fix.is_dangerous,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        **_thing(outcome.pk, outcome.remedy.get_absolute_url(), "outcome", demonstration=outcome.is_demonstration),
        "remedy": outcome.remedy_id,
        "remedy_title": outcome.remedy.title,
        "product": outcome.product.path,
        "product_name": outcome.product.full_name,
        "result": outcome.result,
        "tier": outcome.tier,
        "happened_on": outcome.happened_on.isoformat(),
    }


def _official(diagnostic: OfficialDiagnostic) -> dict[str, Any]:
    return {
        **_thing(
            diagnostic.pk,
            diagnostic.get_absolute_url(),
            "diagnostic",
            demonstration=diagnostic.is_demonstration,
        ),
        "kind": diagnostic.kind,
        "publisher": diagnostic.publisher,
        "number": diagnostic.number,
        "title": diagnostic.title,
        "products": sorted({row.product.path for row in diagnostic.coverage.all()}),
        "issued_on": None if diagnostic.issued_on is None else diagnostic.issued_on.isoformat(),
        "park_it": diagnostic.park_it,
        "superseded_by": diagnostic.superseded_by_id,
    }


def _issue(issue: EmergingIssue) -> dict[str, Any]:
    return {
        **_thing(issue.pk, issue_addresses([issue])[issue.pk], "", demonstration=issue.is_demonstration),
        "product": issue.product.path,
        "product_name": issue.product.full_name,
        "component": issue.component.slug,
        "component_name": issue.component.name,
        "level": issue.level,
        "state": issue.state,
        "observed": issue.observed,
        "expected": round(issue.expected, 2),
        "weeks": issue.window_weeks,
        "first_flagged_on": issue.first_flagged_on.isoformat(),
        "last_flagged_on": issue.last_flagged_on.isoformat(),
    }
