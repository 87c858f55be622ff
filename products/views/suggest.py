"""Suggestions for the pickers, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from products.queries.suggestions import Suggestion, suggest_codes, suggest_components, suggest_products

LONGEST = 80


def _answer(request: HttpRequest, suggest: Callable[[str], list[Suggestion]]) -> JsonResponse:
    # SQLite and PostgreSQL both refuse a NUL in a parameter.
    typed = request.GET.get("q", "").replace("\0", "")[:LONGEST].strip()
    return JsonResponse({"results": [asdict(suggestion) for suggestion in suggest(typed)] if typed else []})


@require_safe
@cache_control(public=True, max_age=60)
def products(request: HttpRequest) -> JsonResponse:
    """Products for what was typed."""
    return _answer(request, suggest_products)


@require_safe
@cache_control(public=True, max_age=300)
def components(request: HttpRequest) -> JsonResponse:
    """Components for what was typed."""
    return _answer(request, suggest_components)


@require_safe
@cache_control(public=True, max_age=300)
def codes(request: HttpRequest) -> JsonResponse:
    """Fault codes for what was typed."""
    return _answer(request, suggest_codes)
