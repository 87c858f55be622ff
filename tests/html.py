"""Pages as a reader meets them: parsed HTML, found by `data-testid`, compared by meaning.

page = read(client.get("/problem/1-stalls/"))
assert page.one("verdict").text == "Try the brake light switch first"
assert [row.one("remedy").text for row in page.all("plan-row")] == ["Switch", "Battery"]
assert page.form("fix-form").values["title"] == "what was typed"
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
from django.http import HttpResponseBase


class NotOnThePage(AssertionError):
    """A part that a test asks for is missing, or stands there more than once."""


@dataclass(frozen=True)
class Part:
    """An element of a page and what stands in it."""

    element: lxml.html.HtmlElement

    @property
    def text(self) -> str:
        """What is read, with white space as one space; scripts, styles and templates left out."""
        return re.sub(r"\s+", " ", "".join(_spoken(self.element))).strip()

    @property
    def tag(self) -> str:
        """The element's name: `a`, `button`."""
        return str(self.element.tag)

    def attribute(self, name: str) -> str:
        """An attribute's value. Raises NotOnThePage without it."""
        value = self.element.get(name)
        if value is None:
            raise NotOnThePage(f"<{self.tag}> has no {name}: {self.source[:200]}")
        return str(value)

    def has_attribute(self, name: str) -> bool:
        """Whether the attribute stands there at all, as `disabled` or `hidden`."""
        return self.element.get(name) is not None

    @property
    def source(self) -> str:
        """The part as HTML, for messages; tests compare meaning instead."""
        return lxml.html.tostring(self.element, encoding="unicode")

    def all(self, testid: str) -> list["Part"]:
        """Every part inside with this `data-testid`, in the page's order."""
        return [Part(element) for element in self.element.xpath(".//*[@data-testid=$testid]", testid=testid)]

    def one(self, testid: str) -> "Part":
        """The one part inside with this `data-testid`. Raises NotOnThePage at none or several."""
        found = self.all(testid)
        if len(found) != 1:
            known = sorted({str(value) for value in self.element.xpath(".//@data-testid")})
            raise NotOnThePage(
                f"{len(found)} parts are called {testid!r}; there are {', '.join(known) or 'none at all'}"
            )
        return found[0]

    def has(self, testid: str) -> bool:
        """Whether any part inside has this `data-testid`."""
        return bool(self.all(testid))

    def select(self, path: str, **variables: str) -> list["Part"]:
        """Parts by XPath, for what needs no name of its own, as `.//table/tbody/tr`."""
        return [Part(element) for element in self.element.xpath(path, **variables)]

    @property
    def links(self) -> dict[str, str]:
        """The links inside: what they say (or their label) and where they lead."""
        return {
            (link.attribute("aria-label") if link.has_attribute("aria-label") else link.text): link.attribute("href")
            for link in self.select(".//a[@href]")
        }

    def form(self, testid: str) -> "Form":
        """The form with this `data-testid`, inside or the part itself."""
        element = self.element if self.element.get("data-testid") == testid else self.one(testid).element
        if element.tag != "form":
            raise NotOnThePage(f"{testid!r} is a <{element.tag}>, no form")
        return Form(element)

    @property
    def headings(self) -> list[tuple[int, str]]:
        """The headings inside with their levels, in order."""
        found = self.select(".//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]")
        return [(int(part.tag[1]), part.text) for part in found]


@dataclass(frozen=True)
class Form(Part):
    """A form: what it would send, and what it complains about."""

    @property
    def values(self) -> dict[str, str | list[str]]:
        """What would be sent now; a name that stands there several times has a list. Buttons and files are left out."""
        sent: dict[str, str | list[str]] = {}
        texts = set(self.element.xpath(".//textarea/@name"))
        for name, value in self.element.form_values():
            if name in texts:
                value = value.removeprefix("\n")  # HTML drops the line break after <textarea>
            if name not in sent:
                sent[name] = value
            else:
                before = sent[name]
                sent[name] = [*before, value] if isinstance(before, list) else [before, value]
        return sent

    @property
    def action(self) -> str:
        """Where it is sent; empty for the page's own address."""
        return str(self.element.get("action") or "")

    @property
    def errors(self) -> dict[str, str]:
        """Complaints beside fields, by the field's name, as `aria-describedby` ties them together."""
        found: dict[str, str] = {}
        for field in self.select(".//*[@name and @aria-invalid='true']"):
            described = field.attribute("aria-describedby").split()
            texts = [part.text for each in described for part in self.select(".//*[@id=$id]", id=each)]
            found[field.attribute("name")] = " ".join(filter(None, texts))
        return found


@dataclass(frozen=True)
class Page(Part):
    """A whole page."""

    @property
    def title(self) -> str:
        """The title in the browser's tab."""
        return " ".join(part.text for part in self.select(".//head/title"))


def read(response: HttpResponseBase | str) -> Page:
    """Parse a response, or a string, as a page."""
    if isinstance(response, str):
        text = response
    else:
        body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        text = body.decode(response.charset)
    return Page(lxml.html.document_fromstring(text or "<html></html>"))


def _spoken(element: lxml.html.HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in {"script", "style", "template"}:
        return
    if element.text:
        yield element.text
    for child in element:
        # Blocks stand on lines of their own: their texts must not run together.
        block = child.tag in BLOCKS
        if block:
            yield " "
        yield from _spoken(child)
        if block:
            yield " "
        if child.tail:
            yield child.tail


BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "button", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label",
    "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "select", "summary", "svg", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
