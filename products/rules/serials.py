"""Serial numbers and VINs: plain characters, and whether one lies in a range."""

import re


def normal_serial(text: str) -> str:
    """A serial number without spaces, hyphens and dots, in upper case."""
    return re.sub(r"[\s.\-]", "", text).upper()


def in_range(serial: str, first: str, last: str) -> bool:
    """Whether a serial number lies between two others, both included; an empty end is open.

    Ranges are often printed as the last characters only (`4A123456` to `4A129999`): as many characters from the end of
    the serial number are compared as the end of the range has. A serial number shorter than that is not in the range.
    """
    serial = normal_serial(serial)
    for bound, above in ((normal_serial(first), True), (normal_serial(last), False)):
        if not bound:
            continue
        if len(serial) < len(bound):
            return False
        tail = serial[-len(bound) :]
        if (tail < bound) if above else (tail > bound):
            return False
    return bool(serial)
