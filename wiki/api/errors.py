"""Every error of the API as a problem document (RFC 9457), with the sentence that a page would show."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from accounts.errors import LimitReached, NotPermitted, PrivilegeMissing, Refusal
from wiki.errors import AlreadyReported, NotAllowed, PostGone

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "The request can't be read",
    401: "A token is needed",
    403: "This may not be done",
    404: "There is no such thing",
    405: "This method is not served here",
    409: "It is refused as things stand",
    413: "The body is too large",
    415: "The body is of another kind",
    422: "The request doesn't fit its schema",
    429: "Too many requests",
    500: "Something went wrong here",
}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Always about:blank: the status says the kind."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence fit to show."},
        "errors": {
            "type": "array",
            "description": "What doesn't fit, place by place.",
            "items": {"$ref": "#/components/schemas/Misfit"},
        },
        "existing": {"type": "integer", "description": "The report that stands already."},
    },
}


MISFIT: dict[str, Any] = {
    "type": "object",
    "description": "What doesn't fit.",
    "required": ["at", "message"],
    "properties": {
        "at": {"type": "string", "description": "Where, as body.result."},
        "message": {"type": "string"},
    },
}


class NoSuchThing(Exception):
    """What a body names is not there; the sentence says what."""


def problem(status: int, detail: str = "", **more: Any) -> HttpResponse:
    """A problem document."""
    title = TITLES[status]
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail or f"{title}.", **more}
    return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)


def add_handlers(api: NinjaAPI) -> None:
    """Make every error of the API a problem document."""

    def unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
        response = problem(401, "Send a token: Authorization: Bearer ….")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def unfit(request: HttpRequest, error: Any) -> HttpResponse:
        # The second name is that of our function's own argument.
        errors = [
            {"at": ".".join(map(str, each["loc"][:1] + each["loc"][2:])), "message": each["msg"]}
            for each in error.errors
        ]
        return problem(422, errors=errors)

    def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
        more = {}
        if isinstance(refusal, AlreadyReported) and refusal.outcome is not None:
            more = {"existing": refusal.outcome.pk}
        response = problem(status_of(refusal), str(refusal), **more)
        if response.status_code == 429:
            response.headers["Retry-After"] = str(refusal.seconds)
        return response

    def said(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(error.status_code, error.message)

    api.add_exception_handler(AuthenticationError, unauthenticated)
    api.add_exception_handler(ValidationError, unfit)
    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(HttpError, said)
    api.add_exception_handler(Http404, lambda request, error: problem(404))
    api.add_exception_handler(NoSuchThing, lambda request, error: problem(404, str(error)))


def status_of(refusal: Refusal) -> int:
    """403 for what the person may not do, 404 for what is gone, 429 for what may be sent later, 409 for the rest."""
    if isinstance(refusal, LimitReached) and refusal.seconds is not None:
        return 429
    if isinstance(refusal, PostGone):
        return 404
    if isinstance(refusal, NotAllowed | NotPermitted | PrivilegeMissing):
        return 403
    return 409
