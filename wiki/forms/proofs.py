"""Forms with which proof is shown and decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst

from wiki.models import Proof

_PICTURE = "JPEG, PNG or WebP, 10 MB at most. A moderator sees it, nobody else; with the decision it is deleted."


def _choices(*kinds: Proof.Kind) -> list[tuple[str, str]]:
    return [(kind.value, capfirst(kind.label)) for kind in kinds]


class PossessionForm(forms.Form):
    """A picture that shows possession, and which of the two it is."""

    kind = forms.ChoiceField(
        label="What does it show?",
        choices=_choices(Proof.Kind.PLATE, Proof.Kind.RECEIPT),
        initial=Proof.Kind.PLATE.value,
        widget=forms.RadioSelect,
    )
    code = forms.CharField(max_length=12, widget=forms.HiddenInput)
    picture = forms.FileField(label="Picture", help_text=_PICTURE)

    def show_code(self, code: str) -> None:
        """Give out another code, after one ran out."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["code"] = code
        self.data = data


class EvidenceForm(forms.Form):
    """Evidence of an outcome: a picture, or codes and readings in words."""

    kind = forms.ChoiceField(
        label="What do you show?",
        choices=_choices(Proof.Kind.PHOTO, Proof.Kind.RECEIPT, Proof.Kind.CODES),
        initial=Proof.Kind.PHOTO.value,
        widget=forms.RadioSelect,
    )
    picture = forms.FileField(label="Picture", required=False, help_text=_PICTURE)
    words = forms.CharField(
        label="Codes or readings, before and after",
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text="As: P0571 stored before; none after 600 miles.",
    )

    def clean(self) -> dict[str, Any]:
        """Something has to be shown."""
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if not clean.get("picture"):
            if clean.get("kind") != Proof.Kind.CODES:
                self.add_error("picture", "Please choose a picture.")
            elif not clean.get("words"):
                self.add_error("words", "Please write the codes or readings, or choose a picture of them.")
        return clean


class DecideForm(forms.Form):
    """A moderator's decision about a proof."""

    decision = forms.ChoiceField(choices=[("accept", "Accept"), ("refuse", "Refuse")])
    plate_end = forms.CharField(
        label="Last four characters of the serial number in the picture", required=False, max_length=20
    )
    reason = forms.CharField(label="Why it does not do, for the member", required=False, max_length=255)

    def clean(self) -> dict[str, Any]:
        """A refusal has a reason."""
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("decision") == "refuse" and not clean.get("reason"):
            self.add_error("reason", "Please say why, so that the member can do better.")
        return clean
