"""One emerging issue in a manufacturer's console, and what its staff does about it."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Refusal
from wiki.actions.emerging_issues import (
    answer_issue,
    assign_issue,
    attach_diagnostic,
    close_issue,
    note_on_issue,
    reopen_issue,
    review_issue,
)
from wiki.errors import WrongIssueState
from wiki.forms.issues import FORMS, ActForm
from wiki.models import EmergingIssue
from wiki.permissions import refusal_at_console
from wiki.queries.brand import Brand
from wiki.queries.brand_issue import IssueDetail, issue_at, issue_detail, team_for, weeks_of
from wiki.queries.following import is_following
from wiki.queries.in_service import rates_of
from wiki.rules.issue_state import Act, State, possible_acts
from wiki.views.acting import member_of, refused, say
from wiki.views.brand import brand_of, console_context

ACTIONS: Mapping[Act, Callable[..., Any]] = {
    "answer": answer_issue,
    "attach": attach_diagnostic,
    "review": review_issue,
    "assign": assign_issue,
    "note": note_on_issue,
    "close": close_issue,
    "reopen": reopen_issue,
}
DONE: Mapping[Act, str] = {
    "answer": "Your answer is public.",
    "attach": "Attached.",
    "review": "Under review.",
    "assign": "Saved.",
    "note": "Your team can read it.",
    "close": "Closed.",
    "reopen": "Open again.",
}


@dataclass(frozen=True)
class OfferedAct:
    """An act that is possible now, with its form; `open` where something has to be read in it."""

    name: Act
    form: ActForm
    open: bool


@require_safe
def issue(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The page of one issue; the public sees it without notes and assignments."""
    brand, found = _find(request, slug, pk)
    return _page(request, brand, found, now=timezone.now())


@require_safe
def weeks(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Every week that the monitor kept of an issue, as CSV."""
    _, found = _find(request, slug, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="issue-{found.pk}-weeks.csv"'
    rows = csv.writer(response)
    rows.writerow(["week", "reports", "expected", "evidence_nats"])
    rows.writerows((row.week, row.observed, round(row.expected, 4), round(row.score, 3)) for row in weeks_of(found))
    return response


@login_required
@require_POST
def act(request: HttpRequest, slug: str, pk: int, act: str) -> HttpResponse:
    """Do something about an issue: the manufacturer's staff alone; moderators read."""
    brand, found = _find(request, slug, pk)
    refusal = refusal_at_console(request.user, brand.organisation)
    if refusal is not None:
        return refused(request, refusal)
    if act not in ACTIONS:
        raise Http404
    name = cast("Act", act)
    now = timezone.now()
    detail = issue_detail(brand, found, request.user, now=now)
    form = _form(name, brand, detail, request.POST.dict())
    if not form.is_valid():
        return _page(request, brand, found, now=now, detail=detail, bound=(name, form), status=422)
    seen = form.cleaned_data["seen"]
    if name != "note" and seen is not None and seen < detail.seen:
        # The form comes back with what was typed, and builds on what has been read by then.
        return _page(request, brand, found, now=now, detail=detail, bound=(name, form), since=seen, status=409)
    try:
        ACTIONS[name](issue=found, actor=member_of(request), now=now, **form.arguments())
    except WrongIssueState as late:
        say(form, late)
        return _page(request, brand, found, now=now, bound=(name, form), since=seen or 0, status=409)
    except Refusal as late:
        say(form, late)
        return _page(request, brand, found, now=now, detail=detail, bound=(name, form), status=422)
    messages.success(request, DONE[name])
    return redirect("wiki:brand-issue", slug, pk)


def _find(request: HttpRequest, slug: str, pk: int) -> tuple[Brand, EmergingIssue]:
    brand = brand_of(request, slug)
    found = issue_at(brand, pk)
    if found is None:
        raise Http404
    return brand, found


def _form(name: Act, brand: Brand, detail: IssueDetail, data: dict[str, Any] | None = None) -> ActForm:
    more: dict[str, Any] = {}
    initial: dict[str, Any] = {"seen": detail.seen}
    if name == "assign":
        more["team"] = team_for(brand)
        initial["member"] = detail.issue.assigned_to_id
    elif name == "attach":
        more["candidates"] = [covering.diagnostic for covering in detail.official]
    return FORMS[name](data, initial=initial, auto_id=f"{name}-%s", **more)


def _page(
    request: HttpRequest,
    brand: Brand,
    found: EmergingIssue,
    *,
    now: datetime.datetime,
    detail: IssueDetail | None = None,
    bound: tuple[Act, ActForm] | None = None,
    since: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that has to be read again open; `since` is the last event that its writer had seen."""
    if detail is None:
        found = issue_at(brand, found.pk) or found
        detail = issue_detail(brand, found, request.user, now=now)
    if bound is not None:
        bound[1].data = {**bound[1].data, "seen": detail.seen}
    is_waiting = found.state in (EmergingIssue.State.NEW, EmergingIssue.State.UNDER_REVIEW)
    context = console_context(brand) | {
        "detail": detail,
        "waiting": max(0, (now.date() - found.first_flagged_on).days // 7) if is_waiting else None,
        "acts": _acts(brand, detail, bound) if brand.seat.acts else (),
        "conflict": [event for event in detail.events if event.pk > since] if since is not None else (),
        "following": is_following(request.user, found),
        "in_service": rates_of(brand, found, today=now.date()),
        "demonstration": brand.organisation.is_demonstration or found.is_demonstration,
    }
    return render(request, "wiki/brand/issue.html", context, status=status)


def _acts(brand: Brand, detail: IssueDetail, bound: tuple[Act, ActForm] | None) -> tuple[OfferedAct, ...]:
    """What can be done now, and what was just tried, even where it no longer can."""
    possible = possible_acts(cast("State", detail.issue.state))
    offered = []
    for name in FORMS:
        if bound is not None and bound[0] == name:
            offered.append(OfferedAct(name, bound[1], open=True))
        elif name in possible:
            offered.append(OfferedAct(name, _form(name, brand, detail), open=False))
    return tuple(offered)
