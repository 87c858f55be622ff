"""The API put together: its resources, its document, its addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.operation import Operation

from wiki.api import catalogue, fixes, outcomes, problems, search
from wiki.api.errors import MEDIA_TYPE, SCHEMA, TITLES, add_handlers, problem
from wiki.api.examples import EXAMPLES
from wiki.api.protocol import served

DESCRIPTION = """\
Community fixes and the manufacturers' official diagnostics in one list, ranked by evidence, chance and cost.

Reading needs no key. Reports and posts need a token, sent as `Authorization: Bearer fxl_…`; you make one at
`/me/tokens/`. Errors are problem documents (RFC 9457). Every answer has an `ETag`: send it back as `If-None-Match`.
A POST that carries an `Idempotency-Key` may be sent again within a day and does nothing twice. Within version 1 fields
are added, never taken away or given another meaning. Data is CC BY-SA 4.0 unless a row says otherwise.
"""

_READ = (404, 422, 429)
_WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429)
_HEADERS: dict[str, Any] = {
    "RateLimit-Limit": {"description": "Requests in a minute.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "Requests left.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until the next minute.", "schema": {"type": "integer"}},
}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 64 printable characters of your choice: the same request again does nothing twice.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
}


class Api(NinjaAPI):
    """Adds to the document what all requests share: limits, problem documents, keys against sending twice, examples.

    An operation is known by the name of its function.
    """

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The OpenAPI 3.1 document."""
        document = super().get_openapi_schema(**kwargs)
        document["components"]["schemas"]["Problem"] = SCHEMA
        for operations in document["paths"].values():
            for method, operation in operations.items():
                self._complete(method, operation)
        return document

    def _complete(self, method: str, operation: dict[str, Any]) -> None:
        example = EXAMPLES[operation["operationId"]]
        for response in operation["responses"].values():
            response["headers"] = _HEADERS
            if "content" in response:
                response["content"]["application/json"]["example"] = example.answer
        if "requestBody" in operation:
            operation["requestBody"]["content"]["application/json"]["example"] = example.body
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        needs_token = "security" in operation
        statuses = _WRITE if method != "get" else _READ
        for status in (*statuses, 401):
            operation["responses"].setdefault(
                status, {"description": TITLES[status], "content": content, "headers": _HEADERS}
            )
        if not needs_token:
            operation["security"] = [{}, {"Token": []}]
        if method == "post" and needs_token:
            operation["parameters"] = [*operation["parameters"], _KEY]


api = Api(
    title="Fixlore",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    openapi_url="/openapi.json",
    docs_url=None,
)
add_handlers(api)
for _resource in (search, catalogue, problems, fixes, outcomes):
    api.add_router("", _resource.router)


def _nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problem(404, "There is no such address in the API.")


def urls() -> tuple[list[URLPattern], str, str]:
    """Addresses below `/api/v1/`, each served by the protocol."""
    patterns, app_name, namespace = api.urls
    kept = [one for one in patterns if isinstance(one, URLPattern)]
    kept.append(path("<path:rest>", _nothing_here))
    for pattern in kept:
        pattern.callback = served(_nothing_here if pattern.name == "api-root" else pattern.callback)
    return kept, app_name, namespace
