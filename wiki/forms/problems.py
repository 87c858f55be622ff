"""Forms of problems."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import HumanCheckMixin
from products.models import Component, Product
from products.pickers import PickerMixin
from wiki.actions.drafts import ProblemDraft
from wiki.forms.editing import EditMixin, LanguageMixin
from wiki.models import Problem
from wiki.richtext import limits


class ProblemForm(HumanCheckMixin, PickerMixin, EditMixin, LanguageMixin):
    """A symptom on a product. `product` and `component` are what the form begins with."""

    title = forms.CharField(
        label="What is it doing?",
        max_length=150,
        help_text="As you would say it to a friend. One symptom, not a guess at the cause.",
    )
    symptom = forms.CharField(
        label="Tell more",
        max_length=limits.MAX_CHARS,
        widget=forms.Textarea({"rows": 8}),
        help_text="When, how often, since when; what the display says; what was done already. Markdown works.",
    )
    code_text = forms.CharField(
        label="Fault codes",
        required=False,
        max_length=255,
        help_text="As the scanner shows them: P0571, P0504-64 (2A) on ABS.",
    )

    def __init__(
        self, *args: Any, product: Product | None = None, component: Component | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_product_picker(
            label="On which product?",
            required=True,
            initial=product,
            help_text="Make, model and year are enough.",
        )
        self.add_component_picker(
            label="Which part or system, if you know?",
            required=False,
            initial=component,
        )
        self.order_fields(["title", "product", "product_choice", "component", "component_choice"])

    @classmethod
    def of(cls, problem: Problem, **kwargs: Any) -> ProblemForm:
        """The form that edits a problem."""
        return cls(
            initial={name: getattr(problem, name) for name in ("title", "symptom", "code_text", "language")},
            product=problem.product,
            component=problem.component,
            base_version=problem.version,
            **kwargs,
        )

    def draft(self) -> ProblemDraft:
        """What was typed, of a valid form."""
        clean = self.cleaned_data
        return ProblemDraft(
            product=clean["product"],
            component=clean["component"],
            title=clean["title"],
            symptom=clean["symptom"],
            code_text=clean["code_text"],
            language=clean["language"],
        )
