"""Numbers as people type them."""

from decimal import Decimal

import pytest
from django import forms

from products.fields import AmountField, CountField


class Form(forms.Form):
    money = AmountField(min_value=0, max_digits=10, decimal_places=2, required=False)
    usage = CountField(min_value=0, required=False)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("70", "70"),
        ("0,5", "0.5"),
        ("0.5", "0.5"),
        ("1,500", "1500"),
        ("1,500.25", "1500.25"),
        ("$ 64", "64"),
        ("1 500", "1500"),
    ],
)
def test_an_amount_is_understood_as_it_is_written(typed, amount):
    form = Form({"money": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["money"] == Decimal(amount)


@pytest.mark.parametrize("typed", ["seventy", "1.500,25", "-5", "1e400", "NaN", "∞", "0,0001"])
def test_what_is_no_amount_is_refused_and_stays_in_the_field(typed):
    form = Form({"money": typed})
    assert "money" in form.errors
    assert f'value="{typed}"' in str(form["money"])
    assert 'type="text"' in str(form["money"])


def test_a_count_takes_thousands_and_no_halves():
    assert Form({"usage": "118,400"}).is_valid()
    assert not Form({"usage": "1.5"}).is_valid()
