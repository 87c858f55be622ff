"""The service desk of a workshop: its jobs, an outcome in ten seconds, a day's jobs at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refusal
from accounts.models import OwnedProduct
from wiki import feeds
from wiki.actions.desk import record_job
from wiki.forms.desk import JobForm
from wiki.forms.jobs import JobsForm
from wiki.importers.tables.run import bring_at_once
from wiki.models import TableImport
from wiki.queries.desk import desk_of, provisional_days, remedies_named, workshop_at_desk
from wiki.queries.hub import product_at
from wiki.queries.outcomes import problem_behind
from wiki.queries.own_lists import jobs_listing
from wiki.views.acting import member_of, say

CLOSED = "The service desk is for verified workshops and dealers. Claim yours first."


def _closed(request: HttpRequest) -> HttpResponse:
    shown = {"refusal": CLOSED, "back": reverse("accounts:claim-new"), "way": "Claim your organisation"}
    return render(request, "wiki/refused.html", shown, status=403)


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponseBase:
    """The workshop's jobs, those that may still come back first."""
    workshop = workshop_at_desk(member_of(request))
    if workshop is None:
        return _closed(request)
    today = timezone.now().date()
    found = desk_of(workshop, today=today)
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, jobs_listing(found, request.path, today=today), private=True)
    return render(request, "wiki/pro/desk.html", {"desk": found, "today": today})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest) -> HttpResponse:
    """Record one job on the remedy that the address names."""
    member = member_of(request)
    if workshop_at_desk(member) is None:
        return _closed(request)
    said = request.GET.get("remedy", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    remedy = remedies_named(remedies=[number], fixes=[]).get(("remedy", number))
    if remedy is None:
        if said:
            raise Http404
        return redirect("wiki:pro-lookup")
    problem = problem_behind(remedy, reader=member, said=request.GET.get("problem", ""))
    usage, unit = request.GET.get("usage", ""), request.GET.get("usage_unit", "")
    form = JobForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "result": "worked",
            "usage": usage if usage.isascii() and usage.isdigit() and len(usage) < 10 else "",
            "usage_unit": unit if unit in OwnedProduct.Unit.values else OwnedProduct.Unit.MILES,
        },
        remedy=remedy,
        product=product_at(request.GET.get("product", "")) or (problem.product if problem is not None else None),
        today=timezone.now().date(),
        person=member,
    )
    if request.method == "POST" and form.is_valid():
        try:
            record_job(remedy=remedy, draft=form.draft(), photo=form.photo_draft(), actor=member, now=timezone.now())
        except Refusal as refusal:
            say(form, refusal)
        else:
            half = f"It counts half for {provisional_days()} days"
            messages.success(request, f"Recorded. {half}; should it come back, one click says so.")
            return redirect("wiki:pro")
    context: dict[str, Any] = {"form": form, "remedy": remedy, "problem": problem}
    return render(request, "wiki/pro/outcome.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def jobs(request: HttpRequest) -> HttpResponse:
    """Record a day's jobs, all or none: the quick door of the table import."""
    member = member_of(request)
    workshop = workshop_at_desk(member)
    if workshop is None:
        return _closed(request)
    now = timezone.now()
    table_import = TableImport(kind="outcomes", member=member, organisation_id=workshop.organisation_id, created_at=now)
    form = JobsForm(request.POST or None, request.FILES or None, table_import=table_import, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            run = bring_at_once(table_import=form.table_import, checked=form.checked, clock=timezone.now)
        except Refusal as refusal:
            say(form, refusal)
        else:
            address = reverse("wiki:import", args=[form.table_import.pk])
            said = format_html('{} <a href="{}">Look at them, or undo it</a>', run.message, address)
            messages.success(request, said)
            return redirect("wiki:pro")
    return render(request, "wiki/pro/jobs.html", {"form": form})
