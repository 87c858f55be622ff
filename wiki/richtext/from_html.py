"""Published HTML back into the Markdown that we store: text and its plain structure, nothing that could act."""

import re
from html.parser import HTMLParser

_SPECIAL = re.compile(r"([\\`*\[\]])|((?<!\w)_|_(?!\w))")
_LINE_START = re.compile(r"^(\s*)([#>+-])(?=\s|#)|^(\s*\d{1,9})([.])(?=\s)", re.MULTILINE)
_BLOCKS = frozenset({"p", "div", "section", "article", "table", "tr", "figure", "details"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DROPPED = frozenset({"script", "style", "iframe", "object", "template"})
_MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**"}
_DEEPEST = 20


class _Reader(HTMLParser):
    """Collects blocks; quotes and lists are prefixes of the lines inside them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._text: list[str] = []
        self._prefixes: list[tuple[str, str]] = []  # of the first line and of those after it
        self._lists: list[int | None] = []
        self._links: list[str] = []
        self._code = self._dropped = 0
        self._pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _DROPPED:
            self._dropped += 1
        elif tag == "br":
            self._text.append("\n")
        elif tag == "hr":
            self._close()
            self.blocks.append("---")
        elif tag == "pre":
            self._close()
            self._pre = True
        elif tag == "code" and not self._pre:
            self._code += 1
            self._text.append("`")
        elif tag in _MARKS and not self._pre:
            self._text.append(_MARKS[tag])
        elif tag == "a":
            self._links.append(_address(given.get("href")))
            self._text.append("[" if self._links[-1] else "")
        elif tag == "img":
            source = _address(given.get("src"))
            if source:
                self._text.append(f"[{_escaped(given.get('alt') or 'picture')}]({source})")
        elif tag in _HEADINGS:
            self._close()
            self._text.append("#" * int(tag[1]) + " ")
        elif tag == "blockquote":
            self._close()
            self._push("> ", "> ")
        elif tag in ("ul", "ol"):
            self._close()
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._close()
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self._lists[-1] = number + 1
            self._push("- " if number is None else f"{number}. ", "    ")
        elif tag in _BLOCKS:
            self._close()

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif tag == "pre":
            code = "".join(self._text).strip("\n")
            fence = "```"
            while fence in code:
                fence += "`"
            self._text = [f"{fence}\n{code}\n{fence}"] if code else []
            self._close(strip=False)
            self._pre = False
        elif tag == "code" and self._code:
            self._code -= 1
            self._text.append("`")
        elif tag in _MARKS and not self._pre:
            self._text.append(_MARKS[tag])
        elif tag == "a" and self._links:
            source = self._links.pop()
            self._text.append(f"]({source})" if source else "")
        elif tag in ("ul", "ol"):
            self._close()
            del self._lists[-1:]
        elif tag in ("li", "blockquote"):
            self._close()
            del self._prefixes[-1:]
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._close()

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        if self._pre or self._code:
            self._text.append(data)
        elif data.strip() or self._text:
            self._text.append(_escaped(re.sub(r"\s+", " ", data)))

    def finish(self) -> str:
        """The Markdown of all that was read."""
        self.close()
        self._close()
        return "\n\n".join(self.blocks)

    def _push(self, first: str, later: str) -> None:
        if len(self._prefixes) < _DEEPEST:
            self._prefixes.append((first, later))

    def _close(self, *, strip: bool = True) -> None:
        text = "".join(self._text)
        self._text = []
        text = text.strip() if strip else text
        if not text:
            return
        first = "".join(begin for begin, _ in self._prefixes)
        later = "".join(rest for _, rest in self._prefixes)
        lines = text.split("\n")
        self.blocks.append("\n".join([first + lines[0], *[(later + line).rstrip() for line in lines[1:]]]))
        self._prefixes = [(rest, rest) for _, rest in self._prefixes]


def from_html(html: str) -> str:
    """Return the Markdown of some HTML, for `render`; tags that Markdown has no sign for leave their text."""
    reader = _Reader()
    reader.feed(html)
    return reader.finish()


def _address(url: str | None) -> str:
    """A web address that can stand in a link, or nothing."""
    url = (url or "").strip()
    if url.startswith("//"):
        url = f"https:{url}"
    if not re.match(r"https?://[^\s<>]+$", url, re.IGNORECASE):
        return ""
    return url.replace("(", "%28").replace(")", "%29")


def _escaped(text: str) -> str:
    """Text that Markdown would otherwise take for signs."""
    return _LINE_START.sub(
        lambda found: f"{found[1] or ''}\\{found[2]}" if found[2] else f"{found[3]}\\.",
        _SPECIAL.sub(lambda found: f"\\{found[0]}", text),
    )
