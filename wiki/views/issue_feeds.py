"""Feeds of emerging issues: the public one, and one for each person who speaks for a manufacturer."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from products.models import Product
from wiki.models import EmergingIssue
from wiki.queries.issue_feed import FeedEntry, organisation_of_key, private_entries, public_entries

SUBTITLE = "Components of which more is reported than expected. An issue says where to look; it accuses nobody."


@cache_control(public=True, max_age=600)
@require_safe
def emerging(request: HttpRequest) -> HttpResponse:
    """Listed issues; `product` (a path) narrows them to its part of the tree, `level` is watch or alert."""
    product, level = _asked(request)
    return _atom(request, "Emerging issues", product, public_entries(product, level))


@never_cache
@require_safe
def own(request: HttpRequest, key: str) -> HttpResponse:
    """All issues of a manufacturer for who speaks for it, by the key in the address; 404 where it no longer holds."""
    organisation = organisation_of_key(key)
    if organisation is None:
        raise Http404
    product, level = _asked(request)
    entries = private_entries(organisation, product, level)
    response = _atom(request, f"Emerging issues of {organisation.name}", product, entries)
    response["X-Robots-Tag"] = "noindex"
    return response


def _asked(request: HttpRequest) -> tuple[Product | None, str]:
    path = request.GET.get("product", "").strip("/")
    product = get_object_or_404(Product, path=path) if path else None
    level = request.GET.get("level") or EmergingIssue.Level.WATCH.value
    if level not in EmergingIssue.Level.values:
        raise Http404
    return product, level


def _atom(request: HttpRequest, title: str, product: Product | None, entries: Iterable[FeedEntry]) -> HttpResponse:
    feed = Atom1Feed(
        title=f"{title}: {product.full_name}" if product else title,
        link=settings.SITE_URL,
        description=SUBTITLE,
        language="en",
        feed_url=settings.SITE_URL + request.get_full_path(),
    )
    host = urlsplit(settings.SITE_URL).hostname
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=settings.SITE_URL + entry.url,
            description=entry.words,
            unique_id=f"tag:{host},2026:{entry.key}",
            pubdate=entry.at,
            updateddate=entry.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
