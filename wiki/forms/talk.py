"""Short forms: comments, votes, flags, sightings, photos."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.text import capfirst

from accounts.models import OwnedProduct, User
from products.models import Component, Product
from products.pickers import PickerMixin
from wiki.actions.drafts import PhotoDraft
from wiki.forms.editing import EditMixin
from wiki.forms.pickers import ProblemPickerMixin
from wiki.models import Flag, Vote


class CommentForm(EditMixin, forms.Form):
    """A remark in a discussion."""

    body = forms.CharField(
        label="Your remark", max_length=5000, widget=forms.Textarea({"rows": 5}), help_text="Markdown works."
    )
    parent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class VoteForm(forms.Form):
    """A vote: up, or down with one reason."""

    value = forms.TypedChoiceField(choices=[(1, "up"), (-1, "down"), (0, "take back")], coerce=int)
    reason = forms.ChoiceField(
        label="Why is it not useful?",
        choices=[(value, capfirst(label)) for value, label in Vote.Reason.choices],
        required=False,
        widget=forms.RadioSelect,
    )


class FlagForm(forms.Form):
    """What is wrong with a post; `reasons` are those that the person may give."""

    reason = forms.ChoiceField(
        label="What is wrong?",
        choices=[(value, capfirst(label)) for value, label in Flag.Reason.choices],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Say it in a sentence",
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, reasons: Collection[str] = tuple(Flag.Reason.values), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.choices = [choice for choice in reason.choices if choice[0] in reasons]  # type: ignore[attr-defined]
        if Flag.Reason.DANGEROUS in reasons:
            self.fields[
                "note"
            ].help_text = "“Dangerous” puts your sentence in front of a fix as a warning, until a moderator has looked."


class AlarmForm(forms.Form):
    """What came of an alarm."""

    note = forms.CharField(label="What came of it?", max_length=255, widget=forms.Textarea({"rows": 2}))


class SightingForm(PickerMixin, forms.Form):
    """ "I have this too": on which product, and since when."""

    seen_on = forms.DateField(label="Since when?", required=False, widget=forms.DateInput({"type": "date"}))
    harm = forms.BooleanField(label="Something burnt or smoked, or somebody was hurt", required=False)
    text = forms.CharField(
        label="What is different on yours?", required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, member: User, product: Product, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["seen_on"].initial = today
        garage = OwnedProduct.objects.filter(
            member=member, retired_at__isnull=True, product__tree_id=product.tree_id
        ).select_related("product")
        if garage:
            self.fields["owned_product"] = forms.ModelChoiceField(
                garage, label="Which of yours?", required=False, empty_label="none of these", initial=garage[0]
            )
        self.add_product_picker(
            label="Or on another product" if garage else "On which product?",
            required=False,
            initial=None if garage else product,
        )
        self.order_fields(["owned_product", "product", "product_choice", "seen_on"])

    def clean_seen_on(self) -> datetime.date:
        """Today where nothing was typed; never later."""
        day: datetime.date = self.cleaned_data["seen_on"] or self.today
        if day > self.today:
            raise forms.ValidationError("This day is still to come.")
        return day


class UnassignedForm(PickerMixin, forms.Form):
    """What a product does, where no problem describes it yet: what and which part; the product is known mostly."""

    text = forms.CharField(
        label="What is it doing?",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text="As you would say it to a friend: what, when, how often.",
    )

    def __init__(
        self, *args: Any, product: Product | None = None, component: Component | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_product_picker(
            label="On which product?",
            required=True,
            initial=product,
        )
        self.add_component_picker(
            label="Which part or system, if you know?",
            required=False,
            initial=component,
        )


class PlaceForm(PickerMixin, forms.Form):
    """Which product and which component a list is about; neither is needed."""

    def __init__(
        self, *args: Any, product: Product | None = None, component: Component | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_product_picker(
            label="Product",
            required=False,
            initial=product,
        )
        self.add_component_picker(
            label="Component",
            required=False,
            initial=component,
        )


class FilingForm(ProblemPickerMixin, forms.Form):
    """The problem that sightings are filed under."""

    def __init__(self, *args: Any, user: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_problem_picker(
            label="Or file them under",
            required=True,
            user=user,
            help_text="Words of its title and product, its number or its address.",
        )
        self.fields["problem"].error_messages["required"] = "Please choose the problem that they belong to."


class PhotoForm(forms.Form):
    """A photo and what it shows."""

    photo = forms.FileField(
        label="Photo", help_text="JPEG, PNG or WebP, 10 MB at most. Its place and date are removed."
    )
    caption = forms.CharField(
        label="What does it show?",
        max_length=160,
        help_text="For those who can't see it too. No faces, no number plates.",
    )


class AskPhotoForm(PhotoForm):
    """The same, left out if one likes."""

    photo = forms.FileField(
        label="Photo", required=False, help_text="JPEG, PNG or WebP, 10 MB at most. Its place and date are removed."
    )
    caption = forms.CharField(label="What does it show?", required=False, max_length=160)

    def clean(self) -> dict[str, Any]:
        """A photo has words."""
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("photo") and not clean.get("caption"):
            self.add_error("caption", "Please say what the photo shows.")
        return clean

    def draft(self) -> PhotoDraft | None:
        """The photo, if one was chosen, of a valid form."""
        if not self.cleaned_data.get("photo"):
            return None
        return PhotoDraft(upload=self.cleaned_data["photo"], caption=self.cleaned_data["caption"])


class LinkForm(forms.Form):
    """An official diagnostic by its number."""

    number = forms.CharField(
        label="Number of the official diagnostic", max_length=60, help_text="As 14V-123 or SB-0042."
    )
