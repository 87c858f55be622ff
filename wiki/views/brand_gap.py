"""Where a manufacturer's own diagnostics send owners to the wrong part."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wiki.queries.gap import gap_page
from wiki.views.brand import brand_of, console_context


@require_safe
def gap(request: HttpRequest, slug: str) -> HttpResponse:
    """The official diagnostics by what following them lost. Everybody may see it: all its outcomes are public."""
    brand = brand_of(request, slug)
    page = gap_page(brand, now=timezone.now(), number=request.GET.get("page"))
    context = console_context(brand) | {"page": page}
    context["demonstration"] = brand.organisation.is_demonstration or page.is_demonstration
    return render(request, "wiki/brand/gap.html", context)
