"""The limit on requests without an account."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits

SECONDS = 60


class AnonymousLimitMiddleware:
    """Answer 429 to an address that asks for too many pages a minute without signing in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(settings.MEDIA_URL) and not request.user.is_authenticated:
            limit = load(RequestLimits).anonymous_per_minute
            if not allow(f"anonymous:{client_address(request)}", limit, SECONDS):
                response = render(request, "accounts/too_many_requests.html", {"limit": limit}, status=429)
                response.headers["Retry-After"] = str(SECONDS)
                return response
        return self.get_response(request)
