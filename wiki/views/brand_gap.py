"""Where a manufacturer's own diagnostics send owners to the wrong part."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wiki import feeds
from wiki.queries.further_lists import gap_listing
from wiki.queries.gap import gap_page
from wiki.views.brand import brand_of, console_context


@require_safe
def gap(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The official diagnostics by what following them lost. Everybody may see it: all its outcomes are public."""
    brand = brand_of(request, slug)
    now = timezone.now()
    page = gap_page(brand, now=now, number=request.GET.get("page"))
    form = feeds.asked_format(request)
    if form:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return feeds.answer(request, form, gap_listing(brand, page, request.path, now=midnight))
    context = console_context(brand) | {"page": page}
    context["demonstration"] = brand.organisation.is_demonstration or page.is_demonstration
    return render(request, "wiki/brand/gap.html", context)
