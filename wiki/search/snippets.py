"""A few words around the match, the matched ones marked. Safe by construction: text goes in, every piece is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wiki.search.words import Word, words

WIDTH = 170
"""Characters of the text shown."""

LONGEST_READ = 8_000
"""Characters of a text that are searched for its best place."""


def snippet(texts: Iterable[str], stems: Collection[str], language: str = "") -> SafeString:
    """The place with most different matches in the first text that has any; else the first text's beginning."""
    first = ""
    for whole in texts:
        text = whole[:LONGEST_READ]
        found = list(words(text, language))
        matched = [word for word in found if word.stem and word.stem in stems]
        if matched:
            start, end = _window(text, matched)
            return _marked(text, start, end, found, stems)
        first = first or text
    end = _word_end(first, WIDTH)
    return _quoted(format_html("{}{}", first[:end], "…" if end < len(first) else "")) if first else SafeString("")


def marked(text: str, stems: Collection[str]) -> SafeString:
    """The whole text with the matched words marked."""
    return _pieces(text, 0, len(text), list(words(text)), stems)


def _window(text: str, matched: list[Word]) -> tuple[int, int]:
    best, most = 0, 0
    for place, word in enumerate(matched):
        inside = {other.stem for other in matched[place:] if other.end <= word.start + WIDTH}
        if len(inside) > most:
            best, most = word.start, len(inside)
    # A little of what stands before the match gives it sense; a sentence's beginning is better still.
    begin = 0 if best <= WIDTH // 4 else text.rfind(" ", 0, best - WIDTH // 6) + 1
    return begin, _word_end(text, begin + WIDTH)


def _word_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", 0, end)
    return space if space > end - 40 and space > 0 else end


def _marked(text: str, start: int, end: int, found: list[Word], stems: Collection[str]) -> SafeString:
    inner = _pieces(text, start, end, found, stems)
    return _quoted(format_html("{}{}{}", "…" if start else "", inner, "…" if end < len(text) else ""))


def _quoted(words: SafeString) -> SafeString:
    """In quotation marks, unless the words bring some of their own."""
    return words if "“" in words or "&quot;" in words else format_html("“{}”", words)


def _pieces(text: str, start: int, end: int, found: list[Word], stems: Collection[str]) -> SafeString:
    """The text between the places, with runs of matched words in one mark each."""
    runs: list[tuple[int, int]] = []
    for word in found:
        if word.start < start or word.end > end or not word.stem or word.stem not in stems:
            continue
        if runs and text[runs[-1][1] : word.start].strip() == "":
            runs[-1] = (runs[-1][0], word.end)
        elif not runs or word.start >= runs[-1][1]:
            runs.append((word.start, word.end))
    pieces: list[str] = []
    place = start
    for left, right in runs:
        pieces += [text[place:left], format_html("<mark>{}</mark>", text[left:right])]
        place = right
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[place:end]]))
