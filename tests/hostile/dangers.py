"""What must never be in HTML made from what people write, found with a parser and a list of its own."""

import re
from json import loads
from pathlib import Path

import lxml.html
from lxml.etree import _Comment, _ProcessingInstruction

TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code"),
    *("em", "strong", "a", "img", "sup", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"href", "src", "alt", "title", "rel", "id", "start", "align", "loading", "class"}
_SAFE_HREF = re.compile(r"(https?://[^/@\\\s]|mailto:|/(?![/\\])|#t[0-9a-f]{10}-)", re.IGNORECASE)


def dangers(html: str) -> list[str]:
    """Name everything in some HTML that is not plainly harmless: elements, attributes and addresses."""
    found = []
    for element in lxml.html.document_fromstring(f"<main>{html}</main>").find(".//main").iterdescendants():
        if isinstance(element, (_Comment, _ProcessingInstruction)):
            found.append(f"comment {element.text}")
            continue
        if element.tag not in TAGS:
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            if (
                name not in ATTRIBUTES
                or (name == "href" and not _SAFE_HREF.match(value))
                or (name == "src" and not re.fullmatch(r"/media/[\w/-]+(\.\w+)*", value))
                or (name == "id" and not re.match(r"t[0-9a-f]{10}-", value))
                or (name == "class" and value not in ("", "footnote"))
            ):
                found.append(f'{name}="{value}"')
        if element.tag == "a" and element.get("rel") != "nofollow ugc noopener noreferrer":
            found.append("a link without rel")
    return found


def payloads(shared_data: Path, name: str) -> list[str]:
    """Read the payloads of one of the hostile lists."""
    with (shared_data / "hostile" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [loads(line)["payload"] for line in lines]
