"""A dealer puts frames on the own site: they show and fit there, and on a site that was not named they stay empty."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import accessibility_complaints, overflow, sign_in
from tests.browser.site import Site

QUESTION = "/search/?q=cruise+control+brake+lights"
VIN = "SALLMAMH44A123456"
FOREIGN = """<iframe id="foreign" srcdoc="<script>
addEventListener('message', ({ data }) => { document.title = JSON.stringify(data); });
parent.postMessage({ fixlore: 'height', height: 3333 }, '*');
parent[0].postMessage({ fixlore: 'hello' }, '*');
</script>"></iframe>"""


@contextmanager
def another_site(*pieces: str) -> Iterator[str]:
    """A site of somebody else, of one page; its origin."""
    body = f"<!doctype html><title>Hill Garage</title><h1>Hill Garage</h1>{''.join(pieces)}".encode()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        # Another host than the site's own 127.0.0.1: another site to a browser, cookies and all.
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_frame_shows_and_fits_where_it_may_and_nowhere_else(site: Site, browser: Browser) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as desk:
        page = desk.new_page()
        sign_in(page, site, "professional")
        plan, lookup, still = what_to_paste(page, site)
        with another_site(plan, lookup, still, FOREIGN) as mine, another_site(plan) as others:
            allow(page, mine)
            with browser.new_context(viewport={"width": 700, "height": 900}) as customer:
                reader = customer.new_page()
                asked: list[str] = []
                reader.on("request", lambda request: asked.append(request.url))
                frames_show_and_fit(reader, mine)
                nobody_else_is_heard(reader)
                a_fault_is_looked_up(reader, asked)
                assert customer.cookies() == []
                a_stranger_sees_nothing(reader, others)
                everybody_can_read_it(reader, site)
            with browser.new_context(java_script_enabled=False) as plain:
                without = plain.new_page()
                without.goto(mine)
                expect(without.frame_locator("iframe").first.get_by_test_id("verdict")).to_be_visible()
            page.get_by_test_id("site").filter(has_text=mine).get_by_role("button").click()
            expect(page.get_by_test_id("site")).to_have_count(0)


def what_to_paste(page: Page, site: Site) -> tuple[str, str, str]:
    """The script for a plan, the script for a lookup box and the frame of the plan, as the desk copies them."""
    page.goto(f"{site.url}{QUESTION}")
    page.get_by_test_id("hit").first.get_by_role("link").first.click()
    page.get_by_test_id("embed-link").click()
    page.get_by_test_id("organisations").get_by_role("link").first.click()
    preview = page.get_by_test_id("preview")
    expect(page.frame_locator("[data-testid=preview]").get_by_test_id("verdict")).to_be_visible()
    fits(page, "[data-testid=preview]")
    # What changes is shown at once, without the button.
    page.get_by_label("Colours").select_option("dark")
    expect(preview).to_have_attribute("src", re.compile("theme=dark"))
    page.get_by_label("Colours").select_option("")
    expect(preview).not_to_have_attribute("src", re.compile("theme=dark"))
    assert accessibility_complaints(page) == []
    page.get_by_role("button", name="Copy the script").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_attached()
    plan = page.evaluate("navigator.clipboard.readText()")
    assert plan == page.get_by_test_id("snippet-script").input_value()
    still = page.get_by_test_id("snippet-iframe").input_value()
    page.goto(f"{page.url.partition('?')[0]}?product=cars%2Fland-rover")
    expect(page.get_by_test_id("nowhere")).to_be_visible()
    return plan, page.get_by_test_id("snippet-script").input_value(), still


def allow(page: Page, origin: str) -> None:
    """Name a site, after a slip."""
    page.get_by_label("Allow a site").fill(f"{origin}; script-src x")
    page.get_by_role("button", name="Allow it").click()
    expect(page.get_by_test_id("site-form")).to_contain_text("no address of a site")
    page.get_by_label("Allow a site").fill(origin)
    page.get_by_role("button", name="Allow it").click()
    expect(page.get_by_test_id("site")).to_contain_text(origin)


def frames_show_and_fit(page: Page, origin: str) -> None:
    """Two scripts and a frame on one page: each script's frame is as high as what it shows, at two widths."""
    page.goto(origin)
    expect(page.locator("body > iframe:not(#foreign)")).to_have_count(3)
    for number, testid in enumerate(["verdict", "box", "verdict"]):
        frame = page.frame_locator("iframe").nth(number)
        expect(frame.get_by_test_id(testid)).to_be_visible()
    assert page.locator("iframe").first.get_attribute("title").startswith("What to try first: ")
    fits(page, "iframe >> nth=0")
    fits(page, "iframe >> nth=1")
    assert page.locator("iframe").nth(2).get_attribute("height") == "520"
    page.set_viewport_size({"width": 300, "height": 900})
    fits(page, "iframe >> nth=0")


def fits(page: Page, frame: str) -> None:
    """Wait until a frame is as high as what it shows."""
    inside = page.locator(frame).element_handle().content_frame()
    assert inside is not None
    inside.wait_for_function("Math.abs(innerHeight - document.body.getBoundingClientRect().height) <= 3")


def nobody_else_is_heard(page: Page) -> None:
    """Neither the page itself nor another frame of it sizes a frame, and no other frame is told its height."""
    before = [page.locator("iframe").nth(number).get_attribute("height") for number in range(3)]
    page.evaluate("postMessage({ fixlore: 'height', height: 3333 }, '*')")
    for height in ("NaN", "Infinity", "'3333'", "1e9"):
        page.evaluate(f"postMessage({{ fixlore: 'height', height: {height} }}, '*')")
    foreign = page.locator("#foreign").element_handle().content_frame()
    assert foreign is not None
    foreign.evaluate("parent[0].postMessage({ fixlore: 'hello' }, '*')")
    page.evaluate("new Promise(resolve => setTimeout(resolve, 100))")
    assert [page.locator("iframe").nth(number).get_attribute("height") for number in range(3)] == before
    assert foreign.title() == ""


def a_fault_is_looked_up(page: Page, asked: list[str]) -> None:
    """Inside the frame; a VIN is held back by the browser, so that it is in no address that is asked for."""
    page.set_viewport_size({"width": 700, "height": 900})
    frame = page.frame_locator("iframe").nth(1)
    box = frame.get_by_label("What is wrong with it?")
    for typed in (VIN, f"{VIN.lower()} brakes", f"brakes: {VIN}"):
        box.fill(typed)
        frame.get_by_role("button", name="Look up").click()
        assert box.evaluate("box => box.validity.patternMismatch")
    box.fill("P0571 brake lights stay on at 120000")
    frame.get_by_role("button", name="Look up").click()
    expect(frame.get_by_test_id("answer").get_by_test_id("verdict")).to_be_visible()
    fits(page, "iframe >> nth=1")
    assert not [address for address in asked if VIN.lower() in address.lower()]
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name=re.compile("The whole plan")).click()
    assert "/problem/" in opened.value.url
    assert opened.value.evaluate("opener") is None
    opened.value.close()


def a_stranger_sees_nothing(page: Page, origin: str) -> None:
    """A site that nobody named gets an empty frame, and its script leaves it as it was."""
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text))
    page.goto(origin)
    expect(page.locator("iframe")).to_have_count(1)
    inside = page.locator("iframe").element_handle().content_frame()
    assert inside is not None
    inside.wait_for_load_state()
    assert inside.url.startswith("chrome-error:")
    assert any("frame-ancestors" in said for said in refusals)
    assert page.locator("iframe").get_attribute("height") == "520"


def everybody_can_read_it(page: Page, site: Site) -> None:
    """At 280 px, in light and dark, by axe."""
    page.set_viewport_size({"width": 280, "height": 900})
    for path in ("problem/1/", "lookup/?product=cars&q=brake+lights", "lookup/?product=cars&vin=1"):
        for theme in ("light", "dark"):
            page.goto(f"{site.url}/embed/v1/{path}{'&' if '?' in path else '?'}theme={theme}")
            assert accessibility_complaints(page) == []
            assert overflow(page) == []
