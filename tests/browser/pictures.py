"""Take the pictures of docs/pictures again, from the demonstration data: `make pictures`."""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.acts import sign_in
from tests.browser.site import PROJECT, Site, running_site

FOLDER = PROJECT / "docs" / "pictures"
CONSOLE = "/brand/land-rover-demo/"
VIN, CODES = "SALLMAMH44A123456", "P0571-00 Brake switch A\nP0504-64 Brake switches A/B"
QUESTION = "/search/?q=cruise+control+not+working+brake+lights+stay+on"
# A sheet of A4 with its margin, at 96 pixels an inch.
SHEET_WIDTH, SHEET_HEIGHT, MARGIN = 794, 1123, 53


def take(site: Site, folder: Path) -> list[Path]:
    """Take every picture; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        try:
            page = browser.new_page(locale="en-US", timezone_id="UTC", reduced_motion="reduce")
            page.goto(f"{site.url}{QUESTION}")
            page.get_by_test_id("hit").first.get_by_role("link").first.click()
            problem = page.url
            page.get_by_test_id("plan-row").first.get_by_test_id("remedy-title").get_by_role("link").click()
            sheet = page.url.rstrip("/") + "/sheet/"
            return [
                _picture(page, problem, folder / "plan-1280.png", width=1280, height=1100),
                _picture(page, problem, folder / "plan-1280-dark.png", width=1280, height=1100, dark=True),
                _picture(page, problem, folder / "plan-360.png", width=360, height=1400),
                _picture(page, f"{site.url}{QUESTION}", folder / "search-1280.png", width=1280, height=900),
                _sheet(page, sheet, folder / "sheet-a4.png"),
                _lookup(page, site, folder / "lookup-1280.png"),
                *_console(page, site, folder),
            ]
        finally:
            browser.close()


def _lookup(page: Page, site: Site, path: Path) -> Path:
    """What a dealer reads: the answer stands on the page that asked, because a VIN stands in no address."""
    page.set_viewport_size({"width": 1280, "height": 1120})
    page.emulate_media(color_scheme="light", media="screen")
    sign_in(page, site, "professional")
    page.goto(f"{site.url}/pro/lookup/")
    page.locator("input[name=vin]").fill(VIN)
    page.locator("textarea[name=text]").fill(CODES)
    page.locator("input[name=usage]").fill("121000")
    page.get_by_role("button", name="Look it up").click()
    page.get_by_test_id("answer").wait_for()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path)
    page.context.clear_cookies()
    return path


def _console(page: Page, site: Site, folder: Path) -> list[Path]:
    """What the manufacturer of the demonstration sees: its issues, the strongest of them, and its gap."""
    sign_in(page, site, "manufacturer")
    page.goto(f"{site.url}{CONSOLE}issues/")
    issue = str(page.get_by_test_id("issue").first.get_by_role("link").first.get_attribute("href"))
    return [
        _picture(page, f"{site.url}{CONSOLE}issues/", folder / "console-1280.png", width=1280, height=1000),
        _picture(page, f"{site.url}{issue}", folder / "issue-1280.png", width=1280, height=1500),
        _picture(page, f"{site.url}{CONSOLE}gap/", folder / "gap-1280.png", width=1280, height=900),
    ]


def _picture(page: Page, address: str, path: Path, *, width: int, height: int, dark: bool = False) -> Path:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if dark else "light", media="screen")
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path)
    return path


def _sheet(page: Page, address: str, path: Path) -> Path:
    """What the printer puts on the page, laid on white paper: a screen knows no margin."""
    width, height = SHEET_WIDTH - 2 * MARGIN, SHEET_HEIGHT - 2 * MARGIN
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="light", media="print")
    page.goto(address)
    page.evaluate("document.fonts.ready")
    paper = Image.new("RGB", (SHEET_WIDTH, SHEET_HEIGHT), "white")
    paper.paste(Image.open(BytesIO(page.screenshot())), (MARGIN, MARGIN))
    paper.save(path, optimize=True)
    return path


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as temporary,
        running_site(Path(temporary) / "data", FIXLORE_SITE_URL="https://fixlore.example") as site,
    ):
        for path in take(site, FOLDER):
            print(path.relative_to(PROJECT))
