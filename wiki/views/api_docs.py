"""The page that explains the API."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from wiki.api.pages import resources


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation with an example, from the OpenAPI document itself."""
    context = {
        "resources": resources(),
        "limits": load(RequestLimits),
        "site_url": settings.SITE_URL,
        "document_url": settings.SITE_URL + reverse("api-v1:openapi-json"),
    }
    return render(request, "wiki/api_docs.html", context)
