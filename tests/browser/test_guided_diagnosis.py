"""A visitor without an account is led through a problem, and takes the way to the dealer."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acts import accessibility_complaints, overflow
from tests.browser.site import Site


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_visitor_is_led_step_by_step_and_the_way_stands_on_the_sheet(
    javascript: bool, site: Site, browser: Browser
) -> None:
    size = {"width": 360, "height": 800}
    with browser.new_context(java_script_enabled=javascript, viewport=size, locale="en-US") as context:
        page = context.new_page()
        page.goto(f"{site.url}/search/?q=brake+lights+stay+on")
        page.get_by_test_id("hit").first.get_by_role("link").first.click()
        expect(page.get_by_test_id("first-test")).to_contain_text("Unplug the brake light switch")
        page.get_by_test_id("first-test").get_by_role("link").click()

        # The test first, then what it says to try.
        expect(page.get_by_test_id("next")).to_contain_text("Unplug the brake light switch")
        assert overflow(page) == []
        if javascript:
            assert accessibility_complaints(page) == []
        page.get_by_role("link", name="Lit, and out once it is unplugged").click()
        expect(page.get_by_test_id("next")).to_contain_text("Replace the brake light switch")

        # No luck: another step, other money, and the way in the address.
        before = page.get_by_test_id("remaining").inner_text()
        page.get_by_test_id("no-luck").click()
        expect(page.get_by_test_id("next")).not_to_contain_text("Replace the brake light switch")
        assert page.get_by_test_id("remaining").inner_text() != before
        expect(page.get_by_test_id("way").get_by_role("listitem")).to_have_count(2)
        assert re.search(r"tried=\d+.*reading=\d+", page.url)

        page.get_by_role("link", name="Print it as a sheet").click()
        expect(page.get_by_test_id("sheet-way")).to_contain_text("Lit, and out once it is unplugged")
        expect(page.get_by_test_id("sheet-way")).to_contain_text("Replace the brake light switch: tried")
