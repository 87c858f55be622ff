"""Fault codes in any spelling: `p 0571`, `P0571-00`, `P0504-64 (2A)`, a scanner's pasted text, `E24`, `0xC000021A`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from products.errors import CodeNotUnderstood

# SAE J2012: a letter for the system, a digit 0-3, three hexadecimal digits; a failure-type byte after a dash or colon
# (ISO 15031-6 / J2012-DA), then a status byte in brackets as scanners print it.
_VEHICLE = re.compile(
    r"(?<![A-Z0-9])([PCBU])[ \t._-]{0,2}([0-3][0-9A-F]{3})"
    r"(?:[ \t]?[-:][ \t]?([0-9A-F]{2})(?![0-9A-Z]))?"
    r"(?:[ \t]?[(\[][ \t]?([0-9A-F]{2})[ \t]?[)\]])?"
    r"(?![A-Z0-9])"
)
# Windows stop codes.
_STOP = re.compile(r"(?<![A-Z0-9])0X([0-9A-F]{2,16})(?![A-Z0-9])")
# Household appliances: E24, F-21, OE3. At most two digits, or F150 and E350 would be codes.
_APPLIANCE = re.compile(
    r"(?<![A-Z0-9.])(E|F|H|EE|ER|ERR|IE|OE|LE|UE|DE|FE|PE|TE|HE|CE|AE|SE)[-:]?(\d{1,2})(?![A-Z0-9]|\.\d)"
)
# Any other short code, when the text calls it one: `error 4C`, `code: F138`.
_CALLED = re.compile(
    r"\b(?:ERROR|CODE|FAULT)[ \t]*(?:CODE|NUMBER|NO\.?)?[ \t:#=]{1,3}([A-Z]{0,3}-?\d{1,5}[A-Z]?)(?![A-Z0-9]|\.\d)"
)
_ON_MODULE = re.compile(r"[ \t]*(?:,[ \t]*)?(?:ON|IN|FROM|@)[ \t]+(?:THE[ \t]+)?([A-Z][A-Z0-9/-]{1,14})\b")
_MODULE_BEFORE = re.compile(r"(?:^|[\r\n;])[ \t]*([A-Z][A-Z0-9/ -]{1,20}?)[ \t]*(?:MODULE)?[ \t]*[:=]\s*$")
_LISTED = re.compile(r"[ \t]*(,|&|AND|\+)[ \t]*")
_NO_MODULE = frozenset(
    {"CODE", "CODES", "DTC", "DTCS", "FAULT", "FAULTS", "STORED", "PENDING", "COLD", "HOT", "STARTUP", "MY", "A", "IT"}
)


@dataclass(frozen=True, slots=True)
class ParsedCode:
    """A code in its parts: `P0504-64 (2A)` on the ABS module is P0504, 64, 2A, ABS; absent parts are empty."""

    base: str
    failure_type: str = ""
    status: str = ""
    module: str = ""

    def __str__(self) -> str:
        suffix = f"-{self.failure_type}" if self.failure_type else ""
        status = f" ({self.status})" if self.status else ""
        return f"{self.base}{suffix}{status}"


def _module_after(text: str, end: int) -> str:
    found = _ON_MODULE.match(text, end)
    return "" if found is None or found.group(1) in _NO_MODULE else found.group(1)


def _module_before(text: str, start: int) -> str:
    found = _MODULE_BEFORE.search(text[max(0, start - 40) : start])
    if found is None or found.group(1) in _NO_MODULE:
        return ""
    return found.group(1)


def _found(text: str) -> Iterator[tuple[int, int, ParsedCode]]:
    """Every code of the upper-case text with its place; a place is read once, the most telling form first."""
    taken: list[tuple[int, int]] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            yield match.start(), match.end(), read(match)


def _vehicle(match: re.Match[str]) -> ParsedCode:
    return ParsedCode(match.group(1) + match.group(2), match.group(3) or "", match.group(4) or "")


def _stop(match: re.Match[str]) -> ParsedCode:
    return ParsedCode(f"0X{match.group(1)}")


def _appliance(match: re.Match[str]) -> ParsedCode:
    return ParsedCode(match.group(1) + match.group(2))


def _called(match: re.Match[str]) -> ParsedCode:
    return ParsedCode(match.group(1).replace("-", ""))


_FORMS = ((_VEHICLE, _vehicle), (_STOP, _stop), (_APPLIANCE, _appliance), (_CALLED, _called))


def parse_codes(text: str) -> list[ParsedCode]:
    """Every fault code in pasted text, each once, in the order in which they stand.

    `P0571, P0504 on ABS` puts the module on the code before it, and on the codes of the same comma list.
    """
    upper = text.upper()
    found = sorted(_found(upper), key=lambda item: item[0])
    codes: list[ParsedCode] = []
    module = ""
    following: tuple[int, str] | None = None
    for start, end, code in reversed(found):
        module = _module_after(upper, end)
        if (
            not module
            and following is not None
            and re.fullmatch(r"[ \t]*(,|&|AND|\+)[ \t]*", upper[end : following[0]])
        ):
            module = following[1]
        following = (start, module)
        codes.append(ParsedCode(code.base, code.failure_type, code.status, module or _module_before(upper, start)))
    codes.reverse()
    return list(dict.fromkeys(codes))


def parse_code(text: str) -> ParsedCode:
    """The one code that the text is. Raises CodeNotUnderstood when it holds none or several."""
    codes = parse_codes(text)
    if len(codes) == 1:
        return codes[0]
    shown = text.strip()[:40]
    if not codes:
        raise CodeNotUnderstood(f"“{shown}” holds no fault code, such as P0571, U0121-00 or E24.")
    raise CodeNotUnderstood(f"“{shown}” holds more than one fault code.")


def base_codes(text: str) -> list[str]:
    """The base codes in the text, each once: on these searches meet."""
    return list(dict.fromkeys(code.base for code in parse_codes(text)))
