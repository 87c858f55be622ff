"""Frames on other sites: the plan of a problem, a lookup box for a product, and the script that makes frames.

A frame never learns who reads it: its templates are rendered without the request, it reads no session and sets no
cookie, so that everybody gets the same bytes. Which sites may show it is said by its own policy.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from products.rules.vin import looks_like_vin
from wiki.feeds import etag_of
from wiki.models import Problem
from wiki.queries.embed import Host, Missing, embedded_answer, embedded_plan, host_named, product_meant_by
from wiki.rules.embedding import ANY_HTTPS_SITE, NO_SITE, THEMES, EmbedRules, frame_policy

LONGEST_QUESTION = 160
SCRIPT_SECONDS_FRESH = 3600
SECONDS = 60
TOO_OFTEN = "That was often. Please wait a minute."


@dataclass(frozen=True)
class Frame:
    """A frame that was asked for: in whose name, and which sites may show it (None: none at all)."""

    request: HttpRequest
    host: Host | None
    sites: tuple[str, ...] | None

    @property
    def theme(self) -> str:
        """Light or dark where the site around it wants one; empty leaves it to the reader."""
        said = self.request.GET.get("theme", "")
        return said if said in THEMES else ""

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponseBase:
        """A page that is fresh for a while, with a tag of its bytes and its policy; 304 to who has it."""
        frame = {"theme": self.theme, "host": self.host}
        body = render_to_string(template, frame | context).encode()
        answer = HttpResponse(body, status=status)
        answer.headers["X-Robots-Tag"] = "noindex"
        known: HttpResponseBase | None = None
        if status == 200:
            answer.headers["Cache-Control"] = f"public, max-age={load(EmbedRules).seconds_fresh}"
            answer.headers["ETag"] = etag_of(frame_policy(self.sites).encode() + body)
            known = get_conditional_response(self.request, etag=answer.headers["ETag"], response=answer)
        return self.with_policy(known or answer)

    def missing(self, words: str, *, merged_into: Problem | None = None, status: int = 404) -> HttpResponseBase:
        """A small page that says what is not there, under the same policy."""
        return self.page("wiki/embed/missing.html", {"words": words, "merged_into": merged_into}, status=status)

    def with_policy(self, answer: HttpResponseBase) -> HttpResponseBase:
        """The frame's own policy, on a 304 too: a browser puts the headers of a 304 over those that it has."""
        answer.headers["Content-Security-Policy"] = frame_policy(self.sites)
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.xframe_options_exempt = True  # type: ignore[attr-defined]
        return answer


def framed(
    *, without_host: tuple[str, ...]
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view of a frame: for the organisation that the address names, within the limit of pages for one address.

    `without_host` are the sites that may show the frame where its address names no organisation.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def answer(request: HttpRequest, **named: Any) -> HttpResponseBase:
            if not allow(f"embed:{client_address(request)}", load(RequestLimits).anonymous_per_minute, SECONDS):
                return Frame(request, None, without_host).missing(TOO_OFTEN, status=429)
            slug = request.GET.get("site", "")
            host = host_named(slug) if slug and slug.isprintable() else None
            if slug and host is None:
                return Frame(request, None, None).missing("No organisation of this name shows anything here.")
            return view(Frame(request, host, host.sites if host is not None else without_host), **named)

        return answer

    return decorate


@require_safe
@framed(without_host=ANY_HTTPS_SITE)
def problem(frame: Frame, pk: int) -> HttpResponseBase:
    """The plan of a problem in small, with the way to its page."""
    plan = embedded_plan(pk, now=timezone.now())
    if isinstance(plan, Missing):
        return frame.missing("This problem is no longer here.", merged_into=plan.merged_into)
    return frame.page("wiki/embed/plan.html", {"plan": plan, "demonstration": plan.page.demonstration})


@require_safe
@framed(without_host=NO_SITE)
def lookup(frame: Frame) -> HttpResponseBase:
    """A box for fault codes and words about one product, and what they find; it takes no VIN."""
    said = frame.request.GET
    product = product_meant_by(said.get("product", ""))
    if product is None:
        return frame.missing("We know no such product.")
    typed = " ".join(said.get("q", "").replace("\0", " ").split())
    if looks_like_vin(typed):
        # What was typed goes out of the address, and the box says why.
        kept = {name: said[name] for name in ("product", "site", "theme") if name in said}
        answer = redirect(f"{frame.request.path}?{urlencode(kept | {'vin': '1'})}")
        answer.headers["Cache-Control"] = "no-store"
        return frame.with_policy(answer)
    text = typed[:LONGEST_QUESTION]
    context: dict[str, Any] = {"product": product, "q": text, "is_vin": "vin" in said, "answer": None}
    if text:
        searches = load(RequestLimits).heavy_per_minute
        if not allow(f"lookup:{client_address(frame.request)}", searches, SECONDS):
            return frame.missing(TOO_OFTEN, status=429)
        found = context["answer"] = embedded_answer(product, text, now=timezone.now())
        context["demonstration"] = found.best is not None and found.best.page.demonstration
    return frame.page("wiki/embed/lookup.html", context)


@require_safe
def script(request: HttpRequest) -> HttpResponseBase:
    """The script that a site includes: it makes a frame where it stands and keeps it as high as what it shows."""
    body = _script()
    answer = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS_FRESH}"
    answer.headers["ETag"] = etag_of(body)
    known: HttpResponseBase | None = get_conditional_response(request, etag=answer.headers["ETag"], response=answer)
    found = known or answer
    found.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return found


@functools.cache
def _script() -> bytes:
    source: bytes = (settings.BASE_DIR / "static" / "js" / "embed-widget.js").read_bytes()
    return source
