"""What a person does in a browser, and what a person who can't see the page is told."""

from playwright.sync_api import Page

from tests.browser.site import Site


def sign_in(page: Page, site: Site, name: str) -> None:
    """Sign in as one of the demonstration accounts, through the form."""
    mail, password = site.accounts()[name]
    page.goto(f"{site.url}/accounts/login/")
    form = page.get_by_test_id("login-form")
    form.locator("input[name=login]").fill(mail)
    form.locator("input[name=password]").fill(password)
    form.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def accessibility_complaints(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each: rule, impact, where, and what is wrong."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
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
