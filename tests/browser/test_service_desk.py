"""A dealer's day: from the counter's VIN and codes to a plan that has changed, counted in clicks and page loads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.acts import sign_in
from tests.browser.site import Site
from tests.browser.test_founding_story import position, printed_pages, watch

VIN = "SALLMAMH44A123456"
CODES = "P0571-00 Brake switch A\nP0504-64 Brake switches A/B"


@dataclass
class Counted:
    """What a person did on a page: clicks on it, and documents that it loaded."""

    clicks: int = 0
    loads: list[str] = field(default_factory=list)

    def since(self) -> tuple[int, int]:
        """Clicks and loads, and begin again."""
        counted = self.clicks, len(self.loads)
        self.clicks, self.loads = 0, []
        return counted


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened = [browser.new_context(locale="en-US", timezone_id="UTC") for _ in range(2)]
    yield opened
    for context in opened:
        context.close()


def counted(page: Page) -> Counted:
    """Count the clicks that the browser sees and the documents that it asks for."""
    counter = Counted()

    def clicked() -> None:
        counter.clicks += 1

    def asked(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            counter.loads.append(f"{request.method} {request.url}")

    page.expose_function("aPersonClicked", clicked)
    page.add_init_script("addEventListener('click', event => event.isTrusted && aPersonClicked(), true)")
    page.on("request", asked)
    return counter


def paste(page: Page, text: str) -> None:
    """Put a text where the cursor is, as Ctrl+V does."""
    page.keyboard.insert_text(text)


def test_a_dealer_finds_the_switch_prints_the_sheet_and_records_the_job_and_the_owners_plan_changes(
    own_site: Site, contexts: list[BrowserContext]
) -> None:
    page, owners_page = (context.new_page() for context in contexts)
    refused = watch(page)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(f"{request.url} {request.headers.get('referer', '')}"))

    # The owner looks at the plan before.
    owners_page.goto(f"{own_site.url}/search/?q=P0571")
    owners_page.get_by_test_id("hit").first.get_by_role("link").first.click()
    first = owners_page.get_by_test_id("plan-row").first.get_by_test_id("reports")
    before = first.inner_text()

    # From paste to answer.
    sign_in(page, own_site, "professional")
    counter = counted(page)
    page.goto(f"{own_site.url}/pro/lookup/")
    counter.since()
    form = page.get_by_test_id("lookup-form")
    expect(form.locator("input[name=vin]")).to_be_focused()
    paste(page, VIN)
    form.locator("textarea[name=text]").click()
    paste(page, CODES)
    form.get_by_role("button", name="Look it up").click()
    expect(page.get_by_test_id("before-you-replace")).to_contain_text("Replace the brake light switch first.")
    clicks, loads = counter.since()
    assert (clicks, loads) == (2, 1)  # at most 3 and 1 were asked for
    titles = [row.get_by_role("rowheader").inner_text() for row in page.get_by_test_id("remedy").all()]
    assert position(titles, "switch") < position(titles, "computer")
    expect(page.get_by_test_id("before-you-replace")).to_contain_text("Replace the body computer, $1,5")
    expect(page.get_by_test_id("is-this-it")).to_contain_text("2004 Land Rover Range Rover")

    # The sheet: one page of A4, without the VIN.
    answer = page.url
    with page.expect_popup() as opened:
        page.get_by_test_id("sheet-link").click()
    sheet = opened.value
    expect(sheet.get_by_test_id("sheet-check")).to_be_visible()
    assert printed_pages(sheet) == 1
    assert VIN not in sheet.content() + sheet.evaluate("document.referrer + location.href")
    sheet.close()

    # Two clicks from the lookup, whose answer still stands: the outcome with its job number.
    counter.since()
    page.get_by_test_id("record").click()
    expect(page.get_by_label("Job number")).to_be_focused()
    paste(page, "J-4711")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_test_id("provisional")).to_contain_text("J-4711")
    assert counter.since()[0] == 2

    # The owner's plan has changed, and nobody else reads the job number.
    owners_page.reload()
    changed = first.inner_text()
    assert changed != before
    assert "J-4711" not in owners_page.content()

    # It came back: one tap, and the plan follows.
    counter.since()
    page.get_by_test_id("provisional").get_by_role("button", name="It came back").click()
    expect(page.get_by_test_id("settled")).to_contain_text(re.compile("came back", re.IGNORECASE))
    assert counter.since()[0] == 1
    owners_page.reload()
    assert first.inner_text() not in (before, changed)

    # The VIN stands in no address, no referrer, no history and no log.
    assert answer == f"{own_site.url}/pro/lookup/"
    assert not [address for address in addresses if VIN.lower() in address.lower()]
    assert VIN not in page.evaluate("document.referrer + location.href")
    assert VIN.lower() not in own_site.log.read_text(encoding="utf-8", errors="replace").lower()
    assert refused == []
