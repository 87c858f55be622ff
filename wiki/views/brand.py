"""A manufacturer's console: its frame, its first page and its team. Its other pages live in the modules beside this."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.team import team_page
from wiki import feeds
from wiki.queries.brand import Brand, brand_at, brand_home, brands
from wiki.queries.brand_issues import issue_figures, strongest_issues
from wiki.queries.further_lists import brands_listing


def brand_of(request: HttpRequest, slug: str) -> Brand:
    """The manufacturer as this reader meets it; 404 where there is none. Everybody may read its public face."""
    found = brand_at(slug, request.user)
    if found is None:
        raise Http404
    return found


def own_brand(request: HttpRequest, slug: str) -> Brand:
    """The manufacturer, for who may see its private pages: its staff, and moderators, who only read. 404 for others."""
    found = brand_of(request, slug)
    if not found.seat.reads:
        raise Http404
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The manufacturers that speak here, the reader's own first."""
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, brands_listing(request.path))
    return render(request, "wiki/brand/index.html", {"brands": brands(request.user)})


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """The first page of a console, or its public face."""
    brand = brand_of(request, slug)
    now = timezone.now()
    figures = issue_figures(brand)
    context = console_context(brand) | {
        "page": brand_home(brand, request.user, recalls=request.GET.get("recalls"), now=now),
        "figures": figures,
        "waiting": figures.weeks_waiting(now.date()),
        "issues": strongest_issues(brand),
    }
    return render(request, "wiki/brand/home.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Who speaks for the manufacturer; its managers invite, take in and remove."""
    brand = own_brand(request, slug)
    return team_page(request, brand.organisation, template="wiki/brand/team.html", context=console_context(brand))


def console_context(brand: Brand) -> dict[str, object]:
    """What the frame of every page of a console needs."""
    return {"brand": brand, "demonstration": brand.organisation.is_demonstration}
