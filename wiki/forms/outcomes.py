"""The form of an outcome: one screen, the result first, what few people know folded away."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst

from accounts.forms import HumanCheckMixin
from accounts.models import OwnedProduct
from products.fields import AmountField, CountField
from products.models import Product
from products.pickers import PickerMixin
from wiki.actions.drafts import OutcomeDraft
from wiki.forms.editing import EditMixin
from wiki.forms.fixes import CURRENCIES
from wiki.models import Outcome, Reading, Remedy
from wiki.permissions import workshop_of
from wiki.queries.diagnosis import diagnostic_tests_about
from wiki.queries.outcomes import remedies_changed_with

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

ELSEWHERE = ""
FOLDED = ("cause_found", "proof", "part_number", "also_changed", "also_remedies", "procedure_followed", "usage", "usage_unit", "harm", "note")  # fmt: skip  # noqa: E501


class OutcomeForm(HumanCheckMixin, PickerMixin, EditMixin, forms.Form):
    """How a remedy went. People without an account give a mail address; members choose from their garage."""

    result = forms.ChoiceField(
        label="What happened?",
        choices=[(value, capfirst(label)) for value, label in Outcome.Result.choices],
        widget=forms.RadioSelect,
    )
    money = AmountField(
        label="What did you pay?",
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text="Parts and labour together.",
    )
    currency = forms.ChoiceField(label="Currency", choices=CURRENCIES, initial="USD")
    hours = AmountField(label="Hours of your own work", required=False, min_value=0, max_digits=6, decimal_places=2)
    done_by = forms.ChoiceField(
        label="Who did the work?",
        choices=[(value, capfirst(label)) for value, label in Outcome.Way.choices],
        initial=Outcome.Way.MYSELF,
        widget=forms.RadioSelect,
    )
    happened_on = forms.DateField(label="When?", required=False, widget=forms.DateInput({"type": "date"}))
    cause_found = forms.CharField(label="What was the cause in the end?", required=False, max_length=255)
    proof = forms.CharField(
        label="What shows it?", required=False, max_length=400, help_text="A reading, or the codes before and after."
    )
    part_number = forms.CharField(label="Number of the part used", required=False, max_length=60)
    also_changed = forms.CharField(label="What else was changed at the same time?", required=False, max_length=255)
    also_remedies = forms.ModelMultipleChoiceField(
        Remedy.objects.none(),
        label="Was one of these done at the same time?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    procedure_followed = forms.NullBooleanField(
        label="Was the official procedure followed?",
        required=False,
        widget=forms.Select(choices=[("", "don't know"), ("true", "yes"), ("false", "no")]),
    )
    usage = CountField(label="Mileage or hours of use then", required=False, min_value=0, max_value=2_000_000_000)
    usage_unit = forms.ChoiceField(label="Unit", choices=OwnedProduct.Unit.choices, initial=OwnedProduct.Unit.MILES)
    harm = forms.BooleanField(label="Something burnt or smoked, or somebody was hurt", required=False)
    note = forms.CharField(
        label="Anything that helps the next one", required=False, max_length=2000, widget=forms.Textarea({"rows": 4})
    )

    def __init__(
        self,
        *args: Any,
        remedy: Remedy,
        product: Product | None,
        today: datetime.date,
        person: User | AnonymousUser,
        owned: OwnedProduct | None = None,
        readings: Iterable[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, poster=person, **kwargs)
        self.today = today
        self.fields["happened_on"].initial = today
        self.fields["happened_on"].widget.attrs["max"] = today.isoformat()
        also = self.fields["also_remedies"]
        also.queryset = remedies_changed_with(remedy)  # type: ignore[attr-defined]
        if not also.queryset.exists():  # type: ignore[attr-defined]
            del self.fields["also_remedies"]
        self._add_readings(remedy, set(readings))
        garage = (
            OwnedProduct.objects.filter(member=person, retired_at__isnull=True).select_related("product")
            if person.is_authenticated
            else OwnedProduct.objects.none()
        )
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
        if not person.is_authenticated:
            self.fields["mail"] = forms.EmailField(
                label="Your mail address",
                max_length=254,
                help_text="We send one link that publishes your report. The address is not stored.",
            )
        elif product is not None and workshop_of(person, product) is not None:
            self.fields["done_by"].initial = Outcome.Way.WORKSHOP
            self.fields["job_number"] = forms.CharField(
                label="Job number",
                required=False,
                max_length=60,
                help_text="Private to your organisation. With it your report counts as a professional's.",
            )

    def _add_readings(self, remedy: Remedy, taken: set[int]) -> None:
        """One choice for each test of the problem: what it said, if it was done."""
        self.reading_of: dict[int, Reading] = {}
        tests = diagnostic_tests_about(remedy).prefetch_related("readings") if remedy.pk else ()
        for test in tests:
            readings = list(test.readings.all())
            self.reading_of |= {reading.pk: reading for reading in readings}
            self.fields[f"reading_{test.pk}"] = forms.TypedChoiceField(
                label=test.title,
                choices=[("", "not done"), *((reading.pk, reading.label) for reading in readings)],
                coerce=int,
                empty_value=None,
                required=False,
                initial=next((reading.pk for reading in readings if reading.pk in taken), ""),
            )

    @property
    def reading_fields(self) -> list[forms.BoundField]:
        """What the problem's tests said."""
        return [self[name] for name in self.fields if name.startswith("reading_")]

    def clean_happened_on(self) -> datetime.date:
        """Today where nothing was typed; never later."""
        day: datetime.date = self.cleaned_data["happened_on"] or self.today
        if day > self.today:
            raise forms.ValidationError("This day is still to come.")
        if day.year < 1950:
            raise forms.ValidationError("Is the year right?")
        return day

    def clean(self) -> Any:
        """Ask for a product, of the garage or any other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "product" not in self.errors and not (cleaned.get("product") or cleaned.get("owned_product")):
            self.add_error("product", "On which product was it?")
        return cleaned

    @property
    def folded(self) -> list[forms.BoundField]:
        """The fields behind "more details"."""
        return [self[name] for name in FOLDED if name in self.fields]

    @property
    def folds_open(self) -> bool:
        """Whether a folded field needs to be seen: it was refused, or holds something."""
        if self.is_bound:
            return any(name in self.errors for name in FOLDED)
        return any(self.initial.get(name) for name in FOLDED if name != "usage_unit")

    @classmethod
    def of(cls, outcome: Outcome, **kwargs: Any) -> OutcomeForm:
        """The form that edits an outcome."""
        names = [name for name in cls.base_fields if name != "also_remedies" and hasattr(outcome, name)]
        initial = {name: getattr(outcome, name) for name in names} | {
            "also_remedies": [remedy.pk for remedy in outcome.also_remedies.all()],
            "job_number": outcome.job_number,
            "procedure_followed": {True: "true", False: "false", None: ""}[outcome.procedure_followed],
        }
        return cls(
            initial=initial,
            remedy=outcome.remedy,
            product=outcome.product,
            owned=outcome.owned_product,
            base_version=outcome.version,
            readings=[row.reading_id for row in outcome.reported_readings.all()],
            **kwargs,
        )

    def draft(self) -> OutcomeDraft:
        """What was said, of a valid form."""
        clean = self.cleaned_data
        owned = clean.get("owned_product")
        return OutcomeDraft(
            result=clean["result"],
            owned_product=owned,
            product=owned.product if owned is not None else clean["product"],
            happened_on=clean["happened_on"],
            money=clean["money"],
            currency=clean["currency"],
            hours=clean["hours"],
            done_by=clean["done_by"],
            job_number=clean.get("job_number", ""),
            cause_found=clean["cause_found"],
            proof=clean["proof"],
            part_number=clean["part_number"],
            also_changed=clean["also_changed"],
            also_remedies=tuple(clean.get("also_remedies") or ()),
            procedure_followed=clean["procedure_followed"],
            usage=clean["usage"],
            usage_unit=clean["usage_unit"],
            harm=clean["harm"],
            note=clean["note"],
            readings=tuple(
                self.reading_of[clean[name]] for name in self.fields if name.startswith("reading_") and clean[name]
            ),
        )


class CameBackForm(forms.Form):
    """The day on which a fault came back."""

    on = forms.DateField(label="Since when is it back?", widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today

    def clean_on(self) -> datetime.date:
        """Not later than today."""
        day: datetime.date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError("This day is still to come.")
        return day
