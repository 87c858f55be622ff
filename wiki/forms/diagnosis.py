"""The form of a test: how it is done, what it costs, its readings, and what each points to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.forms import HumanCheckMixin
from products.fields import AmountField
from products.models import SafetyClass
from wiki.actions.drafts import ReadingDraft, TestDraft
from wiki.forms.editing import EditMixin
from wiki.forms.fixes import CURRENCIES
from wiki.models import DiagnosticTest, Pointer, Remedy
from wiki.richtext import limits

MOST_READINGS = 5


@dataclass(frozen=True, slots=True)
class ReadingFields:
    """The fields of one reading, as the page groups them."""

    number: int
    label: forms.BoundField
    points: tuple[forms.BoundField, ...]
    is_needed: bool

    @property
    def is_open(self) -> bool:
        """Whether the page shows it at once."""
        return self.is_needed or bool(self.label.value()) or bool(self.label.errors)


class TestForm(HumanCheckMixin, EditMixin, forms.Form):
    """A test of a problem. `remedies` are those of its plan, which readings can point to."""

    title = forms.CharField(
        label="What is looked at or measured?", max_length=120, help_text="As: Read the brake switch in live data."
    )
    how = forms.CharField(
        label="How is it done?",
        max_length=limits.MAX_CHARS,
        widget=forms.Textarea({"rows": 6}),
        help_text="Numbered lines, one step each. Markdown works.",
    )
    money = AmountField(
        label="What does it cost?", min_value=0, max_digits=10, decimal_places=2, help_text="0 if nothing is bought."
    )
    currency = forms.ChoiceField(label="Currency", choices=CURRENCIES, initial="USD")
    hours = AmountField(
        label="Hours of work", min_value=0, max_digits=6, decimal_places=2, help_text="0.1 is six minutes."
    )
    tools = forms.CharField(label="Tools", required=False, max_length=255)
    safety_class = forms.ChoiceField(
        label="How dangerous is it?", choices=SafetyClass.choices, initial=SafetyClass.GREEN
    )

    def __init__(self, *args: Any, remedies: Iterable[Remedy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remedies = list(remedies)
        strengths = [("", "says nothing of it"), *((str(value), label) for value, label in Pointer.Strength.choices)]
        for number in range(1, MOST_READINGS + 1):
            self.fields[f"reading_{number}"] = forms.CharField(
                label=f"Reading {number}", required=number <= 2, max_length=120
            )
            self.fields[f"key_{number}"] = forms.IntegerField(required=False, widget=forms.HiddenInput)
            for remedy in self.remedies:
                self.fields[f"points_{number}_{remedy.pk}"] = forms.ChoiceField(
                    label=remedy.title, required=False, choices=strengths
                )

    @property
    def readings(self) -> list[ReadingFields]:
        """The readings with what they point to."""
        return [
            ReadingFields(
                number,
                self[f"reading_{number}"],
                tuple(self[f"points_{number}_{remedy.pk}"] for remedy in self.remedies),
                is_needed=number <= 2,
            )
            for number in range(1, MOST_READINGS + 1)
        ]

    def clean(self) -> Any:
        """Two readings that say the same are refused beside the second."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        labels: set[str] = set()
        for number in range(1, MOST_READINGS + 1):
            label = (cleaned.get(f"reading_{number}") or "").strip().casefold()
            if label and label in labels:
                self.add_error(f"reading_{number}", "Another reading says the same.")
            labels.add(label)
        return cleaned

    @classmethod
    def of(cls, test: DiagnosticTest, **kwargs: Any) -> TestForm:
        """The form that edits a test."""
        initial: dict[str, Any] = {name: getattr(test, name) for name in cls.base_fields if hasattr(test, name)}
        for number, reading in enumerate(test.readings.prefetch_related("pointers")[:MOST_READINGS], 1):
            initial[f"reading_{number}"] = reading.label
            initial[f"key_{number}"] = reading.pk
            for pointer in reading.pointers.all():
                initial[f"points_{number}_{pointer.remedy_id}"] = str(pointer.strength)
        return cls(initial=initial, base_version=test.version, **kwargs)

    def draft(self) -> TestDraft:
        """What was typed, of a valid form."""
        clean = self.cleaned_data
        return TestDraft(
            title=clean["title"],
            how=clean["how"],
            money=clean["money"],
            currency=clean["currency"],
            hours=clean["hours"],
            tools=clean["tools"],
            safety_class=clean["safety_class"],
            readings=tuple(
                ReadingDraft(
                    label=clean[f"reading_{number}"],
                    pk=clean[f"key_{number}"],
                    points={
                        remedy.pk: int(clean[f"points_{number}_{remedy.pk}"])
                        for remedy in self.remedies
                        if clean[f"points_{number}_{remedy.pk}"]
                    },
                )
                for number in range(1, MOST_READINGS + 1)
                if clean[f"reading_{number}"]
            ),
        )
