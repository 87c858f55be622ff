"""Number fields as people type them: a mistyped number stays in the field, which a browser's own number field drops."""

from __future__ import annotations

import re
from typing import Any

from django import forms

_THOUSANDS = re.compile(r"\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?:\.\d+)?\Z")


def plain_number(text: str) -> str:
    """A typed number without signs of money and thousands, its decimal comma as a point.

    `1,500` is one thousand five hundred and `0,5` a half: a comma before exactly three digits parts thousands.
    """
    text = text.strip().strip("$€£¥").strip()
    if _THOUSANDS.match(text):
        return re.sub(r"[ ,\u00a0\u202f]", "", text)
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


class AmountField(forms.DecimalField):
    """An amount of money or of hours."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """The number; refuses what is none with Django's own sentence."""
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask a touch screen for digits."""
        return {**super().widget_attrs(widget), "inputmode": "decimal"}


class CountField(forms.IntegerField):
    """A whole number: miles, pieces."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """The number; refuses what is none with Django's own sentence."""
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask a touch screen for digits."""
        return {**super().widget_attrs(widget), "inputmode": "numeric"}
