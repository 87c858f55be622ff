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
        label="Job number", max_length=60, help_text="Private to your workshop; it makes the report a professional's."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["job_number"] = deepcopy(type(self).base_fields["job_number"])
        self.fields["done_by"].initial = Outcome.Way.WORKSHOP
        self.fields["done_by"].required = False
        self.fields["done_by"].widget = forms.HiddenInput()
        self.fields.pop("owned_product", None)
        self.fields["product"].required = True

    def clean_done_by(self) -> str:
        """The workshop did it."""
        return Outcome.Way.WORKSHOP

    def photo_draft(self) -> PhotoDraft | None:
        """The photo that was chosen, if any."""
        upload = self.cleaned_data.get("photo")
        return PhotoDraft(upload=upload.file, caption="") if upload else None
