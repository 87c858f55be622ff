"""The founding story, lived by a stranger: from a symptom in lay words to a plan that has changed."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.acts import sign_in
from tests.browser.site import Site

SYMPTOM = "cruise control not working and brake lights stay on"


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_stranger_finds_the_switch_prints_the_sheet_reports_and_sees_the_plan_change(
    javascript: bool, own_site: Site, browser: Browser
) -> None:
    with browser.new_context(java_script_enabled=javascript, locale="en-US", timezone_id="UTC") as context:
        page = context.new_page()
        refused = watch(page)

        # Search the symptom, in an owner's words.
        page.goto(own_site.url)
        page.get_by_role("main").locator("input[name=q]").first.fill(SYMPTOM)
        page.get_by_role("main").locator("form").filter(has=page.locator("input[name=q]")).first.locator(
            "button"
        ).first.click()
        page.get_by_test_id("hit").first.get_by_role("link").first.click()
        expect(page.get_by_test_id("problem-title")).to_be_visible()

        # The switch stands above the computer, with why and what it saves.
        problem_address = page.url
        rows = page.get_by_test_id("plan-row")
        titles = [row.get_by_test_id("remedy-title").inner_text() for row in rows.all()]
        switch, computer = position(titles, "switch"), position(titles, "computer")
        assert switch == 0
        assert switch < computer
        expect(page.get_by_test_id("verdict")).to_contain_text(re.compile("switch", re.IGNORECASE))
        assert amount(page.get_by_test_id("money-likely")) < amount(page.get_by_test_id("money-official"))
        expect(rows.first.get_by_test_id("why")).to_be_attached()
        reports_before = rows.first.get_by_test_id("reports").inner_text()
        likely_before = amount(page.get_by_test_id("money-likely"))

        # The sheet for the dealer: one page of A4, with the check to make first.
        rows.first.get_by_test_id("remedy-title").get_by_role("link").click()
        page.get_by_role("main").get_by_role("link", name=re.compile("to my dealer", re.IGNORECASE)).first.click()
        expect(page.get_by_test_id("sheet-check")).to_be_visible()
        expect(page.get_by_test_id("sheet-limit")).to_contain_text("Please call me before exceeding")
        expect(page.get_by_test_id("sheet").locator("svg").first).to_be_visible()
        assert printed_pages(page) == 1

        # Report the outcome without an account, by the mailed link and its one button.
        page.goto(problem_address)
        rows.first.get_by_role("link", name=re.compile("I tried this")).click()
        form = page.get_by_test_id("outcome-form")
        form.locator("input[name=result][value=worked]").check()
        form.locator("input[name=money]").fill("64")
        # At a person's pace: what is sent faster is taken for a machine's.
        form.locator("input[name=mail]").press_sequentially("stranger@example.org", delay=200)
        form.locator("button[type=submit]").last.click()
        expect(page.get_by_test_id("sent")).to_contain_text("stranger@example.org")
        page.goto(own_site.mailed_link("/o/"))
        page.get_by_role("button", name="Publish my report").click()

        # The plan has changed at once.
        page.goto(problem_address)
        assert rows.first.get_by_test_id("reports").inner_text() != reports_before
        assert amount(page.get_by_test_id("money-likely")) != likely_before
        assert refused == []


def test_an_owner_reports_in_one_screen_and_the_plan_changes(own_site: Site, browser: Browser) -> None:
    with browser.new_context(locale="en-US", timezone_id="UTC") as context:
        page = context.new_page()
        sign_in(page, own_site, "moderator")
        page.goto(f"{own_site.url}/search/?q=cruise+control+brake+lights")
        page.get_by_test_id("hit").first.get_by_role("link").first.click()
        problem_address = page.url
        battery = page.get_by_test_id("plan-row").filter(has_text=re.compile("battery", re.IGNORECASE)).first
        before = battery.get_by_test_id("reports").inner_text()
        battery.get_by_role("link", name=re.compile("I tried this")).click()
        form = page.get_by_test_id("outcome-form")
        expect(form.locator("input[name=mail]")).to_have_count(0)
        form.locator("input[name=result][value=failed]").check()
        form.locator("button[type=submit]").last.click()
        page.goto(problem_address)
        assert battery.get_by_test_id("reports").inner_text() != before


def watch(page: Page) -> list[str]:
    """What the browser refuses or a script fails at while the page is used."""
    refused: list[str] = []
    page.on(
        "console",
        lambda message: refused.append(f"{message.text} {message.location}") if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: refused.append(str(error)))
    return refused


def position(titles: list[str], word: str) -> int:
    """Where in the plan a remedy stands, by a word of its title."""
    return next(index for index, title in enumerate(titles) if word in title.lower())


def amount(locator: Locator) -> Decimal:
    """A sum of dollars as it is read."""
    return Decimal(re.sub(r"[^0-9.]", "", locator.first.inner_text()))


def printed_pages(page: Page) -> int:
    """How many pages of A4 the browser prints."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
