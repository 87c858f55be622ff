"""A community begins: complaints are loaded, an owner turns ten of them into a problem, and search finds it."""

import os
import re
import subprocess
import sys

from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import accessibility_complaints, overflow, sign_in
from tests.browser.site import PROJECT, Site

# Words that no problem of the demonstration has.
COMPLAINTS = """
import datetime
from django.utils import timezone
from products.models import Product
from wiki.models import Sighting
model = Product.objects.get(path="cars/land-rover/range-rover")
texts = ["THE TAILGATE OPENS BY ITSELF WHILE DRIVING. DEALER COULD NOT FIND THE CAUSE, NUMBER %d."] * 12
texts += ["Sunroof rattles over bumps, report %d."] * 3
for number, text in enumerate(texts):
    Sighting.objects.create(product=model, text=text % number, source="NHTSA", external_number=str(10_000_000 + number),
                            seen_on=datetime.date(2010 + number % 5, 3, 1), usage=40_000, created_at=timezone.now())
"""


def test_ten_complaints_become_a_problem_that_search_finds_and_can_be_taken_back(
    own_site: Site, browser: Browser
) -> None:
    load_complaints(own_site)
    with browser.new_context(locale="en-US", timezone_id="UTC", viewport={"width": 1280, "height": 900}) as context:
        turn_ten_into_a_problem(context.new_page(), own_site)


def turn_ten_into_a_problem(page: Page, own_site: Site) -> None:
    """What the owner does, from the hub and back to it."""

    # The hub tells how many reports wait, and over which years.
    page.goto(f"{own_site.url}/p/cars/land-rover/range-rover/")
    waiting = page.get_by_test_id("unassigned")
    expect(waiting).to_contain_text("Unassigned sightings: 15")
    expect(page.get_by_test_id("by-mileage")).to_have_count(0)  # they name no component
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


def load_complaints(site: Site) -> None:
    """Put complaints into the site as the public record has them, about the model and naming no component."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FIXLORE_", "DJANGO_"))}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", COMPLAINTS],
        cwd=PROJECT,
        env={**environment, "FIXLORE_DATA": str(site.data)},
        check=True,
        timeout=120,
    )
