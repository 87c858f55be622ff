"""What of a text may be given away: addresses of mail and vehicle identification numbers are taken out of it."""

from __future__ import annotations

import re

REMOVED = "[removed]"
THOUSAND = 1000
_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# Letters and digits of a VIN (ISO 3779 leaves out I, O and Q), at least four of its digits at the end.
_VIN = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-HJ-NPR-Za-hj-npr-z0-9]{13}[0-9]{4}(?![A-Za-z0-9])")


def without_numbers(text: str) -> str:
    """The text without mail addresses and VINs, which somebody may have typed about themselves or others."""
    return _VIN.sub(REMOVED, _MAIL.sub(REMOVED, text)) if text else text


def public_name(name: str) -> str | None:
    """A user name as a licence asks to name it; None where it is a mail address."""
    return None if "@" in name else name


def in_thousands(usage: int | None) -> int | None:
    """A reading of a meter, too coarse to know one product by."""
    return None if usage is None else usage // THOUSAND * THOUSAND
