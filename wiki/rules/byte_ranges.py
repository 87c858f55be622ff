"""Which bytes of a file a request asks for (RFC 9110, 14): one range, as a download that goes on asks; else all."""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z", re.ASCII)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None where all is asked for, or what cannot be understood.

    Raises ValueError where no byte of the file lies in the range.
    """
    found = _ONE.match(header.strip())
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if first == "":
        begin, end = max(0, size - int(last)), size - 1
    else:
        begin, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < int(first):
            return None
    if begin > end:
        raise ValueError(f"no byte of {size} lies in {header}")
    return begin, end
