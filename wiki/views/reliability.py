"""The reliability page of a model."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wiki.queries.hub import product_at
from wiki.queries.reliability import has_reliability, reliability


@require_safe
def reliability_page(request: HttpRequest, path: str) -> HttpResponse:
    """What a second-hand buyer needs, to print; paths that the product had before lead to it."""
    found = product_at(path)
    if found is None or not has_reliability(found):
        raise Http404
    if path != found.path:
        return redirect("wiki:reliability", found.path, permanent=True)
    page = reliability(found, request.user, recalls=request.GET.get("recalls"), now=timezone.now())
    return render(request, "wiki/reliability.html", {"page": page, "demonstration": page.demonstration})
