"""What a reader says of their own case. It travels in the address, so bad values are dropped, never refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from accounts.models import User
from accounts.queries.garage import default_product, serial_of
from products.fields import AmountField
from products.models import Product
from wiki.queries.reader import Reader
from wiki.rules.weighing import Circumstances

TRIED_AT_MOST = 50
READINGS_AT_MOST = 30


class CircumstancesForm(forms.Form):
    """The reader's own way, quote, warranty and product."""

    product = forms.CharField(required=False, max_length=255, label="Which one is yours?")
    way = forms.ChoiceField(
        required=False,
        label="Who does the work?",
        choices=[("myself", "I do it myself"), ("workshop", "A workshop"), ("dealer", "The dealer")],
    )
    quote = AmountField(required=False, min_value=0, max_value=10_000_000, decimal_places=2, label="My dealer quoted")
    quoted = forms.IntegerField(required=False, min_value=1)
    warranty = forms.BooleanField(required=False, label="It is under warranty")
    cannot = forms.BooleanField(required=False, label="I can't do it myself")

    def __init__(self, *args: Any, below: tuple[Product, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if below:
            choices = [("", "Not sure"), *((product.path, product.full_name) for product in below)]
            self.fields["product"] = forms.ChoiceField(required=False, choices=choices, label="Which one is yours?")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def reader_of(said: QueryDict, user: User | AnonymousUser) -> Reader:
    """The reader behind an address: what it says, else their default product. Two queries at most."""
    form = CircumstancesForm(said)
    form.is_valid()
    clean = getattr(form, "cleaned_data", {})
    owned = None
    product = Product.objects.filter(path=clean["product"]).first() if clean.get("product") else None
    if product is None and user.is_authenticated:
        owned = default_product(user)
        product = owned.product if owned is not None else None
    tried = (_whole(text) for text in said.getlist("tried")[:TRIED_AT_MOST])
    readings = (_whole(text) for text in said.getlist("reading")[:READINGS_AT_MOST])
    skipped = (_whole(text) for text in said.getlist("skip")[:READINGS_AT_MOST])
    quote = clean.get("quote")
    wage = user.hourly_wage if user.is_authenticated else None
    return Reader(
        circumstances=Circumstances(
            way=clean.get("way") or "myself",
            quote=None if quote is None else float(quote),
            quoted=clean.get("quoted"),
            warranty=bool(clean.get("warranty")) or bool(owned is not None and owned.under_warranty),
            cannot_do_it_myself=bool(clean.get("cannot")),
            tried=frozenset(key for key in tried if key is not None),
            wage=None if wage is None or clean.get("way") in ("workshop", "dealer") else float(wage),
        ),
        product=product,
        owned=owned,
        readings=tuple(dict.fromkeys(key for key in readings if key is not None)),
        skipped=frozenset(key for key in skipped if key is not None),
        serial=(serial_of(owned, user) or "") if owned is not None and user.is_authenticated else "",
    )
