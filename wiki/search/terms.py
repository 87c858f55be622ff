"""What a text is found by beside its words: what it denies ("doesn't lock"), and measures whatever their unit.

A term holds an underscore, so that no word of a text can be one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from wiki.search.words import Word, words

NEGATIONS = frozenset(
    """
    not no never without cannot cant wont dont doesnt didnt isnt arent wasnt werent couldnt wouldnt hasnt havent
    hadnt nor kein keine keinen keiner keines keinem ohne nie
    """.split()  # noqa: SIM905 (a list of words reads better than a list of strings)
)
"""Folded words that deny what follows."""
FAILING = frozenset(["fail", "fails", "failed", "failing", "refuse", "refuses", "refused", "refusing", "unable"])
"""These deny what follows where "to" comes between: "fails to start", but not "a failed switch"."""
AFTER = frozenset(["nicht"])
"""German denies what came before as well: "startet nicht"."""
REACH = 3
"""Words that may stand between a negation and what it denies: "does not always lock"."""
_UNBOUND = frozenset(["no", "on", "off"])
_STOPS = re.compile(r"[.;:!?,\n]")

_NUMBER = r"(?<![A-Za-z0-9.,])(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,7}(?:[.,]\d{1,3})?)"
# What follows is written in its own case: "A" is a current and "a" is a word.
_UNITS: tuple[tuple[str, str, float, float], ...] = (
    (r"km/h|kmh|kph", "kmh", 1.0, 0.0),
    (r"mph|mi/h|miles per hour", "kmh", 1.609344, 0.0),
    (r"k ?mi(?:les)?|k ?Miles", "km", 1609.344, 0.0),
    (r"miles?|mi|Miles", "km", 1.609344, 0.0),
    (r"k ?km", "km", 1000.0, 0.0),
    (r"km|kilomet(?:er|re)s?", "km", 1.0, 0.0),
    (r"mm|millimet(?:er|re)s?", "mm", 1.0, 0.0),
    (r"cm|centimet(?:er|re)s?", "mm", 10.0, 0.0),
    (r"inch(?:es)?|″|\"", "mm", 25.4, 0.0),
    (r"[vV]|[vV]olts?", "volt", 1.0, 0.0),
    (r"mV|[mM]illivolts?", "volt", 0.001, 0.0),
    (r"A|[aA]mps?|[aA]mperes?", "amp", 1.0, 0.0),
    (r"mA|[mM]illiamps?", "amp", 0.001, 0.0),
    (r"Ah", "amphour", 1.0, 0.0),
    (r"kW", "watt", 1000.0, 0.0),
    (r"W|[wW]atts?", "watt", 1.0, 0.0),
    (r"hp|HP|bhp|horsepower", "watt", 745.7, 0.0),
    (r"Ω|[oO]hms?", "ohm", 1.0, 0.0),
    (r"kΩ|k[oO]hms?", "ohm", 1000.0, 0.0),
    (r"bar", "bar", 1.0, 0.0),
    (r"psi|PSI", "bar", 0.0689476, 0.0),
    (r"kPa", "bar", 0.01, 0.0),
    (r"° ?C|deg(?:rees)? ?C|[cC]elsius|C", "celsius", 1.0, 0.0),
    (r"° ?F|deg(?:rees)? ?F|[fF]ahrenheit|F", "celsius", 5 / 9, -32.0),
    (r"Nm", "newtonmeter", 1.0, 0.0),
    (r"(?:ft|lb)[ -]?(?:lbs?|ft)", "newtonmeter", 1.355818, 0.0),
    (r"rpm|RPM", "rpm", 1.0, 0.0),
)
"""Pattern, unit, and what turns a number into it: (number + offset) × factor."""
_EITHER = "|".join(f"(?P<u{place}>{unit[0]})" for place, unit in enumerate(_UNITS))
_MEASURE = re.compile(rf"{_NUMBER}[ \u00a0-]?(?:{_EITHER})(?![A-Za-z0-9])")


def terms(text: str, language: str = "") -> list[str]:
    """What a text is indexed by: its stems in order, then what it denies, then its measures."""
    found = list(words(text, language))
    return [*(word.stem for word in found if word.stem), *denied(found, text), *measures(text)]


def denied(found: Iterable[Word], text: str) -> Iterator[str]:
    """A term for each word that a text denies: `not_lock` for "doesn't lock" and "won't always lock"."""
    reach, before, last = 0, "", 0
    listed = list(found)
    for place, word in enumerate(listed):
        if _STOPS.search(text, last, word.start):
            reach, before = 0, ""
        last = word.end
        following = listed[place + 1].plain if place + 1 < len(listed) else ""
        if word.plain in AFTER and before:
            yield negation_of(before)
        if word.plain in NEGATIONS or word.plain in AFTER or (word.plain in FAILING and following == "to"):
            reach = REACH
        elif word.stem and word.stem not in _UNBOUND:
            if reach:
                yield negation_of(word.stem)
            reach, before = 0, word.stem
        elif reach:
            reach -= 1


def negation_of(stem: str) -> str:
    """The term under which a denied word is found."""
    return f"not_{stem}"


def measures(text: str) -> Iterator[str]:
    """A term for each number with a unit, in the unit of its kind and to two figures: 37 mph and 60 km/h are one."""
    for match in _MEASURE.finditer(text):
        place = int(str(match.lastgroup)[1:])
        _, unit, factor, offset = _UNITS[place]
        yield f"{_two_figures((_number(match[1]) + offset) * factor)}_{unit}"


def _number(text: str) -> float:
    whole, point, part = text.replace(",", "." if re.fullmatch(r"-?\d{1,3},\d{1,2}", text) else "").partition(".")
    return float(f"{whole}{point}{part}")


def _two_figures(number: float) -> str:
    if number == 0:
        return "0"
    places = 1 - math.floor(math.log10(abs(number)))
    rounded = round(number, places)
    return f"{rounded:g}" if places > 0 else str(int(rounded))
