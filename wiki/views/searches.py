"""Counting searches, and the operators' page of what was searched for."""

from __future__ import annotations

import csv

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from wiki.actions.searches import count_search
from wiki.permissions import refusal_to_operate
from wiki.queries.searches import SearchesPage, searches_page
from wiki.search.query import LONGEST_QUERY
from wiki.views.acting import refused


def _from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent it; every browser says so of a POST."""
    here = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return request.headers.get("Origin", "") in here


# A beacon carries no token: its page may be cached, and all that another site could do is refused by its origin.
@csrf_exempt
@never_cache
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Count a search that was made, without a trace of who made it."""
    if not _from_this_site(request):
        return HttpResponse(status=403)
    limit = load(RequestLimits).heavy_per_minute
    if not allow(f"searched:{client_address(request)}", limit, 60, writes=True):
        return HttpResponse(status=429)
    text = request.POST.get("q", "").replace("\0", "")[: LONGEST_QUERY * 2]
    count_search(text=text, found=request.POST.get("found") == "yes", now=timezone.now())
    return HttpResponse(status=204)


@login_required
@never_cache
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """What was searched for most, and most in vain; as CSV too."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    page = searches_page(request.GET.get("days", ""), now=timezone.now())
    if request.GET.get("as") == "csv":
        return _as_csv(page)
    return render(request, "wiki/searches.html", {"page": page})


def _as_csv(page: SearchesPage) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="searches-{page.period}-days.csv"'
    writer = csv.writer(answer)
    writer.writerow(["list", "words", "times", "days", "last"])
    for name, rows in (("made", page.made), ("in vain", page.in_vain)):
        writer.writerows([name, row.text, row.times, row.days, row.last.isoformat()] for row in rows)
    return answer
