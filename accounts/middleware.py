"""The limit on requests without an account."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits

SECONDS = 60
SUGGESTING = "/suggest/"
"""In the path of every address that suggests while somebody types."""


class AnonymousLimitMiddleware:
    """Answer 429 to an address that asks for too many pages a minute without signing in.

    The API and the frames on other sites count by themselves: a frame never asks who reads it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_themselves = (settings.MEDIA_URL, settings.API_URL, settings.EMBED_URL)
        if not request.path.startswith(by_themselves) and not request.user.is_authenticated:
            limits = load(RequestLimits)
            # A person who types asks for suggestions faster than anybody reads pages: they are counted apart.
            suggests = SUGGESTING in request.path
            limit = limits.suggestions_per_minute if suggests else limits.anonymous_per_minute
            counted = "suggest" if suggests else "anonymous"
            if not allow(f"{counted}:{client_address(request)}", limit, SECONDS):
                response = render(request, "accounts/too_many_requests.html", {"limit": limit}, status=429)
                response.headers["Retry-After"] = str(SECONDS)
                return response
        return self.get_response(request)
