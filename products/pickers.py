"""Product and component pickers of forms: typed words with suggestions, or without scripts a choice of what fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.db.models import Model, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from products.models import Component, Product
from products.rules.naming import key_of

MOST_CHOICES = 12


class PickerMixin(forms.BaseForm):
    """Adds fields in which a row of a tree is picked.

    The picker's script writes the chosen row's id into a hidden field beside the text; it counts while the text still
    says that row's name. Words that fit several rows are answered with a choice of them, words that fit none with an
    error; both keep what was typed.
    """

    def add_product_picker(self, *, label: str, required: bool, **more: Any) -> None:
        """Add the field `product`, in which one is picked; `initial` and `help_text` as in `add_picker`."""
        source = "products:suggest-products"
        self.add_picker(
            "product", label=label, find=find_products, name_of=str, source=source, required=required, **more
        )

    def add_component_picker(self, *, label: str, required: bool, **more: Any) -> None:
        """Add the field `component`, in which one is picked; `initial` and `help_text` as in `add_picker`."""
        source = "products:suggest-components"
        self.add_picker(
            "component", label=label, find=find_components, name_of=str, source=source, required=required, **more
        )

    def add_picker(
        self,
        name: str,
        *,
        label: str,
        find: Callable[[str], QuerySet[Any]],
        name_of: Callable[[Any], str],
        source: str,
        required: bool,
        initial: Model | None = None,
        help_text: str = "",
        among: QuerySet[Any] | None = None,
    ) -> None:
        """Add the text field `name`; the row picked stands in `cleaned_data[name]`. `among`: which rows may be."""
        self.fields[name] = forms.CharField(
            label=label,
            required=required,
            max_length=255,
            help_text=help_text,
            initial=name_of(initial) if initial is not None else "",
            widget=forms.TextInput({"autocomplete": "off"}),
        )
        pickers = cast("dict[str, Any]", self.__dict__.setdefault("_pickers", {}))
        pickers[name] = (find, name_of, source, initial, among)
        # A choice that was offered must be a field when it comes back.
        if self.is_bound and self.data.get(self.add_prefix(f"{name}_choice")):
            self._offer(name, find(self.data.get(self.add_prefix(name), ""))[:MOST_CHOICES])

    @property
    def pickers(self) -> dict[str, dict[str, Any]]:
        """What the picker component needs, by field name."""
        found = {}
        for name, (_, _, source, initial, _) in self.__dict__.get("_pickers", {}).items():
            target = self.add_prefix(f"{name}_id")
            chosen = self.data.get(target, "") if self.is_bound else (initial.pk if initial is not None else "")
            choice = f"{name}_choice"
            found[name] = {
                "field": self[name],
                "source": _address(source),
                "target_name": target,
                "target_value": chosen,
                "choice": self[choice] if choice in self.fields else None,
            }
        return found

    def clean(self) -> Any:
        """Put the picked rows in place of the typed words."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, (find, name_of, _, _, among) in self.__dict__.get("_pickers", {}).items():
            if name in self.errors:
                continue
            cleaned[name] = self._picked(name, cleaned.get(name, ""), find, name_of, among)
        return cleaned

    def _picked(
        self,
        name: str,
        typed: str,
        find: Callable[[str], QuerySet[Any]],
        name_of: Callable[[Any], str],
        among: QuerySet[Any] | None,
    ) -> Any:
        typed = typed.strip()
        if not typed:
            return None
        candidates = find(typed)
        all_rows = candidates.model._default_manager.all() if among is None else among
        for chosen in (f"{name}_choice", f"{name}_id"):
            value = self.data.get(self.add_prefix(chosen), "")
            if not value.isascii() or not value.isdigit() or len(value) > 18:
                continue
            row = all_rows.filter(pk=int(value)).first()
            names = () if row is None else (name_of(row), getattr(row, "path", ""))
            if row is not None and (chosen.endswith("_choice") or typed in names):
                return row
        rows = list(candidates[:MOST_CHOICES])
        exact = [row for row in rows if key_of(name_of(row)) == key_of(typed)]
        if len(exact) == 1:
            return exact[0]
        if len(rows) == 1:
            return rows[0]
        if not rows:
            self.add_error(name, f"We know nothing called “{typed}”. Fewer words may fit: make and model are enough.")
            return None
        self._offer(name, rows, name_of)
        self.add_error(name, "Several fit. Please choose one below, or type more.")
        return None

    def _offer(self, name: str, rows: Any, name_of: Callable[[Any], str] = str) -> None:
        self.fields[f"{name}_choice"] = forms.ChoiceField(
            label="Which of these?",
            required=False,
            widget=forms.RadioSelect,
            choices=[(str(row.pk), name_of(row)) for row in rows],
        )


def find_products(typed: str) -> QuerySet[Product]:
    """Products by path, full name, name or alias; shorter names first, so that a model stands before its years."""
    key = key_of(typed)
    if not key:
        return Product.objects.none()
    words = Q()
    for word in typed.replace("/", " ").split()[:8]:
        if key_of(word):
            words &= Q(full_name_key__contains=key_of(word))
    whole = Q(path=typed.strip("/")) | Q(full_name_key=key) | Q(key=key) | Q(aliases__key=key)
    return Product.objects.filter(whole | words).distinct().order_by("level", "full_name")


def find_components(typed: str) -> QuerySet[Component]:
    """Components by name or alias, or by a part of the name."""
    key = key_of(typed)
    if not key:
        return Component.objects.none()
    return Component.objects.filter(Q(key=key) | Q(aliases__key=key) | Q(key__contains=key)).distinct().order_by("name")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
