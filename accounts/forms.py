"""Forms about people, and the check that a form was typed by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.forms import SignupForm
from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.queries.limits import human_check, is_new

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SALT = "accounts.human_check"


class TrapInput(forms.TextInput):
    """A field that no person sees and no person fills in."""

    is_hidden = True

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Keep it out of sight, out of the tab order and out of what screen readers read."""
        field = super().render(name, value, attrs, renderer)
        return format_html('<span class="visually-hidden" aria-hidden="true">{}</span>', field)


def opened_stamp(*, seconds_ago: float = 0) -> str:
    """The signed moment at which a form was opened."""
    return signing.dumps(round(timezone.now().timestamp() - seconds_ago, 1), salt=SALT)


class HumanCheckMixin(forms.BaseForm):
    """Adds a trap and a signed moment of opening, instead of somebody else's puzzle.

    `poster` is who fills the form in; people with a standing (reputation, role, organisation) are not checked. Put it
    before the form class: `class ProblemForm(HumanCheckMixin, forms.Form)`. Both fields are hidden ones, so that any
    template that prints the hidden fields carries them.
    """

    def __init__(self, *args: Any, poster: User | AnonymousUser | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_checked = poster is None or poster.is_anonymous or is_new(poster)
        if self.is_checked:
            self.fields["website"] = forms.CharField(
                required=False, widget=TrapInput({"autocomplete": "off", "tabindex": "-1"})
            )
            self.fields["opened"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=opened_stamp, max_length=200
            )

    def clean(self) -> Any:
        """Refuse a filled trap, a form that came back too fast and one that lay open too long."""
        cleaned = super().clean()
        if self.is_checked:
            self._check_human()
        return cleaned

    def _check_human(self) -> None:
        if self.data.get(self.add_prefix("website")):
            self.add_error(None, "A field that people don't see was filled in. Are you a person? Send it again.")
            self._show_again("website", "")
            return
        rule = human_check()
        try:
            opened = float(signing.loads(self.data.get(self.add_prefix("opened"), ""), salt=SALT))
        except (signing.BadSignature, TypeError, ValueError):
            self._show_again("opened", opened_stamp())
            self.add_error(None, "This form was not opened here. Please send it again.")
            return
        age = timezone.now().timestamp() - opened
        if age > rule.most_hours * 3600:
            self._show_again("opened", opened_stamp())
            self.add_error(None, "This form lay open for too long. Please send it again.")
        elif age < rule.least_seconds:
            self.add_error(None, "That was faster than a person types. Please send it again in a few seconds.")

    def _show_again(self, name: str, value: str) -> None:
        data = cast("Any", self.data).copy()
        data[self.add_prefix(name)] = value
        self.data = data


class SignUpForm(HumanCheckMixin, SignupForm):
    """Sign up with a mail address, a name and one password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Mail address"
        self.fields["username"].label = "Name"
        self.fields["username"].help_text = "Letters, digits, dot, hyphen and underscore; three at least."
        self.fields["password1"].help_text = "At least 12 characters; a few words in a row are easy to keep."
        for name in ("email", "username", "password1"):
            self.fields[name].widget.attrs.pop("placeholder", None)
