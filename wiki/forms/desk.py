"""The form of the service desk: one job."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms

from wiki.actions.drafts import PhotoDraft
from wiki.forms.outcomes import OutcomeForm
from wiki.models import Outcome


class JobForm(OutcomeForm):
    """A job's outcome: its number first, the work done by a workshop."""

    photo = forms.FileField(label="Photo", required=False, help_text="JPEG, PNG or WebP, 10 MB at most. All see it.")
    job_number = forms.CharField(
        label="Job number",
        max_length=60,
        help_text="Private to your workshop; it makes the report a professional's.",
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
    )

    LABELS = {
        "money": "Customer pays",
        "hours": "Hours of work",
        "usage": "Mileage or hours of use",
        "cause_found": "What was the cause?",
    }
    WHERE = ("product", "product_choice", "usage", "usage_unit", "happened_on")
    MORE = ("part_number", "also_changed", "also_remedies", "procedure_followed", "harm", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.LABELS.items():
            self.fields[name].label = label
        result: Any = self.fields["result"]
        result.choices = [choice for choice in result.choices if choice[0] != Outcome.Result.NOT_TRIED]
        self.fields["job_number"] = deepcopy(type(self).base_fields["job_number"])
        self.fields["done_by"].initial = Outcome.Way.WORKSHOP
        self.fields["done_by"].required = False
        self.fields["done_by"].widget = forms.HiddenInput()
        self.fields.pop("owned_product", None)
        self.fields["product"].required = True

    @property
    def where_open(self) -> bool:
        """Whether product, mileage and day need to be seen: something is refused, or no product is known."""
        return any(name in self.errors for name in self.WHERE) or not self["product"].value()

    @property
    def seen_open(self) -> bool:
        """Whether photo and readings need to be seen: one is refused."""
        return any(name == "photo" or name.startswith("reading_") for name in self.errors)

    @property
    def folds_open(self) -> bool:
        """Whether what few jobs need is to be seen: something of it is refused."""
        return any(name in self.errors for name in self.MORE)

    def clean_done_by(self) -> str:
        """The workshop did it."""
        return Outcome.Way.WORKSHOP

    def photo_draft(self) -> PhotoDraft | None:
        """The photo that was chosen, if any."""
        upload = self.cleaned_data.get("photo")
        return PhotoDraft(upload=upload.file, caption="") if upload else None
