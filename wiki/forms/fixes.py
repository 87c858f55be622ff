"""Forms of fixes and their parts."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import HumanCheckMixin
from products.fields import AmountField, CountField
from products.models import Component, SafetyClass
from products.pickers import PickerMixin
from wiki.actions.drafts import FixDraft, PartDraft
from wiki.forms.editing import EditMixin, LanguageMixin
from wiki.models import Fix
from wiki.richtext import limits

CURRENCIES = [("USD", "US dollars"), ("EUR", "euros"), ("GBP", "pounds sterling"), ("CAD", "Canadian dollars"), ("AUD", "Australian dollars")]  # fmt: skip  # noqa: E501
MOST_PARTS = 30


class FixForm(HumanCheckMixin, PickerMixin, EditMixin, LanguageMixin):
    """A community remedy, without its parts. `component` is what the picker begins with."""

    title = forms.CharField(
        label="What do you do?", max_length=150, help_text="Replace the brake light switch. One act, one fix."
    )
    summary = forms.CharField(
        label="In one line, for the plan", required=False, max_length=255, help_text="What an owner should know first."
    )
    cause = forms.CharField(
        label="What was wrong?", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    first_check = forms.CharField(
        label="How can one tell, before buying anything?",
        required=False,
        max_length=limits.MAX_CHARS,
        widget=forms.Textarea({"rows": 3}),
        help_text="A check that costs nothing saves the most.",
    )
    steps = forms.CharField(
        label="Steps",
        max_length=limits.MAX_CHARS,
        widget=forms.Textarea({"rows": 10}),
        help_text="Numbered lines, one step each. Markdown works.",
    )
    tools = forms.CharField(label="Tools", required=False, max_length=255)
    cost = AmountField(
        label="Parts and material",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text="What you paid; 0 if nothing.",
    )
    currency = forms.ChoiceField(label="Currency", choices=CURRENCIES, initial="USD")
    hours = AmountField(
        label="Hours of work", min_value=0, max_digits=6, decimal_places=2, help_text="0.5 is half an hour."
    )
    difficulty = forms.ChoiceField(
        label="How hard is it?", choices=Fix.Difficulty.choices, initial=Fix.Difficulty.MODERATE
    )
    safety_class = forms.ChoiceField(
        label="How dangerous is the work?",
        choices=SafetyClass.choices,
        initial=SafetyClass.GREEN,
        help_text="Never less than the component's own class.",
    )

    def __init__(self, *args: Any, component: Component | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_component_picker(
            label="Which component?",
            required=False,
            initial=component,
            help_text="Its safety class stands above the plan.",
        )

    @classmethod
    def of(cls, fix: Fix, **kwargs: Any) -> FixForm:
        """The form that edits a fix."""
        names = [name for name in cls.base_fields if hasattr(fix, name)]
        return cls(
            initial={name: getattr(fix, name) for name in names},
            component=fix.component,
            base_version=fix.version,
            **kwargs,
        )

    def draft(self, parts: forms.BaseFormSet[PartForm]) -> FixDraft:
        """What was typed, of a valid form and its valid parts."""
        clean = self.cleaned_data
        return FixDraft(
            component=clean["component"],
            title=clean["title"],
            summary=clean["summary"],
            cause=clean["cause"],
            first_check=clean["first_check"],
            steps=clean["steps"],
            tools=clean["tools"],
            cost=clean["cost"],
            currency=clean["currency"],
            hours=clean["hours"],
            difficulty=clean["difficulty"],
            safety_class=clean["safety_class"],
            language=clean["language"],
            parts=tuple(
                PartDraft(
                    name=part.cleaned_data["name"],
                    number=part.cleaned_data["number"],
                    replaced_by=part.cleaned_data["replaced_by"],
                    price=part.cleaned_data["price"],
                    quantity=part.cleaned_data["quantity"] or 1,
                )
                for part in parts
                if part.cleaned_data.get("name")
            ),
        )


class PartForm(forms.Form):
    """A part that a fix needs; a row without a name is none."""

    name = forms.CharField(label="Name", required=False, max_length=120)
    number = forms.CharField(label="Number", required=False, max_length=60)
    replaced_by = forms.CharField(label="Replaced by number", required=False, max_length=60)
    price = AmountField(label="Price of one", required=False, min_value=0, max_digits=10, decimal_places=2)
    quantity = CountField(label="How many", required=False, min_value=1, max_value=999, initial=1)

    def clean(self) -> dict[str, Any]:
        """Ask for the name of a part that has a number or a price."""
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if not clean.get("name") and (clean.get("number") or clean.get("price") is not None):
            self.add_error("name", "What is this part called?")
        return clean


PartFormSet = forms.formset_factory(PartForm, extra=2, max_num=MOST_PARTS, absolute_max=MOST_PARTS)


def parts_of(fix: Fix) -> list[dict[str, Any]]:
    """The parts of a fix as the formset begins with them."""
    return [
        {name: getattr(part, name) for name in ("name", "number", "replaced_by", "price", "quantity")}
        for part in fix.parts.all()
    ]
