"""Between which counts nine weeks in ten lie, when so many were to be expected.

The same negative binomial as the detector's: reports come in clumps, so a week varies more than by chance alone.
"""

from __future__ import annotations

import math

TAIL = 0.05
NORMAL_TAIL = 1.6448536269514722
MANY = 100.0
"""Above this mean the normal curve is as good, and quicker."""


def count_interval(expected: float) -> tuple[float, float]:
    """The 5 % and the 95 % quantile of a negative binomial count with this mean and size 3·√max(mean, .3)."""
    if expected <= 0:
        return 0.0, 0.0
    size = 3 * math.sqrt(max(expected, 0.3))
    if expected > MANY:
        spread = NORMAL_TAIL * math.sqrt(expected + expected**2 / size)
        return max(0.0, expected - spread), expected + spread
    chance = (size / (size + expected)) ** size
    total, count = chance, 0
    low: int | None = 0 if total >= TAIL else None
    while total < 1 - TAIL:
        chance *= (size + count) / (count + 1) * expected / (size + expected)
        count += 1
        total += chance
        if low is None and total >= TAIL:
            low = count
    return float(low or 0), float(count)
