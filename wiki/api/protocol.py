"""What all requests of the API share: whose they are, how many they may be, sending again, and not sending twice."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.http import ConditionalGetMiddleware
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from ninja.security import HttpBearer

from accounts.actions.tokens import note_use
from accounts.limiter import Allowance, client_address, count
from accounts.models import ApiToken, User
from accounts.queries.community_rules import load
from accounts.queries.tokens import token_behind
from accounts.rules.limits import RequestLimits
from accounts.rules.tokens import TokenScope
from wiki.actions.idempotency import answer_once
from wiki.api.errors import problem
from wiki.errors import KeyUsedOtherwise, NotAllowed

View = Callable[..., HttpResponse]
MINUTE = 60
EXPOSED = "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
_KEY = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True)
class Caller:
    """Who asks: a token with its member, or nobody in particular."""

    token: ApiToken | None

    @property
    def user(self) -> User | AnonymousUser:
        """For whom rows are chosen: cookies of a browser mean nothing here."""
        return self.token.member if self.token is not None else AnonymousUser()


class Token(HttpBearer):
    """Asks for a token with a scope, and documents it."""

    def __init__(self, scope: TokenScope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The caller's token; NotAllowed where it lacks the scope."""
        held = caller_of(request).token
        if held is not None and self.scope not in held.scopes:
            raise NotAllowed(f"This token may not do that: it lacks the scope “{self.scope}”.")
        return held


def caller_of(request: HttpRequest) -> Caller:
    """Who asks, as `served` found out."""
    return cast("Caller", request.caller)  # type: ignore[attr-defined]


def member_of(request: HttpRequest) -> User:
    """The member for whom a token acts; of a request that was asked for one."""
    token = caller_of(request).token
    assert token is not None  # `Token` asked for it
    return token.member


def served(view: View) -> View:
    """A view of the API with everything that its requests share."""
    conditional = ConditionalGetMiddleware(lambda request: request.answer)

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now, method = timezone.now(), request.method
        if method == "HEAD":
            # Served as a GET whose body the server leaves away.
            request.method = "GET"
        said = request.headers.get("Authorization", "")
        token = token_behind(said.removeprefix("Bearer ").strip(), now=now) if said.startswith("Bearer ") else None
        request.caller = Caller(token)  # type: ignore[attr-defined]
        request.user = Caller(token).user
        allowance = _allowance(request, token)
        if said and token is None:
            response = problem(401, "This token is unknown, revoked or ended.")
            response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        elif not allowance.is_granted:
            response = problem(429, f"That were more than {allowance.limit} requests in a minute.")
            response.headers["Retry-After"] = str(allowance.seconds_left)
        else:
            if token is not None:
                note_use(token=token, now=now)
            response = _respond(request, view, token, args, kwargs)
        _label(response, allowance, is_reading=method in ("GET", "HEAD"))
        request.answer = response  # type: ignore[attr-defined]
        response = cast("HttpResponse", conditional(request))
        request.method = method
        return response

    return answer


def _respond(
    request: HttpRequest, view: View, token: ApiToken | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    try:
        if request.method in ("POST", "PUT", "PATCH") and request.body and request.content_type != "application/json":
            return problem(415, "Send JSON, with Content-Type: application/json.")
        key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and token is not None and key is not None:
            return _once(request, view, token, key, args, kwargs)
        response = view(request, *args, **kwargs)
    except RequestDataTooBig:
        return problem(413)
    if response.status_code == 405:
        refused = problem(405)
        refused.headers["Allow"] = response.headers.get("Allow", "")
        return refused
    return response


def _once(
    request: HttpRequest, view: View, token: ApiToken, key: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    if not _KEY.fullmatch(key):
        return problem(400, "An Idempotency-Key has 1 to 64 printable characters without spaces.")
    types: list[str] = []

    def act() -> tuple[int, str]:
        response = view(request, *args, **kwargs)
        types.append(response.headers["Content-Type"])
        return response.status_code, response.content.decode()

    # Keyed, because a body may hold what can be guessed, as a VIN.
    asked = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    fingerprint = salted_hmac("wiki.api.idempotency", asked, algorithm="sha256").hexdigest()
    try:
        answered = answer_once(token=token, key=key, fingerprint=fingerprint, act=act, now=timezone.now())
    except KeyUsedOtherwise as refusal:
        return problem(409, str(refusal))
    content_type = types[0] if types else "application/json; charset=utf-8"
    response = HttpResponse(answered.body, status=answered.status, content_type=content_type)
    if answered.is_repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _allowance(request: HttpRequest, token: ApiToken | None) -> Allowance:
    limits = load(RequestLimits)
    if token is None:
        return count(f"api:{client_address(request)}", limits.api_anonymous_per_minute, MINUTE)
    if request.method != "GET":
        return count(f"api-write:{token.pk}", limits.api_writes_per_minute, MINUTE, writes=True)
    return count(f"api:{token.pk}", limits.api_token_per_minute, MINUTE)


def _label(response: HttpResponse, allowance: Allowance, *, is_reading: bool) -> None:
    """Rate-limit headers (as in draft-ietf-httpapi-ratelimit-headers-07), and that pages of every site may read.

    Nothing is said of preflights, so that no page of another site can write or send a token.
    """
    response.headers["RateLimit-Limit"] = str(allowance.limit)
    response.headers["RateLimit-Remaining"] = str(allowance.remaining)
    response.headers["RateLimit-Reset"] = str(allowance.seconds_left)
    if is_reading:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers.setdefault("Cache-Control", "no-cache")
    patch_vary_headers(response, ["Authorization"])
