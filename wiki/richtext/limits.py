"""What a text may cost, and how its cost is judged before anything parses it.

Measured with Python-Markdown 3.11 on one core. What costs most is an unclosed ``[``: several patterns
scan from each to the end of its block, about 0.15 µs for every bracket times every character of the
block, so 2,000 brackets in a row cost 0.6 s and 4,000 cost 2.2 s. Of 25,000 other hostile mixtures that
``is_cheap`` accepts none cost more than 0.2 s (both cores busy); an ordinary text of that length costs about 5 ms.
"""

import re

MAX_CHARS = 50_000
"""Characters; a longer text is shown as it was typed. Forms refuse it earlier with a sentence."""

MAX_OUTPUT_BYTES = 1_000_000
CPU_SECONDS = 1.0
WALL_SECONDS = 5.0
"""How long a request waits for a worker that the machine does not let run, or for a free worker."""

MEMORY_BYTES = 256 * 1024 * 1024
WORKERS = 2

CHEAP_CHARS = 4_000
CHEAP_SCANS = 100_000
"""Brackets times characters, summed over blocks: 15 ms if none is closed."""

CHEAP_CELLS = 5_000
"""Columns times rows, whether or not they are typed: 25 ms. 2,200 characters can make 100,000 cells."""

CHEAP_BACKTICKS = 200
"""In all: runs of them are tried against each other, and 4,000 cost up to 0.2 s."""

HOPELESS_SCANS = 10_000_000
"""The same of unclosed brackets, 1.5 s: beyond the limit by arithmetic, so no worker burns it."""

_DEEP = re.compile(r"^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}\.[ \t])){12}|^(?: {4}|\t){12}", re.MULTILINE)


def is_cheap(text: str) -> bool:
    """Tell whether the text can be rendered where the request runs, without a limit."""
    if len(text) > CHEAP_CHARS or text.count("`") > CHEAP_BACKTICKS or _DEEP.search(text):
        return False
    scans = cells = 0
    for block in _blocks(text):
        lines = block.split("\n")
        scans += block.count("[") * len(block)
        cells += max(line.count("|") for line in lines) * len(lines)
    return scans <= CHEAP_SCANS and cells <= CHEAP_CELLS


def is_hopeless(text: str) -> bool:
    """Tell whether the text cannot be rendered under the limits, so that trying is a waste."""
    scans = sum((block.count("[") - block.count("]")) * len(block) for block in _blocks(text))
    return len(text) > MAX_CHARS or scans > HOPELESS_SCANS


def _blocks(text: str) -> list[str]:
    """Split a text where a scan for a closing bracket certainly ends."""
    return text.split("\n\n")
