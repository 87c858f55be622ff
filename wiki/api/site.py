"""The API put together: its resources and its addresses."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from wiki.api import catalogue, fixes, lookup, outcomes, problems, search
from wiki.api.document import Api
from wiki.api.errors import add_handlers, problem
from wiki.api.protocol import served

DESCRIPTION = """\
Community fixes and the manufacturers' official diagnostics in one list, ranked by evidence, chance and cost.

Reading needs no key. Reports and posts need a token, sent as `Authorization: Bearer fxl_…`; you make one at
`/me/tokens/`. Errors are problem documents (RFC 9457). Every answer has an `ETag`: send it back as `If-None-Match`.
A POST that carries an `Idempotency-Key` may be sent again within a day and does nothing twice. Within version 1 fields
are added, never taken away or given another meaning. Data is CC BY-SA 4.0 unless a row says otherwise.
"""

api = Api(
    title="Fixlore",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    openapi_url="/openapi.json",
    docs_url=None,
    servers=[{"url": settings.SITE_URL}],
)
add_handlers(api)
for _resource in (lookup, search, catalogue, problems, fixes, outcomes):
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
