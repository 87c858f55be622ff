"""The form of "I am trying this"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from accounts.forms import HumanCheckMixin
from accounts.models import OwnedProduct
from products.models import Product
from products.pickers import PickerMixin

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class TrialForm(HumanCheckMixin, PickerMixin, forms.Form):
    """On which product; members choose whether to be asked by mail, others give an address for it."""

    def __init__(
        self,
        *args: Any,
        product: Product | None,
        person: User | AnonymousUser,
        owned: OwnedProduct | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, poster=person, **kwargs)
        garage = OwnedProduct.objects.none()
        if person.is_authenticated:
            garage = OwnedProduct.objects.filter(member=person, retired_at__isnull=True).select_related("product")
        if product is not None:
            garage = garage.filter(product__tree_id=product.tree_id)
        if garage:
            self.fields["owned_product"] = forms.ModelChoiceField(
                garage, label="Which of yours?", required=False, empty_label="none of these", initial=owned
            )
        self.add_product_picker(
            label="Or on another product" if garage else "On which product?",
            required=not garage,
            initial=None if owned is not None else product,
        )
        if person.is_authenticated:
            self.fields["wants_mail"] = forms.BooleanField(
                label="Ask me by mail how it went, twice at most", required=False, initial=True
            )
        else:
            self.fields["mail"] = forms.EmailField(
                label="Your mail address",
                max_length=254,
                help_text="We keep it encrypted until the last question is sent, then it is deleted.",
            )

    def clean(self) -> Any:
        """Ask for a product, of the garage or any other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "product" not in self.errors and not (cleaned.get("product") or cleaned.get("owned_product")):
            self.add_error("product", "On which product is it?")
        return cleaned
