"""Forms of webhooks: a new one, and which failed deliveries are sent again."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Organisation
from products.pickers import PickerMixin
from wiki.rules.web_addresses import LONGEST
from wiki.rules.webhooks import EVENTS


class WebhookForm(PickerMixin, forms.Form):
    """A webhook: where it leads, what it is told of, on which product; at the desk, of which organisation."""

    address = forms.CharField(
        label="Address of your program",
        max_length=LONGEST,
        widget=forms.URLInput({"autocomplete": "off", "spellcheck": "false", "placeholder": "https://"}),
        help_text="HTTPS, on port 443 or 8443, by a name that leads to the open Internet.",
    )
    events = forms.MultipleChoiceField(
        label="What is it told of?",
        choices=list(EVENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["problem.new", "fix.confirmed", "emerging_issue.alert", "recall.new"],
        error_messages={"required": "Choose one at least."},
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [  # type: ignore[attr-defined]
            (event, f"{words} ({event})") for event, words in EVENTS.items()
        ]
        if organisations is None:
            self.add_product_picker(label="Product", required=True, help_text="It stands for everything below it.")
            return
        self.add_product_picker(
            label="Product", required=False, help_text="Without one, your whole scope. It stands for everything below."
        )
        chosen = organisations.first() if len(organisations) == 1 else None
        self.fields["organisation"] = forms.ModelChoiceField(organisations, initial=chosen, empty_label=None)


class SinceForm(forms.Form):
    """From which day on failed deliveries are sent again."""

    since = forms.DateField(
        label="Send again all that failed since", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def moment(self) -> datetime.datetime:
        """The beginning of that day, by the site's clock."""
        day: datetime.date = self.cleaned_data["since"]
        return datetime.datetime.combine(day, datetime.time(), tzinfo=datetime.UTC)
