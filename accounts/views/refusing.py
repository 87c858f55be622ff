"""How a page says why not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import Refusal


def refused(
    request: HttpRequest, refusal: Refusal | str, *, back: str = "", way: str = "", status: int = 403
) -> HttpResponse:
    """A page with the sentence and the way back, or on: `way` is what its button says."""
    return render(request, "wiki/refused.html", {"refusal": str(refusal), "back": back, "way": way}, status=status)
