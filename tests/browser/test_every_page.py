"""Every page, as a visitor and as members meet it: found by following links, checked with axe in light and dark."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from tests.browser.acts import RULES_OF_COLOUR, accessibility_complaints, overflow, sign_in
from tests.browser.site import Site

# Addresses that are no pages (files, data, acts) or that Django and allauth own.
NO_PAGES = ("/admin/", "/static/", "/media/", "/products/suggest/", "/me/data/export/", "/api/v1/")
STARTS = [
    "/",
    "/search/?q=cruise+control",
    "/styleguide/",
    "/help/",
    "/no-such-page/",
    "/accounts/login/",
    "/accounts/signup/",
]
# What elements a page has and within which, whatever they say: the attributes by name, roles and types by value.
SKELETON = """() => {
    const one = element => [
        element.tagName, ...[...element.classList].sort(), ...element.getAttributeNames().sort(),
        element.getAttribute("role"), element.getAttribute("type"),
    ].join(" ");
    const all = [...document.querySelectorAll("body *")].map(each => one(each.parentElement) + " > " + one(each));
    return [...new Set(all)].sort().join("\\n");
}"""


def pages(page: Page, site: Site) -> Iterator[str]:
    """Addresses of pages, one of each kind, breadth first from the front page, each loaded when it is given."""
    waiting, seen = list(STARTS), set()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        try:
            response = page.goto(f"{site.url}{path}")
        except BrowserError as error:
            assert "Download is starting" in str(error), f"{path}: {error}"
            continue
        assert response is not None
        assert response.status < 500, f"{path} answers {response.status}"
        if "text/html" not in response.headers.get("content-type", ""):
            continue
        yield path
        for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            parts = urlsplit(href)
            if f"{parts.scheme}://{parts.netloc}" == site.url:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def kind_of(path: str) -> str | None:
    """What kind of page an address names: its route; None for what is no page."""
    plain = path.partition("?")[0]
    if plain.startswith(NO_PAGES) or plain.endswith(".csv"):
        return None
    try:
        match = resolve(plain)
    except Resolver404:
        return "missing page"
    return match.route


def is_new(page: Page, path: str, checked: Path) -> bool:
    """Whether no reader of this run has met a page of this kind with these elements; notes that one has now."""
    checked.mkdir(exist_ok=True)
    skeleton = f"{kind_of(path)}\n{page.evaluate(SKELETON)}"
    try:
        (checked / hashlib.sha256(skeleton.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@pytest.mark.parametrize("reader", ["visitor", "owner", "professional", "manufacturer", "moderator"])
def test_axe_reports_nothing_and_nothing_sticks_out(reader: str, site: Site, prepared: Path, browser: Browser) -> None:
    complaints: list[str] = []
    met = 0
    with browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        if reader != "visitor":
            sign_in(page, site, reader)
        for path in pages(page, site):
            met += 1
            if not is_new(page, path, prepared.parent / "checked"):
                continue
            # In the dark a page has the same elements in other colours.
            for scheme, rules in [("light", ()), ("dark", RULES_OF_COLOUR)]:
                page.emulate_media(color_scheme=scheme)
                complaints += [f"{path} ({scheme}): {each}" for each in accessibility_complaints(page, *rules)]
            page.emulate_media(color_scheme="light")
            for width in [360, 1280]:
                page.set_viewport_size({"width": width, "height": 900})
                complaints += [f"{path} at {width} px: {each} sticks out" for each in overflow(page)]
    assert complaints == []
    assert met > (40 if reader == "visitor" else 60)
