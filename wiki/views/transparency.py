"""What a manufacturer did here, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wiki.queries.transparency import transparency_of
from wiki.views.brand import brand_of, console_context


@require_safe
def transparency(request: HttpRequest, slug: str) -> HttpResponse:
    """Replies, time to answer, reports made and upheld, gaps closed."""
    brand = brand_of(request, slug)
    page = transparency_of(brand, today=timezone.now().date())
    return render(request, "wiki/brand/transparency.html", console_context(brand) | {"page": page})
