"""Uploaded photos, served so that a browser treats them as pictures and nothing else."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

NAME = re.compile(r"photos/[a-z0-9_-]{1,80}\.(jpg|webp)\Z")
TYPES = {"jpg": "image/jpeg", "webp": "image/webp"}


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """A stored picture by its random name; its content never changes. Any other name is not found."""
    found = NAME.fullmatch(path)
    if found is None or not default_storage.exists(path):
        raise Http404
    with default_storage.open(path, "rb") as stored:
        response = HttpResponse(stored.read(), content_type=TYPES[found.group(1)])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response
