"""Markdown as Fixlore reads it, without any limit on what it may cost; callers want ``wiki.richtext.render``.

HTML typed by a person is text, not markup: "pin 3 < 2 V" and a pasted ``<module>`` survive as they were
typed, and what the sanitiser must stop is only what Markdown itself makes.
"""

import re
from hashlib import blake2b
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from wiki.richtext.sanitise import is_own_image, sanitise

_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}
_ITEM = re.compile(r"([ \t]*)((?:[-*+]|(\d{1,9})\.)[ \t]+\S.*)")
_BARE_URL = r"""\bhttps?://[^\s<>()\[\]"'`]*[^\s<>()\[\]"'`.,;:!?*_]"""


class _ListsAsTyped(Preprocessor):
    """Let a list begin right after a line of text and nest by two or three spaces, as people type them.

    Markdown alone wants a blank line before it and four spaces.
    """

    def run(self, lines: list[str]) -> list[str]:
        read: list[str] = []
        indents: list[int] = []  # of the items that the line stands in
        for line in lines:
            item = _ITEM.match(line)
            indent = len(item[1].expandtabs(4)) if item else 0
            if item and (indents or indent < 4):
                if not indents and read and read[-1].strip() and item[3] in (None, "1"):
                    read.append("")
                while indents and indent < indents[-1] + 2:
                    indents.pop()
                line = " " * 4 * len(indents) + item[2]
                indents.append(indent)
            elif line.strip() and not line[0].isspace():
                indents.clear()
            read.append(line)
        return read


class _BareUrl(InlineProcessor):
    """Make a link of an address that stands in the text by itself."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # noqa: N802
        link = Element("a", href=m.group(0))
        link.text = m.group(0)
        return link, m.start(0), m.end(0)


class _OurHeadingsAndImages(Treeprocessor):
    """Keep headings below the page's own and turn an image from elsewhere into a link to it."""

    def run(self, root: Element) -> None:
        linked = {image for link in root.iter("a") for image in link.iter("img")}
        for element in root.iter():
            element.tag = _HEADINGS.get(element.tag, element.tag)
            source = element.get("src", "")
            if element.tag != "img" or is_own_image(source):
                continue
            element.text = element.get("alt") or source
            element.attrib.clear()
            if element in linked:
                element.tag = "span"
            else:
                element.tag = "a"
                element.set("href", source)


class _Fixlore(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # After fenced code (25), so that code is never touched.
        md.preprocessors.register(_ListsAsTyped(md), "lists_as_typed", 15)
        md.inlinePatterns.register(_BareUrl(_BARE_URL, md), "bare_url", 85)
        md.treeprocessors.register(_OurHeadingsAndImages(md), "our_headings_and_images", 5)


def to_html(text: str) -> str:
    """Return a text's safe HTML; may take long, and raises what the parser raises on a text made to hurt it.

    The text has no lone surrogates (``wiki.richtext`` sees to it). Ids carry a prefix made from the text, so
    that the footnotes of two texts on one page do not meet.
    """
    markdown = Markdown(
        extensions=[
            FencedCodeExtension(),
            FootnoteExtension(),
            Nl2BrExtension(),
            SaneListExtension(),
            TableExtension(use_align_attribute=True),
            _Fixlore(),
        ],
        output_format="html",
        lazy_ol=False,
    )
    id_prefix = f"t{blake2b(text.encode(), digest_size=5).hexdigest()}-"
    return sanitise(markdown.convert(text), id_prefix=id_prefix)
