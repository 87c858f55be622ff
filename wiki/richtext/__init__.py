"""What people write, as safe HTML: Markdown, then the sanitiser, under limits.

Rendering belongs to writing: an action stores the HTML beside the text, and pages show what is stored.
Nothing may change the HTML after ``render``.
"""

import html
import logging
import re

from wiki.richtext import limits
from wiki.richtext.from_html import from_html
from wiki.richtext.markup import to_html
from wiki.richtext.pool import render_apart
from wiki.richtext.sanitise import without_tags

__all__ = ["from_html", "limits", "plain", "render", "steps_of", "words"]

_log = logging.getLogger(__name__)
_LIST_MARK = re.compile("(</?[ou]l[^>]*>|<li>)")
_PARAGRAPH = re.compile("<p>(.*?)</p>", re.DOTALL)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def render(text: str) -> str:
    """Return the safe HTML of a text in Markdown; never raises on any string.

    At most ``limits.MAX_OUTPUT_BYTES``. A text that cannot be rendered under the limits comes
    back as it was typed, escaped.
    """
    text = _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if limits.is_hopeless(text):
        rendered = None
    elif limits.is_cheap(text):
        rendered = _render_here(text)
    else:
        rendered = render_apart(text)
    if rendered is None:
        _log.warning("A text of %d characters is shown without its markup: it exceeds the limits.", len(text))
        return _escaped(text)
    return rendered


def plain(text: str) -> str:
    """Return a text's words without markup on one line, for search and snippets.

    It is not HTML: escape it on output.
    """
    return words(render(text))


def words(rendered: str) -> str:
    """Return what ``plain`` returns, from the HTML that ``render`` made; a page that has it stored asks here.

    Cheap whatever the text was: a reader never pays for parsing. It is not HTML: escape it on output.
    """
    return " ".join(html.unescape(without_tags(rendered)).replace("↩", " ").split())


def steps_of(rendered: str) -> list[str]:
    """Return the words of each step of instructions that ``render`` made: of each item of its numbered lists.

    Of each paragraph where nothing is numbered; what stands around the lists is left out. It is not HTML.
    """
    items: list[str] = []
    lists: list[str] = []
    for part in _LIST_MARK.split(rendered):
        if part.startswith(("<ol", "<ul")):
            lists.append(part[1:3])
        elif part in ("</ol>", "</ul>"):
            lists.pop()
        elif part == "<li>" and lists == ["ol"]:
            items.append("")
        elif items and lists[:1] == ["ol"]:
            items[-1] += " " if part == "<li>" else part
    return [step for step in map(words, items or _PARAGRAPH.findall(rendered) or [rendered]) if step]


def _render_here(text: str) -> str | None:
    try:
        rendered = to_html(text)
    except Exception:  # as in the worker: no text may fail a page
        return None
    return rendered if len(rendered.encode()) <= limits.MAX_OUTPUT_BYTES else None


def _escaped(text: str) -> str:
    """Return the text as typed, in paragraphs and lines, as far as the output limit allows."""
    longest_escape = len("&quot;")  # bytes; a character is at most four, a break at most "<br>"
    shown = text.strip("\n")[: limits.MAX_OUTPUT_BYTES // longest_escape - len("<p></p>")]
    paragraphs = re.split(r"\n{2,}", html.escape(shown))
    return "".join(f"<p>{paragraph}</p>".replace("\n", "<br>") for paragraph in paragraphs)
