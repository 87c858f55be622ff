"""The form of the dealer's lookup."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import OwnedProduct
from products.fields import CountField
from products.models import Product
from products.pickers import PickerMixin
from products.queries.vin import Identified, identify
from products.rules.vin import NotAVin, vins_in


class LookupForm(PickerMixin, forms.Form):
    """What stands on the counter: a VIN, the scanner's text, the customer's words, the mileage."""

    vin = forms.CharField(
        label="VIN",
        required=False,
        max_length=40,
        help_text="Read and forgotten: it stands in no address and no log.",
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
    )
    text = forms.CharField(
        label="Fault codes or symptom",
        required=False,
        max_length=20_000,
        help_text="Paste the scanner's report as it is, with its VIN and all codes, or say what the customer says.",
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
    )
    usage = CountField(label="Mileage", required=False, min_value=0, max_value=2_000_000_000)
    usage_unit = forms.ChoiceField(label="Unit", choices=OwnedProduct.Unit.choices, initial=OwnedProduct.Unit.MILES)
    # "Is this it?" and "show this one" are buttons of the answer.
    is_it = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    problem = forms.IntegerField(required=False, min_value=1, max_value=2**53, widget=forms.HiddenInput)

    def __init__(self, *args: Any, this_year: int, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.this_year = this_year
        self.identified: Identified | None = None
        self.add_product_picker(label="Or the product", required=False, initial=product)
        self.order_fields(["vin", "text", "usage", "usage_unit", "product", "product_choice"])

    def clean_vin(self) -> str:
        """Read it, so that a slip is said beside the field."""
        typed: str = self.cleaned_data["vin"]
        if typed:
            try:
                self.identified = identify(typed, this_year=self.this_year)
            except NotAVin as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return typed

    def clean(self) -> Any:
        """Read the VIN of a scanner's report where none was typed; ask for something to look up."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        within = vins_in(cleaned.get("text") or "")
        if within and self.identified is None and "vin" not in self.errors:
            self.identified = identify(within[0], this_year=self.this_year)
        if not self.errors and not any(cleaned.get(name) for name in ("vin", "text", "product")):
            raise forms.ValidationError("Give a VIN, fault codes, words or a product: any of them is enough.")
        return cleaned
