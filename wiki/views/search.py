"""The search page."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wiki import feeds
from wiki.queries.health import health
from wiki.queries.listings import search_listing
from wiki.queries.search import search_page
from wiki.queries.search_facets import SearchQuery
from wiki.search.query import printable
from wiki.views.my_product import my_product

LONGEST_VALUE = 800


def _value(request: HttpRequest, name: str) -> str:
    value = request.GET.get(name, "")
    # What was typed is cut where it is read, which says so; a longer address is nobody's typing.
    return value if name == "q" else printable(value[:LONGEST_VALUE])


@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """Problems, official diagnostics and products for what was typed; as a feed or table, its newest problems."""
    names = ("q", "product", "scope", "component", "code", "state", "safety", "kind", "page")
    query = SearchQuery(**{name: _value(request, name) for name in names})
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, search_listing(query, now=timezone.now()))
    page = search_page(query, request.user, now=timezone.now(), mine=my_product(request))
    # Instant results replace the list alone; the same address is the whole page to everybody else.
    template = "wiki/search_instant.html" if request.headers.get("HX-Target") == "results" else "wiki/search.html"
    response = render(request, template, {"page": page, "demonstration": page.demonstration})
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """For the monitor of a site: it answers, and how far the index is behind."""
    return JsonResponse(health())
