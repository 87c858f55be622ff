"""The emerging issues of a manufacturer: the list in its console."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wiki import feeds
from wiki.forms.issues import IssueFilterForm
from wiki.queries.brand_issues import choices_of, issue_figures, issue_list, issue_listing, wanted_issues
from wiki.queries.issue_feed import feed_address
from wiki.views.brand import brand_of, console_context


@require_safe
def issues(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All emerging issues that the reader may see, narrowed and ordered as they ask."""
    brand = brand_of(request, slug)
    components, products = choices_of(brand)
    form = IssueFilterForm(request.GET, components=components, products=products, may_own=brand.seat.acts)
    wanted = form.wanted()
    found = wanted_issues(brand, wanted, request.user)
    asked = feeds.asked_format(request)
    if asked:
        response = feeds.answer(request, asked, issue_listing(brand, found, request.path))
        if brand.seat.reads:
            response.headers["Cache-Control"] = "private, no-store"
        return response
    figures = issue_figures(brand)
    context = console_context(brand) | {
        "form": form,
        "list": issue_list(found, page=request.GET.get("page")),
        "figures": figures,
        "waiting": figures.weeks_waiting(timezone.now().date()),
        "feed": feed_address(brand, request.user),
        "narrowed": any(value for name, value in wanted.items() if name != "order"),
    }
    return render(request, "wiki/brand/issues.html", context)
