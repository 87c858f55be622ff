"""The form in which a manufacturer writes an official diagnostic, and the one that supersedes it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms

from products.actions.official_diagnostics import CoveredRange
from products.fields import AmountField
from products.models import Component, FaultCode, OfficialDiagnostic, Product
from products.pickers import find_components, find_products
from products.rules.codes import parse_codes
from products.rules.naming import key_of
from wiki.actions.official_publishing import OfficialDraft, range_words
from wiki.forms.editing import EditMixin
from wiki.forms.fixes import CURRENCIES

MOST_RANGES = 100
_TEXTS = ("kind", "title", "situation", "cause", "action", "warning", "url", "market", "remedy_title")
_VALUES = ("issued_on", "effective_from", "effective_until", "remedy_cost", "remedy_currency", "remedy_hours")


def _text(label: str, rows: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=20000, widget=forms.Textarea({"rows": rows}), help_text=help_text
    )


def _day(label: str, help_text: str = "", *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput({"type": "date"}), help_text=help_text
    )


class OfficialForm(EditMixin, forms.Form):
    """What a manufacturer says officially."""

    number = forms.CharField(label="Number", max_length=60, help_text="As your dealers know it.")
    kind = forms.ChoiceField(label="Kind", choices=OfficialDiagnostic.Kind.choices)
    title = forms.CharField(label="Title", max_length=255)
    situation = _text("Situation", 3, "What is seen, and which codes are stored.")
    cause = _text("Cause", 2)
    action = _text("What is done", 5)
    warning = _text("Warning", 2, "Pinned above a plan of the red class.")
    covered = forms.CharField(
        label="Products",
        max_length=20000,
        widget=forms.Textarea({"rows": 4}),
        help_text="One a line: product | serial from | serial to | built from | built to; only the product is needed.",
    )
    components = forms.CharField(label="Components", required=False, max_length=500, help_text="Parted by commas.")
    codes = forms.CharField(label="Fault codes", required=False, max_length=500)
    market = forms.RegexField(
        label="Market", regex=r"^[A-Z]{2}$", required=False, help_text="Two letters, US; empty for every market."
    )
    issued_on = _day("Issued on")
    effective_from = _day("In force from")
    effective_until = _day("In force until")
    remedy_title = forms.CharField(label="Remedy", max_length=160, help_text="Replace the body computer.")
    remedy_cost = AmountField(label="Cost", required=False, min_value=0, max_digits=10, decimal_places=2)
    remedy_currency = forms.ChoiceField(label="Currency", choices=CURRENCIES, initial="USD")
    remedy_hours = AmountField(label="Hours", required=False, min_value=0, max_digits=6, decimal_places=2)
    url = forms.URLField(label="Your own page about it", required=False, assume_scheme="https")

    @classmethod
    def of(cls, draft: OfficialDraft, *args: Any, **kwargs: Any) -> OfficialForm:
        """The form that revises a diagnostic; its number stays."""
        initial = {name: getattr(draft, name) for name in (*_TEXTS, *_VALUES)} | {
            "covered": "\n".join(range_words(each) for each in draft.ranges),
            "components": ", ".join(each.name for each in draft.components),
            "codes": ", ".join(each.base for each in draft.codes),
        }
        form = cls(*args, initial=initial, **kwargs)
        del form.fields["number"]
        return form

    def clean_covered(self) -> tuple[CoveredRange, ...]:
        """The products with their ranges; says which line is not understood."""
        return covered_by(self.cleaned_data["covered"])

    def clean_components(self) -> tuple[Component, ...]:
        """The components named."""
        return components_called(self.cleaned_data["components"])

    def clean_codes(self) -> tuple[FaultCode, ...]:
        """The fault codes named, of those with a meaning here."""
        return codes_known(self.cleaned_data["codes"])

    def draft(self) -> OfficialDraft:
        """What was typed, of a valid form."""
        clean = self.cleaned_data
        said = {name: clean[name] for name in (*_TEXTS, *_VALUES)}
        return OfficialDraft(ranges=clean["covered"], components=clean["components"], codes=clean["codes"], **said)


class SupersedeForm(forms.Form):
    """Which diagnostic takes the place, and from when on."""

    by = forms.CharField(label="Number of the new one", max_length=60)
    on = _day("From", "The old one ends the day before.", required=True)


def covered_by(text: str) -> tuple[CoveredRange, ...]:
    """The products with their ranges, one a line. Raises ValidationError with the line that is not understood."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_RANGES:
        raise forms.ValidationError(f"{MOST_RANGES} lines are the most.")
    return tuple(_range(number, line) for number, line in enumerate(lines, 1))


def components_called(text: str) -> tuple[Component, ...]:
    """The components of these names, parted by commas. Raises ValidationError for one that is not known."""
    found = []
    for typed in filter(None, (each.strip() for each in text.split(","))):
        exact = [row for row in find_components(typed)[:12] if key_of(row.name) == key_of(typed)]
        if not exact:
            raise forms.ValidationError(f"We know no component called “{typed}”.")
        found.append(exact[0])
    return tuple(dict.fromkeys(found))


def codes_known(text: str) -> tuple[FaultCode, ...]:
    """The fault codes in a text. Raises ValidationError for one without a meaning here."""
    bases = [code.base for code in parse_codes(text)]
    found = {code.base: code for code in FaultCode.objects.filter(base__in=bases).order_by("-pk")}
    unknown = [base for base in bases if base not in found]
    if unknown:
        raise forms.ValidationError(f"No meaning of {unknown[0]} is known here.")
    return tuple(found.values())


def _range(number: int, line: str) -> CoveredRange:
    name, *rest = [part.strip() for part in line.split("|")]
    rest += [""] * (4 - len(rest))
    product = Product.objects.filter(path=name.strip("/")).first()
    if product is None:
        fits = [row for row in find_products(name)[:12] if key_of(str(row)) == key_of(name)]
        if len(fits) != 1:
            raise forms.ValidationError(f"Line {number}: no one product is called “{name}”. Its address part works.")
        product = fits[0]
    try:
        built = [datetime.date.fromisoformat(part) if part else None for part in rest[2:4]]
    except ValueError:
        raise forms.ValidationError(f"Line {number}: dates are written 2004-05-31.") from None
    return CoveredRange(product, rest[0], rest[1], built[0], built[1])
