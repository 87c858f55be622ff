"""A manufacturer sees an issue emerge from complaints, answers it, supersedes a diagnostic, and an owner is told."""

import datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import accessibility_complaints, manage, overflow, sign_in
from tests.browser.site import Site

CONSOLE = "/brand/land-rover-demo/"
MODEL = "/p/cars/land-rover/range-rover/"
WEEKS = 110
BURST = 16
"""Weeks in which the steering is reported several times as often as before."""
ANSWER = "We have seen these reports and look at the steering of cars built before May."
SIZE = {"width": 1280, "height": 900}


def test_the_manufacturer_sees_it_answers_it_and_the_owner_is_told(
    own_site: Site, browser: Browser, tmp_path: Path
) -> None:
    with browser.new_context(viewport=SIZE) as owner, browser.new_context(viewport=SIZE) as maker:
        reader, staff = owner.new_page(), maker.new_page()
        follow_the_model(reader, own_site)

        complaints = write_complaints(tmp_path / "FLAT_CMPL.txt", today=datetime.datetime.now(datetime.UTC).date())
        assert "Importing: 100%" in manage(own_site, "import_nhtsa_flat", str(complaints))
        said = manage(own_site, "run_monitor")
        assert "looking: 100%" in said
        assert "issues: 100%" in said

        issue = answer_the_steering_issue(staff, own_site)
        supersede_the_procedure(staff, own_site)
        be_told(reader, own_site, issue)


def follow_the_model(page: Page, site: Site) -> None:
    """What the owner does long before."""
    sign_in(page, site, "owner")
    page.goto(f"{site.url}{MODEL}")
    page.get_by_test_id("follow-button").click()
    expect(page.get_by_test_id("follow-button")).to_contain_text("Unfollow")


def write_complaints(path: Path, *, today: datetime.date) -> Path:
    """Two years of complaints about one model in the layout of FLAT_CMPL: 49 fields, tab-separated, without a head.

    Every week three of the engine or the electrics, one of the steering in a month; in the last weeks three a week.
    """
    monday = today - datetime.timedelta(days=today.weekday())
    rows = []
    for back in range(WEEKS, 0, -1):
        day = monday - datetime.timedelta(weeks=back) + datetime.timedelta(days=2)
        told = ["ENGINE", "ELECTRICAL SYSTEM", "ENGINE"]
        told += ["STEERING"] * (7 if back <= BURST else int(back % 4 == 0))
        rows += [_row(len(rows) + place, day, component) for place, component in enumerate(told)]
    path.write_text("".join(rows), encoding="latin-1", newline="")
    return path


WORDS = {
    "ENGINE": "THE ENGINE RUNS ROUGH AND LOSES POWER, NUMBER {}.",
    "ELECTRICAL SYSTEM": "THE DASH WENT DARK AND CAME BACK, NUMBER {}.",
    "STEERING": "THE STEERING WENT HEAVY WHILE TURNING INTO THE DRIVE, NUMBER {}.",
}


def _row(number: int, day: datetime.date, component: str) -> str:
    fields = [""] * 49
    fields[0], fields[1] = str(1_000_000 + number), str(11_500_000 + number)
    fields[2:6] = "Land Rover", "LAND ROVER", "RANGE ROVER", "9999"
    fields[6], fields[8] = "N", "N"
    fields[7] = fields[15] = fields[16] = f"{day:%Y%m%d}"
    fields[9], fields[10] = "0", "0"
    fields[11], fields[17] = component, str(30_000 + 37 * number)
    fields[19], fields[20], fields[45] = WORDS[component].format(number), "EVOQ", "V"
    return "\t".join(fields) + "\r\n"


def answer_the_steering_issue(page: Page, site: Site) -> str:
    """What the manufacturer's staff does in its console, mostly by keyboard; the address of the issue."""
    sign_in(page, site, "manufacturer")
    page.goto(f"{site.url}{CONSOLE}")
    page.get_by_test_id("console-tabs").get_by_role("link", name="Emerging issues").click()
    row = page.get_by_test_id("issue").filter(has_text="Steering")
    expect(row).to_have_count(1)
    expect(row.get_by_test_id("level")).to_have_text("Alert")
    assert accessibility_complaints(page) == []
    row.get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Steering")
    expect(page.get_by_test_id("issue-chart")).to_be_visible()
    expect(page.get_by_test_id("central")).to_contain_text("STEERING")
    page.get_by_role("button", name="Zoom in on the chart").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("zoomed").locator("canvas")).to_be_visible()
    page.get_by_role("button", name="Closer").press("Enter")
    assert accessibility_complaints(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == []
    page.set_viewport_size(SIZE)

    act = page.locator("#act-answer")
    act.locator("summary").focus()
    page.keyboard.press("Enter")
    act.get_by_label("What is known and done about it").fill(ANSWER)
    act.get_by_role("button", name="Publish the answer").press("Enter")
    expect(page.get_by_test_id("messages")).to_contain_text("Your answer is public.")
    expect(page.get_by_test_id("answers")).to_contain_text(ANSWER)
    expect(page.get_by_test_id("level")).to_contain_text("Answered")
    return page.url.partition("#")[0]


def supersede_the_procedure(page: Page, site: Site) -> None:
    """The procedure that sent owners to the computer gives way to one that tests the switch first."""
    page.goto(f"{site.url}{CONSOLE}official/")
    page.get_by_role("link", name="Publish one").click()
    form = page.get_by_test_id("official-form")
    form.locator("[name=number]").fill("GTR-418-P0571-2")
    form.locator("[name=kind]").select_option("procedure")
    form.locator("[name=title]").fill("Stop lamp switch circuit: test the switch first")
    form.locator("[name=covered]").fill("cars/land-rover/range-rover/l322")
    form.locator("[name=components]").fill("Brake light switch")
    form.locator("[name=remedy_title]").fill("Test and replace the brake light switch")
    form.locator("[name=remedy_cost]").fill("180")
    assert accessibility_complaints(page) == []
    form.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("main")).to_contain_text("test the switch first")

    page.goto(f"{site.url}{CONSOLE}official/")
    old = page.get_by_test_id("official-entry").filter(has_text="P0571: diagnostic procedure")
    old.get_by_role("link", name="Supersede").click()
    page.locator("[name=by]").fill("GTR-418-P0571-2")
    page.locator("[name=on]").fill(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}")
    page.get_by_role("button", name="Supersede it").click()
    page.goto(f"{site.url}{CONSOLE}official/")
    expect(old).to_contain_text("superseded by GTR-418-P0571-2")


def be_told(page: Page, site: Site, issue: str) -> None:
    """What the owner finds in the inbox, and behind it."""
    page.goto(f"{site.url}/me/inbox/")
    news = page.get_by_test_id("news").filter(has_text="Steering")
    expect(news).to_be_visible()
    expect(page.get_by_test_id("inbox")).to_contain_text("test the switch first")
    news.get_by_role("link").first.click()
    assert page.url.partition("?")[0] == issue
    expect(page.get_by_test_id("answers")).to_contain_text(ANSWER)
    expect(page.get_by_test_id("acts")).to_have_count(0)
    assert accessibility_complaints(page) == []
