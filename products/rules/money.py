"""Amounts of money: a decimal amount in one currency, never a float."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from products.errors import UnknownCurrency

_CODE = re.compile(r"[A-Z]{3}")
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "CLP", "VND", "ISK", "HUF"})


def is_currency(code: str) -> bool:
    """Whether the text has the form of an ISO 4217 code: three capital letters."""
    return bool(_CODE.fullmatch(code))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217 code). Amounts of different currencies do not add."""

    amount: Decimal
    currency: str = "USD"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"An amount of money is a Decimal, not a {type(self.amount).__name__}.")
        if not is_currency(self.currency):
            raise UnknownCurrency(f"“{self.currency}” is no three-letter currency code.")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def times(self, factor: Decimal | int) -> "Money":
        """The amount multiplied by a plain number, unrounded."""
        return Money(self.amount * factor, self.currency)

    def rounded(self) -> "Money":
        """The amount to the cent (to the whole unit for a currency without one), halves away from zero."""
        unit = Decimal(1) if self.currency in _WITHOUT_CENTS else Decimal("0.01")
        return Money(self.amount.quantize(unit, rounding=ROUND_HALF_UP), self.currency)

    def in_currency(self, currency: str, rates: Mapping[str, Decimal]) -> "Money":
        """The amount in another currency, rounded.

        `rates` says how many units of one reference currency a unit of each currency is worth, as
        {"USD": Decimal(1), "EUR": Decimal("1.08")}. Raises UnknownCurrency when either is missing from it.
        """
        if currency == self.currency:
            return self.rounded()
        for code in (self.currency, currency):
            if code not in rates:
                raise UnknownCurrency(f"There is no rate for {code}.")
        return Money(self.amount * rates[self.currency] / rates[currency], currency).rounded()

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise UnknownCurrency(f"{self.currency} and {other.currency} do not add without a rate.")
        return other.amount
