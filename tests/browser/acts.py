"""What a person does in a browser, and what a person who can't see the page is told."""

import contextlib
import os
import pty
import subprocess
import sys
import termios

from playwright.sync_api import Page

from tests.browser.site import PROJECT, Site


def sign_in(page: Page, site: Site, name: str) -> None:
    """Sign in as one of the demonstration accounts, through the form."""
    mail, password = site.accounts()[name]
    page.goto(f"{site.url}/accounts/login/")
    form = page.get_by_test_id("login-form")
    form.locator("input[name=login]").fill(mail)
    form.locator("input[name=password]").fill(password)
    form.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")
"""All that axe asks of colours, below the contrast of WCAG's AAA."""


def accessibility_complaints(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page as it stands, by these rules or all: rule, impact, where, and what is wrong."""
    from axe_playwright_python.sync_playwright import Axe

    wanted = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **wanted}).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}) at {' '.join(map(str, node['target']))}: {violation['help']}"
        for violation in found
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Elements that stick out of the window sideways, outermost first; empty where the page fits."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter(element => element.getBoundingClientRect().right > width + 1)
                .slice(0, 5)
                .map(element => `${element.tagName.toLowerCase()}.${element.className}`);
        }"""
    )


def manage(site: Site, *arguments: str) -> str:
    """Run a command of the site as an operator does, on a terminal; what it says, its progress bar included."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FIXLORE_", "DJANGO_"))}
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))  # a terminal of no width gets no bar
    command = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env={**environment, "FIXLORE_DATA": str(site.data)},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # a terminal whose last writer is gone ends in an error, not in nothing
        while part := os.read(ours, 65_536):
            said += part
    os.close(ours)
    assert command.wait(timeout=300) == 0, said.decode()
    return said.decode()
