"""Feeds of emerging issues: the public one, and one for each person who speaks for a manufacturer."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from products.models import Product
from wiki.feeds import answer, asked_format
from wiki.models import EmergingIssue
from wiki.queries.issue_feed import organisation_of_key, private_feed, public_feed


@require_safe
def emerging(request: HttpRequest) -> HttpResponseBase:
    """Listed issues as Atom, or what `format` says; `product` (a path) and `level` (watch or alert) narrow them."""
    product, level, address = _asked(request)
    return answer(request, asked_format(request) or "atom", public_feed(product, level, address=address))


@never_cache
@require_safe
def own(request: HttpRequest, key: str) -> HttpResponseBase:
    """All issues of a manufacturer for who speaks for it, by the key in the address; 404 where it no longer holds."""
    organisation = organisation_of_key(key)
    if organisation is None:
        raise Http404
    product, level, address = _asked(request)
    listing = private_feed(organisation, product, level, address=address)
    return answer(request, asked_format(request) or "atom", listing)


def _asked(request: HttpRequest) -> tuple[Product | None, str, str]:
    """The product and the level that are asked for, and the feed's address without its format."""
    path = request.GET.get("product", "").strip("/")
    product = get_object_or_404(Product, path=path) if path else None
    level = request.GET.get("level") or EmergingIssue.Level.WATCH.value
    if level not in EmergingIssue.Level.values:
        raise Http404
    said = request.GET.copy()
    said.pop("format", None)
    return product, level, f"{request.path}?{said.urlencode()}" if said else request.path
