"""Pages about what exists: a product, a make, a component, a fault code."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from products.errors import CodeNotUnderstood
from products.models import Component
from products.rules.codes import parse_code
from wiki import feeds
from wiki.queries.catalogue import component_page, fault_code_page, make_page
from wiki.queries.following import is_following
from wiki.queries.hub import hub, product_at
from wiki.queries.listings import code_listing, component_listing, make_listing, product_listing
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
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, product_listing(found, component, now=timezone.now()))
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


@require_safe
def make(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A make over all its categories."""
    form = feeds.asked_format(request)
    if form:
        listing = make_listing(slug, now=timezone.now())
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
        return feeds.answer(request, form, component_listing(found, now=timezone.now()))
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
        return feeds.answer(request, form, code_listing(base, now=timezone.now()))
    page = fault_code_page(
        base,
        request.user,
        page=request.GET.get("page"),
        recalls=request.GET.get("recalls"),
        now=timezone.now(),
    )
    shown = {"page": page, "demonstration": page.demonstration}
    return render(request, "wiki/fault_code.html", shown, status=200 if page.is_known else 404)
