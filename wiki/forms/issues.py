"""Forms of a manufacturer's console: which issues to list, and what is done about one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import User
from products.models import Component, OfficialDiagnostic, Product
from wiki.models import EmergingIssue
from wiki.queries.diagnostics import diagnostics_numbered
from wiki.rules.issue_state import Act

STATES = [
    ("", "Open"),
    ("new", "New"),
    ("under_review", "Under review"),
    ("answered", "Answered"),
    ("closed", "Closed"),
    ("all", "All"),
]
LEVELS = [("", "Any level"), *EmergingIssue.Level.choices]
ORDERS = [
    ("score", "Strongest evidence"),
    ("ratio", "Highest ratio"),
    ("reports", "Most reports"),
    ("severity", "Worst harm"),
    ("growth", "Doubling fastest"),
    ("latest", "Flagged latest"),
    ("first", "Begun latest"),
    ("product", "Product"),
]


class IssueFilterForm(forms.Form):
    """What a list of emerging issues shows, and in which order; everything may be left out."""

    state = forms.ChoiceField(choices=STATES, required=False)
    level = forms.ChoiceField(choices=LEVELS, required=False)
    component = forms.ModelChoiceField(Component.objects.none(), required=False, empty_label="Any component")
    product = forms.ModelChoiceField(Product.objects.none(), required=False, empty_label="Any product")
    order = forms.ChoiceField(label="Sort by", choices=ORDERS, required=False)
    mine = forms.BooleanField(label="Mine alone", required=False)

    def __init__(
        self, *args: Any, components: Sequence[Component], products: Sequence[Product], may_own: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name, found in (("component", components), ("product", products)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = (
                type(found[0]).objects.filter(pk__in=[each.pk for each in found]) if found else field.queryset
            )
            field.choices = [("", field.empty_label or ""), *((each.pk, str(each)) for each in found)]
        if not may_own:
            del self.fields["mine"]

    def wanted(self) -> dict[str, Any]:
        """What was chosen and understood; what was not is left out, and the form says so beside the field."""
        return dict(self.cleaned_data) if self.is_valid() else getattr(self, "cleaned_data", {})


class ActForm(forms.Form):
    """An act on an emerging issue; `seen` is the last event that its actor had read."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    button = "Save"
    title = ""

    def arguments(self) -> dict[str, Any]:
        """What the act is given beside the issue, the actor and the time."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def _words(label: str, *, rows: int = 3, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=4000,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}),
    )


class ReviewForm(ActForm):
    """Somebody begins to look into it."""

    title, button = "Take under review", "Take under review"
    note = _words("Why, in a sentence", rows=2, required=False, help_text="Everybody can read it.")


class AnswerForm(ActForm):
    """A public answer."""

    title, button = "Answer in public", "Publish the answer"
    answer = _words(
        "What is known and done about it",
        rows=5,
        help_text="It stands beside these reports with your name and the manufacturer’s. It changes no report, "
        "and moves nothing in any plan.",
    )


class NoteForm(ActForm):
    """A word to the team."""

    title, button = "Note to the team", "Save the note"
    note = _words("Note", help_text="Only your team and the moderators of this product read it.")


class CloseForm(ActForm):
    """The end of it."""

    title, button = "Close", "Close this issue"
    reason = _words(
        "Why is it closed?", help_text="Everybody can read it. What the monitor has gathered on it starts anew."
    )


class ReopenForm(ActForm):
    """It goes on."""

    title, button = "Open it again", "Open it again"
    reason = _words("Why is it opened again?", help_text="Everybody can read it.")


class AssignForm(ActForm):
    """Who looks after it."""

    title, button = "Give it to somebody", "Save"
    member = forms.ModelChoiceField(User.objects.none(), label="Who looks after it?", required=False)
    note = _words("Word to them", rows=2, required=False, help_text="Only your team and the moderators read it.")

    def __init__(self, *args: Any, team: Sequence[User], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[each.pk for each in team])
        field.empty_label = "Nobody"
        field.choices = [("", "Nobody"), *((each.pk, str(each)) for each in team)]


class AttachForm(ActForm):
    """Which official diagnostic speaks about it."""

    title, button = "Attach an official diagnostic", "Attach"
    diagnostic = forms.CharField(
        label="Its number", max_length=60, help_text="As “14V047000”. It has to be about this product."
    )

    def __init__(self, *args: Any, candidates: Sequence[OfficialDiagnostic] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.candidates = candidates
        self.fields["diagnostic"].widget.attrs |= {"list": "diagnostics-known", "autocomplete": "off"}

    def clean_diagnostic(self) -> OfficialDiagnostic:
        """The diagnostic with the number typed, of those on the list first."""
        typed = self.cleaned_data["diagnostic"]
        near = [each for each in self.candidates if each.number.lower() == typed.strip().lower()]
        found = near or diagnostics_numbered(typed)
        if not found:
            raise forms.ValidationError("No official diagnostic has this number here. Publish it first.")
        if len(found) > 1:
            raise forms.ValidationError("Several have this number: attach it from the list.")
        return found[0]


FORMS: dict[Act, type[ActForm]] = {
    "answer": AnswerForm,
    "attach": AttachForm,
    "review": ReviewForm,
    "assign": AssignForm,
    "note": NoteForm,
    "close": CloseForm,
    "reopen": ReopenForm,
}
