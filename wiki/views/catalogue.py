"""Pages about what exists: a product, a make, a component, a fault code."""

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from products.errors import CodeNotUnderstood
from products.models import Component, Product
from products.rules.codes import parse_code
from wiki import feeds
from wiki.open_data.repairs import repairs
from wiki.queries.catalogue import component_page, fault_code_page, make_page
from wiki.queries.following import is_following
from wiki.queries.further_lists import official_listing, product_outcomes_listing
from wiki.queries.hub import hub, product_at
from wiki.queries.listings import Listing, code_listing, component_listing, make_listing, product_listing
from wiki.rules.open_repair import COLUMNS
from wiki.structured_data import data_of_product


@require_safe
def product(request: HttpRequest, path: str) -> HttpResponseBase:
    """The hub of a product, or its newest problems as a feed or table; paths it had before lead to it."""
    found = product_at(path)
    if found is None:
        raise Http404
    if path != found.path:
        asked = request.GET.urlencode()
        return redirect(f"{found.get_absolute_url()}{'?' if asked else ''}{asked}", permanent=True)
    slug = request.GET.get("component")
    component = get_object_or_404(Component, slug=slug) if slug else None
    if request.GET.get("format") == "ords":
        return _repairs(found)
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, _of_product(request, found, component))
    page = hub(
        found,
        request.user,
        component=component,
        page=request.GET.get("page"),
        recalls=request.GET.get("recalls"),
        now=timezone.now(),
    )
    shown = {
        "page": page,
        "demonstration": page.demonstration,
        "following": is_following(request.user, found),
        "structured": data_of_product(page),
    }
    return render(request, "wiki/product.html", shown)


def _of_product(request: HttpRequest, product: Product, component: Component | None) -> Listing:
    """The list of a product that is asked for: `list=official`, `list=outcomes`, else its problems."""
    page = feeds.asked_page(request)
    match request.GET.get("list"):
        case "official":
            return official_listing(product=product, component=component, page=page)
        case "outcomes":
            return product_outcomes_listing(product, page=page)
        case _:
            return product_listing(product, component, now=timezone.now(), page=page)


def _repairs(product: Product) -> StreamingHttpResponse:
    """The outcomes of a product and all below it as Open Repair Data, however many."""
    response = StreamingHttpResponse(feeds.table_in_parts(COLUMNS, repairs(product)), content_type=feeds.FORMATS["csv"])
    response.headers["Content-Disposition"] = f'attachment; filename="open-repair-data-{product.slug[:60]}.csv"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def make(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A make over all its categories."""
    form = feeds.asked_format(request)
    if form:
        listing = make_listing(slug, now=timezone.now(), page=feeds.asked_page(request))
        if listing is None:
            raise Http404
        return feeds.answer(request, form, listing)
    page = make_page(
        slug,
        request.user,
        page=request.GET.get("page"),
        recalls=request.GET.get("recalls"),
        now=timezone.now(),
    )
    if page is None:
        raise Http404
    return render(request, "wiki/make.html", {"page": page, "demonstration": page.demonstration})


@require_safe
def component(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A component over all products."""
    found = get_object_or_404(Component, slug=slug)
    form = feeds.asked_format(request)
    if form:
        number = feeds.asked_page(request)
        if request.GET.get("list") == "official":
            return feeds.answer(request, form, official_listing(component=found, page=number))
        return feeds.answer(request, form, component_listing(found, now=timezone.now(), page=number))
    page = component_page(
        found,
        request.user,
        page=request.GET.get("page"),
        recalls=request.GET.get("recalls"),
        now=timezone.now(),
    )
    return render(request, "wiki/component.html", {"page": page, "demonstration": page.demonstration})


@require_safe
def fault_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """A fault code over all makes; any spelling leads to its base code."""
    try:
        base = parse_code(code).base
    except CodeNotUnderstood:
        # Some makers number their codes in a way of their own: such a code is known or it is not.
        base = code.strip().upper()
    if code != base.lower():
        asked = request.GET.urlencode()
        address = reverse("wiki:fault-code", args=[base.lower()])
        return redirect(f"{address}{'?' if asked else ''}{asked}", permanent=True)
    form = feeds.asked_format(request)
    if form:
        number = feeds.asked_page(request)
        if request.GET.get("list") == "official":
            return feeds.answer(request, form, official_listing(code=base, page=number))
        return feeds.answer(request, form, code_listing(base, now=timezone.now(), page=number))
    page = fault_code_page(
        base,
        request.user,
        page=request.GET.get("page"),
        recalls=request.GET.get("recalls"),
        now=timezone.now(),
    )
    shown = {"page": page, "demonstration": page.demonstration}
    return render(request, "wiki/fault_code.html", shown, status=200 if page.is_known else 404)
