"""The founding story with the keyboard alone."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import sign_in
from tests.browser.site import Site

STEPS_AT_MOST = 120


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, as a person without a mouse does."""
    for _ in range(STEPS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab.")


def follow(page: Page) -> None:
    """Press Enter and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_owner_finds_reports_and_sees_the_plan_change_without_a_mouse(own_site: Site, browser: Browser) -> None:
    with browser.new_context(locale="en-US", timezone_id="UTC") as context:
        page = context.new_page()
        sign_in(page, own_site, "owner")
        page.goto(own_site.url)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        tab_to(page, "main input[name=q]")
        page.keyboard.type("range rover gearbox fault brake light stays on")
        follow(page)
        tab_to(page, "[data-testid=hit] h3 a")
        follow(page)
        expect(page.get_by_test_id("problem-title")).to_contain_text("brake lights stay on")
        first = page.get_by_test_id("plan-row").first
        before = first.get_by_test_id("reports").inner_text()

        tab_to(page, "[data-testid=plan-row] a[href*='/outcome/']")
        follow(page)
        tab_to(page, "[data-testid=outcome-form] input[name=result]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.checked")
        page.wait_for_timeout(3_500)  # a form that comes back in less than three seconds was not filled by a person
        tab_to(page, "[data-testid=outcome-form] button[type=submit]")
        follow(page)
        expect(page.get_by_test_id("messages")).to_contain_text("Your report counts from now on")
        assert page.get_by_test_id("plan-row").first.get_by_test_id("reports").inner_text() != before
