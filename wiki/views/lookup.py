"""The dealer's lookup: one form, and the answer on the same page, because a VIN stands in no address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from wiki.forms.lookup import LookupForm
from wiki.permissions import workshop_of
from wiki.queries.desk import workshop_at_desk
from wiki.queries.hub import product_at
from wiki.queries.lookup import Lookup, look_up, product_meant


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("vin")
def lookup(request: HttpRequest) -> HttpResponse:
    """What the community has proved, before a part is replaced."""
    now = timezone.now()
    begins = product_at(request.GET.get("product", "")) if request.method != "POST" else None
    form = LookupForm(request.POST or None, this_year=now.year, product=begins)
    at_desk = workshop_at_desk(request.user) if request.user.is_authenticated else None
    context: dict[str, Any] = {"form": form, "answer": None, "workshop": at_desk}
    if request.method == "POST" and form.is_valid():
        if not allow(f"lookup:{client_address(request)}", load(RequestLimits).heavy_per_minute, 60):
            form.add_error(None, "That was often. Please wait a minute.")
        else:
            said = form.cleaned_data
            chosen = product_at(said["is_it"]) if said["is_it"] else said["product"]
            product, candidates = product_meant(chosen, form.identified)
            answer = look_up(
                product=product,
                candidates=candidates,
                text=said["text"],
                problem=said["problem"],
                usage=said["usage"],
                usage_unit=said["usage_unit"],
                user=request.user,
                now=now,
            )
            context |= {
                "answer": answer,
                "finding": answer.finding,
                "usage": said["usage"],
                "usage_unit": said["usage_unit"],
                "record_url": _record_url(request, answer, said),
                "demonstration": answer.finding is not None and answer.finding.problem.is_demonstration,
            }
    return render(request, "wiki/pro/lookup.html", context)


def _record_url(request: HttpRequest, answer: Lookup, said: Mapping[str, Any]) -> str:
    """Where the reader records the outcome: a workshop at its desk, everybody else as on the problem's page."""
    if answer.finding is None or answer.finding.first is None:
        return ""
    if workshop_of(request.user, answer.finding.page.plan.product) is not None:
        return answer.finding.job_url(usage=said["usage"], usage_unit=said["usage_unit"])
    return answer.finding.first.row.outcome_url
