"""How possession is shown: the one-time code, and what a moderator compares."""

from __future__ import annotations

from dataclasses import dataclass, field

ALPHABET = "ACDEFHJKLMNPRTUVWXY34679"
"""Letters and digits that nobody confuses in handwriting."""

LENGTH = 6
PLATE_END = 4
"""Characters at the end of a serial number that a moderator types off the picture."""


@dataclass(frozen=True, slots=True)
class ProofRules:
    """How proof is shown, as the community has set it."""

    code_days: int = field(
        default=1, metadata={"unit": "days", "help": "How long a code holds after the day it was given on.", "least": 0}
    )
    most_waiting: int = field(
        default=10, metadata={"unit": "proofs", "help": "Most proofs of one member that wait for a moderator."}
    )


def code_of(digest: bytes) -> str:
    """The one-time code, as `KT7-4MX`, that a keyed digest makes; at least eight bytes."""
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    text = "".join(letters)
    return f"{text[: LENGTH // 2]}-{text[LENGTH // 2 :]}"


def ends_alike(serial: str, typed: str) -> bool:
    """Whether the last characters typed off a plate are those of the serial number, in any spelling."""
    end = _plain(serial)[-PLATE_END:]
    return bool(end) and _plain(typed)[-PLATE_END:] == end


def _plain(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
