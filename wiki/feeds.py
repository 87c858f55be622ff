"""Lists in the forms that programs read: Atom 1.0 (RFC 4287), JSON Feed 1.1, CSV (RFC 4180) and XML, at `?format=`.

A long list is told in parts, at `&page=`: each names the next one (RFC 5005, `next_url`, and a Link field for all).
The form of the XML is static/list-1.xsd.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.text import slugify
from django.utils.xmlutils import SimplerXMLGenerator

from wiki.queries.listings import Cell, Item, Listing

FORMATS = {
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
}
XML_NAMESPACE = "urn:fixlore:list:1"
SECONDS_FRESH = 300
BEGAN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""When a list without an entry last changed, for those who ask whether it did."""

# XML 1.0 has no way to write these, escaped or not; nothing readable is lost with them.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def asked_format(request: HttpRequest) -> str:
    """The form in which the list is asked for (`atom`, `json`, `csv`, `xml`); empty for the page itself."""
    name = request.GET.get("format", "")
    return name if name in FORMATS else ""


def asked_page(request: HttpRequest) -> int:
    """Which part of the list is asked for, from 1 on."""
    said = request.GET.get("page", "")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def answer(request: HttpRequest, name: str, listing: Listing, *, private: bool = False) -> HttpResponseBase:
    """The list in the form asked for; 304 to who has it already. What is `private` is kept by nobody on the way."""
    body = {"atom": atom, "json": json_feed, "csv": table, "xml": xml_list}[name](listing).encode()
    response = HttpResponse(body, content_type=FORMATS[name])
    etag, changed = etag_of(body), int(_changed(listing).timestamp())
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = "private, no-store" if private else f"public, max-age={SECONDS_FRESH}"
    if listing.next_page is not None:
        response.headers["Link"] = f'<{_absolute(_with_format(listing.path, name, listing.next_page))}>; rel="next"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    if name in ("csv", "xml"):
        file = slugify(listing.title)[:60] or "list"
        response.headers["Content-Disposition"] = f'attachment; filename="{file}.{name}"'
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
        next_part=_next(listing, "atom"),
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
    if listing.next_page is not None:
        feed["next_url"] = _next(listing, "json")
    return json.dumps(feed, ensure_ascii=True, indent=1)


def table(listing: Listing) -> str:
    """A list as CSV."""
    rows: list[list[Cell]] = []
    for item in listing.items:
        known: list[Cell] = [item.key, item.title, _absolute(item.path)]
        dates = [rfc3339_date(item.published), rfc3339_date(item.updated)]
        rows.append([*known, *dates, *map(item.cells.get, listing.columns)])
    return table_of(("id", "title", "url", "published", "updated", *listing.columns), rows)


def xml_list(listing: Listing) -> str:
    """A list as XML, by static/list-1.xsd. What XML cannot write is left out."""
    text = io.StringIO()
    writer = SimplerXMLGenerator(text, "utf-8")
    writer.startDocument()
    about = {"url": _absolute(listing.path), "title": _written(listing.title), "licence": "CC BY-SA 4.0"}
    if listing.next_page is not None:
        about["next"] = _next(listing, "xml")
    writer.startElement("list", AttributesImpl({"xmlns": XML_NAMESPACE, **about}))
    for item in listing.items:
        dates = {"published": rfc3339_date(item.published), "updated": rfc3339_date(item.updated)}
        about = {"id": _tag(item.key), "url": _absolute(item.path), **dates}
        writer.startElement("item", AttributesImpl(about))
        writer.addQuickElement("title", _written(item.title))
        writer.addQuickElement("summary", _written(item.summary))
        for tag in item.tags:
            writer.addQuickElement("tag", _written(tag))
        for name in listing.columns:
            value = item.cells.get(name)
            if value is not None:
                kind = "text" if isinstance(value, str) else "number"
                writer.addQuickElement("cell", _written(str(value)), {"name": name, "type": kind})
        writer.endElement("item")
    writer.endElement("list")
    writer.endDocument()
    return text.getvalue()


def table_of(head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """CSV with a head. A cell that a spreadsheet would run as a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([unformulated(value) for value in row] for row in rows)
    return text.getvalue()


def table_in_parts(head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The same, row by row, of a table that may be long."""
    yield table_of(head, ())
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line).writerow(unformulated(value) for value in row)
        yield line.getvalue()


class _Feed(Atom1Feed):
    """Atom that says when the list changed and not when it was asked for, so that equal lists are equal bytes."""

    def latest_post_date(self) -> datetime.datetime:
        changed: datetime.datetime = self.feed["changed"]
        return changed

    def add_root_elements(self, handler: Any) -> None:
        """The elements of the feed, and where its next part is (RFC 5005)."""
        super().add_root_elements(handler)
        if self.feed["next_part"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next_part"]})


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


def _with_format(path: str, name: str, page: int | None = None) -> str:
    part = f"&page={page}" if page is not None else ""
    return f"{path}{'&' if '?' in path else '?'}format={name}{part}"


def _next(listing: Listing, name: str) -> str:
    return _absolute(_with_format(listing.path, name, listing.next_page)) if listing.next_page is not None else ""


def _tag(key: str) -> str:
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{key}"
