"""Lists in the forms that programs read: Atom 1.0 (RFC 4287), JSON Feed 1.1 and CSV (RFC 4180), at `?format=`."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.text import slugify

from wiki.queries.listings import Cell, Item, Listing

FORMATS = {
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
SECONDS_FRESH = 300
BEGAN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""When a list without an entry last changed, for those who ask whether it did."""

# XML 1.0 has no way to write these, escaped or not; nothing readable is lost with them.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def asked_format(request: HttpRequest) -> str:
    """The form in which the list is asked for (`atom`, `json`, `csv`); empty for the page itself."""
    name = request.GET.get("format", "")
    return name if name in FORMATS else ""


def answer(request: HttpRequest, name: str, listing: Listing) -> HttpResponseBase:
    """The list in the form asked for; 304 to who has it already."""
    body = {"atom": atom, "json": json_feed, "csv": table}[name](listing).encode()
    response = HttpResponse(body, content_type=FORMATS[name])
    etag, changed = etag_of(body), int(_changed(listing).timestamp())
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS_FRESH}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    if name == "csv":
        response.headers["Content-Disposition"] = f'attachment; filename="{slugify(listing.title)[:60] or "list"}.csv"'
    known = get_conditional_response(request, etag=etag, last_modified=changed, response=response)
    return known if known is not None else response


def etag_of(body: bytes) -> str:
    """The entity tag of an answer (RFC 9110): equal bytes, equal tag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def atom(listing: Listing) -> str:
    """Atom: ids are tag addresses (RFC 4151), so that they outlive a change of slug."""
    feed = _Feed(
        title=_written(listing.title),
        link=_absolute(listing.path),
        description="",
        feed_url=_absolute(_with_format(listing.path, "atom")),
        feed_guid=_tag(listing.path),
        language="en",
        author_name="Fixlore",
        feed_copyright="CC BY-SA 4.0",
        changed=_changed(listing),
    )
    for item in listing.items:
        feed.add_item(
            title=_written(item.title),
            link=_absolute(item.path),
            # Django says that a summary is HTML; ours is text.
            description=escape(_written(item.summary)),
            unique_id=_tag(item.key),
            pubdate=item.published,
            updateddate=item.updated,
            categories=[_written(tag) for tag in item.tags],
        )
    return str(feed.writeString("utf-8"))


def json_feed(listing: Listing) -> str:
    """JSON Feed, with each entry's columns under `_fixlore`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": listing.title,
        "home_page_url": _absolute(listing.path),
        "feed_url": _absolute(_with_format(listing.path, "json")),
        "language": "en",
        "items": [_json_item(item) for item in listing.items],
    }
    return json.dumps(feed, ensure_ascii=True, indent=1)


def table(listing: Listing) -> str:
    """A list as CSV."""
    rows: list[list[Cell]] = []
    for item in listing.items:
        known: list[Cell] = [item.key, item.title, _absolute(item.path)]
        dates = [rfc3339_date(item.published), rfc3339_date(item.updated)]
        rows.append([*known, *dates, *map(item.cells.get, listing.columns)])
    return table_of(("id", "title", "url", "published", "updated", *listing.columns), rows)


def table_of(head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """CSV with a head. A cell that a spreadsheet would run as a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([unformulated(value) for value in row] for row in rows)
    return text.getvalue()


class _Feed(Atom1Feed):
    """Atom that says when the list changed and not when it was asked for, so that equal lists are equal bytes."""

    def latest_post_date(self) -> datetime.datetime:
        changed: datetime.datetime = self.feed["changed"]
        return changed


def _json_item(item: Item) -> dict[str, Any]:
    return {
        "id": _tag(item.key),
        "url": _absolute(item.path),
        "title": item.title,
        "content_text": item.summary,
        "date_published": rfc3339_date(item.published),
        "date_modified": rfc3339_date(item.updated),
        "tags": list(item.tags),
        "_fixlore": item.cells,
    }


def _changed(listing: Listing) -> datetime.datetime:
    return max((item.updated for item in listing.items), default=BEGAN)


def _written(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def unformulated(value: Cell) -> str | int | float:
    """A cell that no spreadsheet runs as a formula: such a text begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        clean = _written(value)
        return f"'{clean}" if clean.startswith(_FORMULA) else clean
    return value


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _with_format(path: str, name: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format={name}"


def _tag(key: str) -> str:
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{key}"
