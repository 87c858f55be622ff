"""The style guide: every component in every state, with example data only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wiki.views.styleguide_examples import examples
from wiki.views.styleguide_issues import issue_examples


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components; search engines are told to stay away."""
    response = render(request, "styleguide/index.html", examples() | issue_examples())
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def styleguide_sheet(request: HttpRequest) -> HttpResponse:
    """Show the dealer sheet of the worked example on a page of its own, to be printed on one A4."""
    response = render(request, "styleguide/sheet.html", examples())
    response["X-Robots-Tag"] = "noindex"
    return response
