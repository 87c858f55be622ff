"""What is it? A VIN or serial number is read and what it can be is offered. It is posted, shown and forgotten."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from products.queries.serials import RecognisedSerial, recognise_serial
from products.queries.vin import identify
from products.rules.vin import NotAVin


class VinForm(forms.Form):
    """One VIN or serial number, as it is typed or pasted."""

    vin = forms.CharField(
        label="VIN or serial number",
        max_length=60,
        help_text="Of a car 17 characters, on the windscreen, the door post or the papers. It is not stored.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("vin")
def identify_product(request: HttpRequest) -> HttpResponse:
    """Ask for a number, and answer on the same page, so that it stands in no address."""
    form = VinForm(request.POST or None)
    found = None
    serials: tuple[RecognisedSerial, ...] = ()
    if request.method == "POST" and form.is_valid():
        if not allow(f"identify:{client_address(request)}", load(RequestLimits).heavy_per_minute, 60):
            form.add_error(None, "That was often. Please wait a minute.")
        else:
            typed, this_year = form.cleaned_data["vin"], timezone.now().year
            try:
                found = identify(typed, this_year=this_year)
            except NotAVin as refusal:
                serials = recognise_serial(typed, this_year=this_year)
                if not serials:
                    form.add_error("vin", str(refusal))
    return render(request, "wiki/identify.html", {"form": form, "found": found, "serials": serials})
