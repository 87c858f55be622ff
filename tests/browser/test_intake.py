"""A community begins: complaints are loaded, an owner turns ten of them into a problem, and search finds it."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import accessibility_complaints, manage, overflow, sign_in
from tests.browser.site import PROJECT, Site

# Invented, in words that no problem of the demonstration has. Two of its fifteen rows name a model that nobody knows.
COMPLAINTS = PROJECT / "tests" / "browser" / "samples" / "complaints.csv"


def test_ten_complaints_become_a_problem_that_search_finds_and_can_be_taken_back(
    own_site: Site, browser: Browser
) -> None:
    said = import_complaints(own_site)
    assert "Importing: 100%" in said
    assert "15/15" in said
    assert "13 rows added something" in said
    assert "2 rows wait for names" in said
    size = {"width": 1280, "height": 900}
    with browser.new_context(locale="en-US", timezone_id="UTC", viewport=size) as context:
        decide_about_a_name(context.new_page(), own_site)
    assert "2 rows added something" in import_complaints(own_site)
    with browser.new_context(locale="en-US", timezone_id="UTC", viewport=size) as context:
        turn_ten_into_a_problem(context.new_page(), own_site)


def decide_about_a_name(page: Page, own_site: Site) -> None:
    """What an operator sees of the import, and says once about the name that it could not match."""
    sign_in(page, own_site, "moderator")
    page.goto(f"{own_site.url}/operators/imports/")
    run = page.get_by_test_id("run").filter(has_text="complaints.csv")
    expect(run.get_by_test_id("state")).to_have_text("finished")
    assert accessibility_complaints(page) == []
    run.get_by_role("link").click()
    expect(page.get_by_test_id("counts")).to_contain_text(re.compile(r"Rows read\s*15.*Wait for a name\s*2", re.DOTALL))
    assert accessibility_complaints(page) == []

    page.get_by_test_id("names-waiting").get_by_role("link").click()
    name = page.get_by_test_id("name")
    expect(name).to_contain_text("2 rows wait")
    name.get_by_role("checkbox").check()
    assert accessibility_complaints(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("They are other names of").fill("Land Rover Range Rover")
    page.get_by_role("option", name="Land Rover Range Rover").first.click()
    page.get_by_role("button", name="They are other names of it").click()
    expect(page.get_by_test_id("messages")).to_contain_text("manage.py import_nhtsa_flat complaints.csv")
    expect(page.get_by_test_id("decided")).to_contain_text("another name of Land Rover Range Rover")


def turn_ten_into_a_problem(page: Page, own_site: Site) -> None:
    """What the owner does, from the hub and back to it."""

    # The hub tells how many reports wait, and over which years.
    page.goto(f"{own_site.url}/p/cars/land-rover/range-rover/")
    waiting = page.get_by_test_id("unassigned")
    expect(waiting).to_contain_text("Unassigned sightings: 15")
    # They name no component: by mileage there stands what the demonstration's own reports say, and nothing of them.
    expect(page.get_by_test_id("by-mileage")).not_to_contain_text("Body")
    assert accessibility_complaints(page) == []
    assert overflow(page) == []

    # One is ticked, its likes are gathered, nine of them are ticked too.
    sign_in(page, own_site, "owner")
    page.goto(f"{own_site.url}/p/cars/land-rover/range-rover/")
    waiting.get_by_role("link", name="Sort them into problems").click()
    page.get_by_test_id("triage-row").filter(has_text="TAILGATE").first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Find similar ones").click()
    alike = page.get_by_test_id("triage-list").get_by_test_id("triage-row")
    expect(alike).to_have_count(11)
    expect(alike.filter(has_text="Sunroof")).to_have_count(0)
    page.get_by_test_id("select-all").click()
    for row in alike.all()[:2]:
        row.get_by_role("checkbox").uncheck()
    assert accessibility_complaints(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Describe a new problem from them").click()

    # Their own words begin the problem.
    form = page.get_by_test_id("triage-new-form")
    expect(form.locator("input[name=title]")).to_have_value("The tailgate opens by itself while driving")
    assert accessibility_complaints(page) == []
    form.locator("input[name=title]").press_sequentially(" ", delay=4000)  # at a person's pace
    form.get_by_role("button", name="Publish it").click()
    expect(page.get_by_test_id("problem-title")).to_have_text("The tailgate opens by itself while driving")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"10 owners have\s+this too"))

    # Search knows it.
    address = page.url
    hit = page.get_by_test_id("hit").get_by_role("link", name="The tailgate opens by itself while driving")
    for _ in range(20):  # the index follows within seconds
        page.goto(f"{own_site.url}/search/?q=tailgate+opens+while+driving")
        if hit.count():
            break
        page.wait_for_timeout(500)
    hit.first.click()
    assert page.url.partition("?")[0] == address

    # And it can be taken back.
    page.goto(f"{own_site.url}/triage/")
    page.get_by_test_id("filing").get_by_role("button", name=re.compile("Take it back")).click()
    expect(page.get_by_test_id("messages")).to_contain_text("unassigned again")
    page.goto(f"{own_site.url}/p/cars/land-rover/range-rover/")
    expect(waiting).to_contain_text("Unassigned sightings: 15")


def import_complaints(site: Site) -> str:
    """Import the sample as an operator does; what the command says, its progress bar included."""
    return manage(site, "import_nhtsa_flat", str(COMPLAINTS))
