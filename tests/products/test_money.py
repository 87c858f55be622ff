"""Amounts of money."""

from decimal import Decimal

import pytest

from products.errors import UnknownCurrency
from products.rules.money import Money

RATES = {"USD": Decimal(1), "EUR": Decimal("1.08"), "JPY": Decimal("0.0065")}


def test_an_amount_converts_by_the_table_and_rounds_to_the_cent() -> None:
    assert Money(Decimal(100), "EUR").in_currency("USD", RATES) == Money(Decimal("108.00"))
    assert Money(Decimal(1), "USD").in_currency("EUR", RATES) == Money(Decimal("0.93"), "EUR")
    assert Money(Decimal(1), "USD").in_currency("JPY", RATES) == Money(Decimal(154), "JPY")


def test_a_currency_outside_the_table_is_refused() -> None:
    with pytest.raises(UnknownCurrency, match="no rate for CHF"):
        Money(Decimal(1), "CHF").in_currency("USD", RATES)
    with pytest.raises(UnknownCurrency):
        Money(Decimal(1), "dollars")


def test_only_amounts_of_one_currency_add_and_compare() -> None:
    assert Money(Decimal(60)) + Money(Decimal("0.5")) == Money(Decimal("60.5"))
    assert Money(Decimal(60)) < Money(Decimal(1500))
    with pytest.raises(UnknownCurrency):
        _ = Money(Decimal(1)) + Money(Decimal(1), "EUR")


def test_a_float_is_no_amount_of_money() -> None:
    with pytest.raises(TypeError):
        Money(0.1)  # type: ignore[arg-type]
