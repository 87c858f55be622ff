"""Words that no document holds, read as the word of the index that they are spelled most like."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Letters: shorter words are one slip away from too many others."""
ONE_SLIP = 7
"""Letters below which one slip is forgiven; from here on two."""
SHORTEST_BEGINNING = 3
"""Letters from which a word may be the beginning of another."""
SPELLED_WEIGHT = 0.8
"""What a word read so counts beside one that was typed as it stands."""


class Lexicon:
    """The stems of an index with the number of documents of each, grouped by length."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self.frequencies = frequencies
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for stem in frequencies:
            if stem.isalpha():
                self._by_length[len(stem)].append(stem)
        self._sorted = sorted(stem for stems in self._by_length.values() for stem in stems)

    def nearest(self, stem: str) -> str | None:
        """The known stem fewest slips away (a letter more, less, other, or two swapped), the commonest of equals."""
        if stem in self.frequencies or len(stem) < SHORTEST or not stem.isalpha():
            return None
        slips = 1 if len(stem) < ONE_SLIP else 2
        near = [
            (distance, -self.frequencies[known], known)
            for length in range(len(stem) - slips, len(stem) + slips + 1)
            for known, distance, _ in process.extract(
                stem, self._by_length[length], scorer=OSA.distance, score_cutoff=slips, limit=20
            )
        ]
        return min(near)[2] if near else None

    def completed(self, beginning: str) -> str | None:
        """The commonest known stem that begins so, for a word that nobody wrote and that may not be typed out yet."""
        if len(beginning) < SHORTEST_BEGINNING or beginning in self.frequencies:
            return None
        low = bisect_left(self._sorted, beginning)
        having = self._sorted[low : bisect_left(self._sorted, beginning + "\U0010ffff", lo=low)]
        return max(having, key=lambda stem: (self.frequencies[stem], -len(stem)), default=None)

    def corrections(self, stems: Iterable[str]) -> dict[str, str]:
        """Each of the stems that no document holds, with what it is read as; those like nothing are left out."""
        found = {stem: self.nearest(stem) for stem in dict.fromkeys(stems)}
        return {stem: known for stem, known in found.items() if known is not None}
