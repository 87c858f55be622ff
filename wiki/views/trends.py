"""Trends of the whole site, for operators."""

from __future__ import annotations

import csv

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wiki.permissions import refusal_to_operate
from wiki.queries.trends import COUNTED, QUEUES, WEEKS_AT_MOST, site_weeks, trends
from wiki.views.acting import refused


@login_required
@never_cache
@require_safe
def trends_page(request: HttpRequest) -> HttpResponse:
    """What came week by week, and what waits."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    shown = {"page": trends(timezone.now()), "counted": COUNTED, "queues": QUEUES}
    return render(request, "wiki/trends.html", shown)


@login_required
@never_cache
@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """Two years of weeks as CSV."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trends.csv"'
    rows = csv.writer(response)
    queues = [f"{name} {what}" for name in QUEUES for what in ("waiting", "oldest in days")]
    rows.writerow(["week", *COUNTED, *queues])
    for week in site_weeks(timezone.now(), weeks=WEEKS_AT_MOST):
        waited = [number for queue in week.queues for number in (queue.waiting, queue.oldest_days)]
        rows.writerow([week.monday, *week.counts, *waited])
    return response
