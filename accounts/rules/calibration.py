"""The calibration ledger's arithmetic: which rows are missing so that the ledger says what was found tonight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NO_LONGER = "It no longer counts: it was taken back or replaced, or too few verified outcomes by others are left."


@dataclass(frozen=True, slots=True)
class Due:
    """The points that a claim should have, and why, as a sentence."""

    points: int
    words: str


def corrections(standing: Mapping[str, int], due: Mapping[str, Due], *, tolerance: int) -> dict[str, Due]:
    """The rows to add, by claim: the difference to what stands, with the reason of today.

    `standing` are the sums of the claims that have rows. A claim that has a row is corrected once it is off by more
    than the tolerance, so that small numbers do not fill the ledger; one that counts no more goes back to 0.
    """
    rows: dict[str, Due] = {}
    for cause, found in due.items():
        was = standing.get(cause)
        change = found.points - (was or 0)
        if change and (was is None or abs(change) > tolerance):
            rows[cause] = Due(change, found.words)
    for cause, was in standing.items():
        if was and cause not in due:
            rows[cause] = Due(-was, NO_LONGER)
    return rows


def accuracy(good: int, bad: int) -> float:
    """The share of a person's calls that proved right, with two good and two bad ones to begin with."""
    return (good + 2) / (good + bad + 4)
