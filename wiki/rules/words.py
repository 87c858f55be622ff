"""How figures are worded: money, chances, times. The pages and the sentences of a plan use the same words."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

NOTHING = "–"
MINUS = "−"
CURRENCY_SIGNS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "CAD": "CA$",
    "AUD": "A$",
    "JPY": "¥",
    "CHF": "CHF ",
    "SEK": "SEK ",
}


def whole(value: Any) -> int:
    """Round to a whole number, halves away from zero."""
    return int(Decimal(str(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def money(amount: Any, currency: str = "USD") -> str:
    """Word an amount in whole units: `$1,632`; a dash without one."""
    if amount is None or amount == "":
        return NOTHING
    rounded = whole(amount)
    sign = CURRENCY_SIGNS.get(currency or "USD", f"{currency} ")
    return f"{MINUS if rounded < 0 else ''}{sign}{abs(rounded):,}"


def about(amount: Any) -> int | None:
    """Round an amount to its first three figures, for sentences that say "about": 1,632 becomes 1,630."""
    if amount is None or amount == "":
        return None
    rounded = whole(amount)
    step = 10 ** max(0, len(str(abs(rounded))) - 3)
    return whole(Decimal(rounded) / step) * step


def tenths(chance: Any) -> int:
    """Round a chance between 0 and 1 to tenths: .723 becomes 7."""
    return whole(Decimal(str(chance)) * 10)


def in_ten(chance: Any) -> str:
    """Word a chance between 0 and 1: `7 in 10`; a dash without one."""
    return NOTHING if chance is None or chance == "" else f"{tenths(chance)} in 10"


def duration(hours: Any) -> str:
    """Word a time given in hours: `30 min`, `5 h`, `1.5 h`; a dash without one."""
    if hours is None or hours == "":
        return NOTHING
    value = Decimal(str(hours))
    minutes = whole(value * 60)
    if minutes < 60:
        return f"{minutes} min"
    tenth = (value * 10).quantize(Decimal(1), rounding=ROUND_HALF_UP) / 10
    return f"{tenth.normalize():f} h"
