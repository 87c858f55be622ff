"""The open data: what lies ready, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.queries.community_rules import load
from wiki.open_data.shelf import dumps, file_of
from wiki.rules.aggregates import AggregateRules
from wiki.rules.byte_ranges import asked_range

BLOCK = 1 << 16


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What may be taken along, of which night, with sizes and checksums."""
    found = dumps(settings.DUMP_DIR)
    shown = {
        "latest": found[0] if found else None,
        "earlier": found[1:],
        "least_people": load(AggregateRules).least_people,
    }
    return render(request, "wiki/open_data.html", shown)


@require_safe
def dump_file(request: HttpRequest, day: str, name: str) -> HttpResponseBase:
    """A file of a dump, whole or from where a download broke off."""
    found = file_of(settings.DUMP_DIR, day, name)
    if found is None:
        raise Http404
    path, media_type, digest = found
    etag, size = f'"{digest}"', path.stat().st_size
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Content-Disposition": f'attachment; filename="fixlore-{day}-{name}"',
    }
    known = get_conditional_response(request, etag=etag)
    if known is not None:
        return _with(known, headers)
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        asked = ""
    try:
        part = asked_range(asked, size)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    response = StreamingHttpResponse(_blocks(path, first, last), status=206 if part else 200, content_type=media_type)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _with(response, headers)


def _with(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _blocks(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as file:
        file.seek(first)
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
