"""What to ask the seller of a used product, from what its owners reported."""

from __future__ import annotations

from collections.abc import Sequence

MOST_ASKED = 4
"""Parts and issues that are asked about by name; more make a list that nobody takes along."""


def questions(*, recalls: int, parts: Sequence[str], emerging: Sequence[str], has_codes: bool) -> tuple[str, ...]:
    """Questions in the order in which they are worth asking.

    `parts` are the names of what is reported most, `emerging` of what is reported more than expected at present.
    """
    asked = []
    if recalls:
        were = "Was the recall" if recalls == 1 else f"Were all {recalls} recalls"
        asked.append(f"{were} done on this one? Ask for the workshop’s paper.")
    for part in list(dict.fromkeys(parts))[:MOST_ASKED]:
        asked.append(f"{part}: has anything been repaired or replaced? When, by whom, and is there a receipt?")
    for part in list(dict.fromkeys(emerging))[:MOST_ASKED]:
        asked.append(f"{part}: owners report more than usual at present. Has this one shown anything?")
    if has_codes:
        asked.append("Which fault codes are stored now? Read them before you pay: they say little just after clearing.")
    asked.append("What was replaced on suspicion, without curing what it was replaced for?")
    return tuple(asked)
