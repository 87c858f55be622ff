"""What the classifier sees of a text: its words, and the beginnings of the longer ones."""

from __future__ import annotations

import re

LONGEST = 20_000
"""Characters of a text that are read."""

_WORD = re.compile(r"[a-z0-9]+")
_SAY_NOTHING = frozenset(
    {
        "the", "a", "an", "and", "of", "to", "in", "it", "is", "was", "i", "my", "that", "this", "with", "for", "on",
        "at", "as", "be", "have", "has", "had", "were", "are",
    }
)  # fmt: skip
_BEGINNING = 5


def features(text: str) -> list[str]:
    """The words of a text without those that say nothing, plurals cut; `~` marks the beginning of a longer word.

    Beginnings make `steer`, `steering` and `steered` meet; "transmision" still begins as it should.
    """
    words = [word for word in _WORD.findall(text[:LONGEST].lower()) if word not in _SAY_NOTHING]
    return [
        *(word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word for word in words),
        *(f"~{word[:_BEGINNING]}" for word in words if len(word) > _BEGINNING),
    ]
