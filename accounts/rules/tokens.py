"""Tokens of the API: their text, their digest and what they may do."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum

PREFIX = "fxl_"
SHOWN = 12
"""So much of a token is kept in plain, so that its owner knows it again."""
_TEXT = re.compile(r"fxl_[A-Za-z0-9_-]{43}")


class TokenScope(StrEnum):
    """What a token opens. Reading needs no token; one gives a larger share of requests."""

    READ = "read"
    REPORT = "report"
    POST = "post"


SCOPE_WORDS = {
    TokenScope.READ: "read, with a larger share of requests",
    TokenScope.REPORT: "report outcomes and sightings in your name",
    TokenScope.POST: "describe problems and propose fixes in your name",
}


def looks_like_a_token(text: str) -> bool:
    """Whether a text has the form of a token; what has not is never looked up."""
    return _TEXT.fullmatch(text) is not None


def digest_of(text: str) -> str:
    """What is stored of a token: SHA-256, in hexadecimal. It holds 256 random bits, so a slow hash adds nothing."""
    return hashlib.sha256(text.encode()).hexdigest()
