"""Where the parts of small charts stand, and which words of a report are its telling ones. No rule and no query.

Load with `{% load charts %}`. Geometry is returned as attribute values, as in `presentation`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()

LEAST_RATIO = 0.5
MOST_RATIO = 32.0


@register.filter
def on_ratio_axis(ratio: Any) -> str:
    """Turn a ratio into a place on an axis of equal factors from one half to 32: 1 is `16.7%`."""
    held = min(max(float(ratio), LEAST_RATIO), MOST_RATIO)
    share = math.log(held / LEAST_RATIO) / math.log(MOST_RATIO / LEAST_RATIO)
    return f"{100 * share:.1f}%"


@dataclass(frozen=True)
class SparkBar:
    """One week of a small chart: units across, hundredths down."""

    x: float
    y: float
    height: float
    flagged: bool


@register.filter
def spark_bars(weeks: Sequence[tuple[int, bool]]) -> list[SparkBar]:
    """Lay out (count, flagged) pairs, oldest first, as bars one unit wide that stand on 100."""
    top = max([1, *(count for count, _ in weeks)])
    return [
        SparkBar(place + 0.1, round(100 - 100 * count / top, 1), round(100 * count / top, 1), flagged)
        for place, (count, flagged) in enumerate(weeks)
        if count
    ]


@register.filter
def pieces(text: str, terms: Iterable[Any]) -> list[tuple[bool, str]]:
    """Cut a text at its telling terms (words, or pairs of a word and its weight): (is a term, piece) in order."""
    words = [str(term[0] if isinstance(term, (list, tuple)) else term) for term in terms]
    words = sorted((word for word in words if word.strip()), key=len, reverse=True)
    if not words:
        return [(False, text)]
    found = re.compile(rf"\b({'|'.join(re.escape(word) for word in words)})\b", re.IGNORECASE)
    return [(place % 2 == 1, piece) for place, piece in enumerate(found.split(text)) if piece]
