"""What a first visit to a problem page costs a reader, measured by the browser itself."""

import gzip

from playwright.sync_api import Browser, Response, expect

from tests.browser.site import Site

KILOBYTES_WITHOUT_FONTS = 60
KILOBYTES_WITH_FONTS = 130
REQUESTS = 7


def test_a_problem_page_stays_within_its_budget(site: Site, browser: Browser) -> None:
    with browser.new_context() as finding:
        page = finding.new_page()
        page.goto(f"{site.url}/search/?q=cruise+control+brake+lights")
        page.get_by_test_id("hit").first.get_by_role("link").first.click()
        address = page.url
    with browser.new_context() as first_visit:
        page = first_visit.new_page()
        wire = first_visit.new_cdp_session(page)
        wire.send("Network.enable")
        kinds: dict[str, str] = {}
        bytes_of: dict[str, float] = {}
        wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
        wire.on(
            "Network.loadingFinished", lambda event: bytes_of.update({event["requestId"]: event["encodedDataLength"]})
        )
        bodies: list[Response] = []
        page.on("response", lambda response: bodies.append(response))
        page.goto(address, wait_until="networkidle")
        # Production compresses files once, when they are collected; a development site sends them as they are.
        spared = sum(
            len(response.body()) - len(gzip.compress(response.body()))
            for response in bodies
            if response.request.resource_type in {"stylesheet", "script"} and "content-encoding" not in response.headers
        )
        fonts = sum(size for request, size in bytes_of.items() if kinds.get(request) == "Font")
        everything = sum(bytes_of.values()) - spared
    assert fonts > 10_000, "the page's own typeface is loaded"
    assert everything - fonts < KILOBYTES_WITHOUT_FONTS * 1000
    assert everything < KILOBYTES_WITH_FONTS * 1000
    assert len(bytes_of) <= REQUESTS, sorted(kinds.values())


def test_a_problem_page_is_read_without_scripts(site: Site, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/search/?q=cruise+control+brake+lights")
        page.get_by_test_id("hit").first.get_by_role("link").first.click()
        assert page.get_by_test_id("plan-row").count() >= 3
        why = page.get_by_test_id("why").first
        if why.get_attribute("open") is None:
            why.locator("summary").click()
        expect(why.get_by_role("table")).to_be_visible()
