"""Decisions about names that no product has."""

from __future__ import annotations

from typing import Any

from django import forms

from products.pickers import PickerMixin


class NamesForm(PickerMixin, forms.Form):
    """Which product some names are other names of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_product_picker(
            label="They are other names of",
            required=True,
            help_text="Of the same level, and standing at the same place.",
        )
