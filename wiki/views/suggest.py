"""Suggestions while typing: JSON for the box, a page of links for everybody else."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from wiki.queries.suggestions import Suggested, suggest_problems
from wiki.queries.suggestions import suggest as suggestions_for

LONGEST = 200


@require_safe
@cache_control(public=True, max_age=30)
def suggest(request: HttpRequest) -> HttpResponse:
    """Products, fault codes and problems; `without=problems` leaves these to the results beside the box."""
    typed = request.GET.get("q", "")[:LONGEST]
    return _answer(request, typed, suggestions_for(typed, with_problems=request.GET.get("without") != "problems"))


@require_safe
@cache_control(public=True, max_age=30)
def problems(request: HttpRequest) -> HttpResponse:
    """Problems alone, where one is picked."""
    typed = request.GET.get("q", "")[:LONGEST]
    return _answer(request, typed, suggest_problems(typed))


def _answer(request: HttpRequest, typed: str, found: tuple[Suggested, ...]) -> HttpResponse:
    response: HttpResponse
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse({"results": [asdict(one) for one in found]})
    else:
        response = render(request, "wiki/suggest.html", {"typed": typed, "found": found})
    patch_vary_headers(response, ["Accept"])
    return response
