"""Searching as people do it: misspelt, pasted, by keyboard, and while the index is gone."""

import re
import shutil
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.acts import accessibility_complaints, sign_in
from tests.browser.site import Site
from tests.browser.test_founding_story import watch
from tests.browser.test_keyboard import follow, tab_to

FOUNDING = re.compile("brake lights stay on")
SCANNED = """Vehicle report
Module: ABS      no fault stored
Module: ECM      P0571-00 (2F)  confirmed
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="en-US", timezone_id="UTC", viewport={"width": 1280, "height": 900}) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        refused = watch(page)
        yield page
        assert refused == []


def box(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_lay_words_with_two_typos_find_the_founding_case_while_they_are_typed(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/search/")
    page.keyboard.press("/")
    assert box(page) == "q"
    page.keyboard.type("range rover geabox falut and the stop lamp stays on", delay=10)
    expect(page.get_by_test_id("hit").first.locator("h3")).to_contain_text(FOUNDING)
    expect(page.locator("#search-status")).to_contain_text("in Land Rover Range Rover")
    expect(page).to_have_url(re.compile("stays"))
    assert box(page) == "q"

    page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_test_id("hit").first.locator("h3")).to_contain_text(FOUNDING)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    follow(page)
    expect(page.get_by_test_id("problem-title")).to_contain_text(FOUNDING)


def test_a_pasted_scanner_text_finds_by_its_codes(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/search/")
    page.evaluate("text => navigator.clipboard.writeText(text)", SCANNED)
    page.locator("#q").focus()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.get_by_test_id("hit").first.locator("h3")).to_contain_text(FOUNDING)
    expect(page.get_by_test_id("code-meaning").first).to_contain_text("P0571")


def test_a_product_is_taken_out_of_the_search_and_put_back_by_keyboard(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/search/?q=range+rover+gearbox+fault")
    chip = page.get_by_test_id("scope-chip")
    expect(chip).to_contain_text("Range Rover")
    tab_to(page, "[data-testid=scope-chip]")
    follow(page)
    expect(chip).to_have_count(0)
    tab_to(page, "[data-testid=products] a.quiet")
    follow(page)
    expect(chip).to_contain_text("Range Rover")


def test_suggestions_are_chosen_by_keyboard_and_told_to_who_cannot_see_them(site: Site, page: Page) -> None:
    page.goto(site.url)
    field = page.locator("main input[name=q]")
    field.focus()
    page.keyboard.type("range rover gea", delay=10)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("main .picker [role=status]")).to_contain_text("suggestions: products")
    assert accessibility_complaints(page) == []

    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    last = options.last
    expect(last).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == last.get_attribute("id")
    page.keyboard.press("Home")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("range rover gea")

    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowUp")
    follow(page)
    expect(page.get_by_test_id("problem-title")).to_contain_text(FOUNDING)


def test_fault_codes_are_suggested_one_after_another_where_a_problem_is_described(site: Site, page: Page) -> None:
    sign_in(page, site, "owner")
    page.goto(f"{site.url}/ask/")
    field = page.locator("input[name=code_text]")
    field.focus()
    for typed in ("p057", ", p05"):
        page.keyboard.type(typed)
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"^P057\w, P05\w\w$"))


def test_what_was_found_stays_when_the_search_does_not_answer(site: Site, browser: Browser) -> None:
    def fail(route: Route) -> None:
        route.abort() if "hx-request" in route.request.headers else route.continue_()

    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site.url}/search/?q=gearbox+fault")
        page.route("**/search/?*", fail)
        page.locator("#q").focus()
        page.keyboard.press("End")
        page.keyboard.type(" cruise")
        expect(page.get_by_test_id("search-trouble")).to_contain_text("did not answer")
        expect(page.get_by_test_id("hit").first.locator("h3")).to_contain_text(FOUNDING)
        page.unroute("**/search/?*")
        page.keyboard.type(" control")
        expect(page.get_by_test_id("search-trouble")).to_be_empty()
        expect(page).to_have_url(re.compile("control"))


def test_without_its_index_the_search_answers_and_heals(site: Site, page: Page) -> None:
    address = f"{site.url}/search/?q=gearbox+fault+brake+lights"
    shutil.rmtree(site.data / "search")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        expect(page.get_by_test_id("hit").first.locator("h3")).to_contain_text(FOUNDING)
        if any((site.data / "search").glob("**/*")) and not page.get_by_test_id("by-database").count():
            break
        time.sleep(0.5)
    else:
        raise AssertionError("The index did not come back within a minute.")
