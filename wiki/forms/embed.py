"""What is to be shown on another site, and on which sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from wiki.forms.pickers import ProblemPickerMixin
from wiki.models import Problem
from wiki.queries.embed import product_meant_by
from wiki.rules.embedding import LONGEST_ORIGIN, THEMES, Embedded

WIDTHS = (280, 360, 480, 640)


class EmbedForm(ProblemPickerMixin, forms.Form):
    """A plan to show, or in an organisation's name a lookup box; how wide, light or dark."""

    theme = forms.ChoiceField(
        label="Colours",
        required=False,
        choices=[("", "as the reader's device"), *((theme, theme) for theme in THEMES)],
    )
    width = forms.TypedChoiceField(
        label="Widest",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "as wide as its place"), *((str(width), f"{width} pixels") for width in WIDTHS)],
    )

    def __init__(self, said: QueryDict | None = None, *, with_lookup: bool = False) -> None:
        super().__init__(_with_names(said) if said else None)
        self.with_lookup = with_lookup
        # A frame answers everybody as a stranger, so that only what everybody sees can be chosen.
        self.add_problem_picker(
            label="Problem",
            required=not with_lookup,
            user=AnonymousUser(),
            help_text="Its title, number or address: the frame shows its plan.",
        )
        if with_lookup:
            self.add_product_picker(
                label="Or a product",
                required=False,
                help_text="The frame is a box that looks up faults of it and of all below it.",
            )
        self.order_fields(["problem", "problem_choice", "product", "product_choice", "theme", "width"])

    def clean(self) -> Any:
        """One thing a frame."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [name for name in ("problem", "product") if cleaned.get(name)]
        if self.with_lookup and len(chosen) > 1:
            self.add_error("product", "A frame shows one of the two: a problem or a product.")
        elif self.with_lookup and not chosen and not self.errors:
            self.add_error("problem", "Choose a problem, or a product below.")
        return cleaned

    def embedded(self, *, base: str, site: str = "") -> Embedded:
        """What was chosen."""
        said = self.cleaned_data
        problem, product = said["problem"], said.get("product")
        title = f"What to try first: {problem}" if problem is not None else f"Look up a fault: {product}"
        return Embedded(
            base=base,
            title=title[:150],
            problem=problem.pk if problem is not None else None,
            product=product.pk if product is not None else None,
            site=site,
            theme=said["theme"],
            width=said["width"],
        )


def _with_names(said: QueryDict) -> QueryDict:
    """An address says a problem or product by its number; the fields say it by its name."""
    named = said.copy()
    number = str(said.get("problem", ""))
    if number.isascii() and number.isdigit() and len(number) < 18:
        problem = Problem.objects.visible_to(AnonymousUser()).canonical().filter(pk=int(number)).first()
        if problem is not None:
            named["problem"], named["problem_id"] = problem.title, str(problem.pk)
    place = str(said.get("product", ""))
    product = product_meant_by(place) if place.isdigit() or "/" in place else None
    if product is not None:
        named["product"], named["product_id"] = product.full_name, str(product.pk)
    return named


class SiteForm(forms.Form):
    """A site on which an organisation's frames are shown; what it may be is decided where it is allowed."""

    origin = forms.CharField(
        label="Allow a site",
        max_length=10 * LONGEST_ORIGIN,
        required=False,
        help_text="The beginning of its address, as https://www.your-garage.example; each name by itself.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
