"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wiki.queries.home import home as home_of
from wiki.views.my_product import my_product


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ask what it is doing; show what was confirmed last and which recalls are open."""
    page = home_of(request.user, now=timezone.now())
    return render(
        request,
        "wiki/home.html",
        {
            "page": page,
            "demonstration": page.demonstration,
            "remembered": None if request.user.is_authenticated else my_product(request),
        },
    )
