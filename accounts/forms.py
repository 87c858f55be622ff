"""Forms about people, and the check that a form was typed by one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm, LoginForm, SignupForm
from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from accounts.actions.garage import OwnedProductDetails
from accounts.models import Organisation, OwnedProduct, User
from accounts.queries.limits import human_check, is_new
from accounts.queries.standing import standing_of
from accounts.rules.tokens import SCOPE_WORDS, TokenScope
from products.fields import AmountField, CountField
from products.models import Product
from products.pickers import PickerMixin

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

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
    return signing.dumps(timezone.now().timestamp() - seconds_ago, salt=SALT)


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
        age = max(timezone.now().timestamp() - opened, 0)
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


class SignInForm(LoginForm):
    """Sign in with a mail address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Mail address"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class AddAddressForm(AddEmailForm):
    """Add another mail address to an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Mail address"
        self.fields["email"].widget.attrs.pop("placeholder", None)


class SettingsForm(forms.Form):
    """What a member says of themselves."""

    username = forms.CharField(label="Name", help_text="Stands beside what you write.")
    about = forms.CharField(
        label="About you",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="What you know about: everybody can read it.",
    )
    hourly_wage = AmountField(
        label="What an hour of your own work is worth to you",
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=2,
        help_text="In your currency. Plans weigh it when you do the work yourself; nobody else sees it.",
    )
    notification_mail = forms.ChoiceField(
        label="Mail about what you follow",
        choices=User.NotificationMail.choices,
        widget=forms.RadioSelect,
        help_text="It stands in your inbox in any case. Every mail has a button that stops them all.",
    )

    def __init__(self, *args: Any, member: User, **kwargs: Any) -> None:
        kept = ("username", "about", "hourly_wage", "notification_mail")
        kwargs["initial"] = {name: getattr(member, name) for name in kept}
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_username(self) -> str:
        """Refuse a name that sign-up would refuse."""
        name: str = self.cleaned_data["username"]
        if name != self.member.username:
            is_own = name.lower() == self.member.username.lower()
            name = get_adapter().clean_username(name, shallow=is_own)
        return name


class ErasureForm(forms.Form):
    """The password, typed once more."""

    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class OwnedProductForm(PickerMixin, forms.Form):
    """An own product: which one, its private serial number, its usage."""

    nickname = forms.CharField(
        label="What do you call it?", required=False, max_length=60, help_text="As “the old lady”; only you see it."
    )
    serial = forms.CharField(
        label="Serial number or VIN",
        required=False,
        max_length=40,
        strip=True,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="Private: stored encrypted, shown to you alone. It tells whether a recall is about yours.",
    )
    usage = CountField(label="Usage so far", required=False, min_value=0, max_value=2_000_000_000)
    usage_unit = forms.ChoiceField(label="Counted in", choices=OwnedProduct.Unit.choices)
    bought_on = forms.DateField(
        label="Bought on", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    under_warranty = forms.BooleanField(label="It is under warranty", required=False)
    make_default = forms.BooleanField(
        label="This is my product", required=False, help_text="Search and plans begin with it."
    )

    def __init__(
        self,
        *args: Any,
        product: Product | None = None,
        owned: OwnedProduct | None = None,
        serial: str = "",
        **kwargs: Any,
    ) -> None:
        if owned is not None:
            product = owned.product
            kept = ("nickname", "usage", "usage_unit", "bought_on", "under_warranty")
            kwargs["initial"] = {name: getattr(owned, name) for name in kept} | {"serial": serial}
        elif serial:
            kwargs["initial"] = {"serial": serial}
        super().__init__(*args, **kwargs)
        self.add_product_picker(
            label="Which product?",
            required=True,
            initial=product,
            help_text="Make, model and year; the engine too, if you know it.",
        )
        if owned is not None:
            del self.fields["make_default"]

    def clean_bought_on(self) -> date | None:
        """Refuse a day that has not come yet."""
        day: date | None = self.cleaned_data["bought_on"]
        if day is not None and day > timezone.localdate() + timedelta(days=1):
            raise forms.ValidationError("This day has not come yet.")
        return day

    def details(self) -> OwnedProductDetails:
        """What was typed, for the actions."""
        return OwnedProductDetails(
            **{
                name: self.cleaned_data[name]
                for name in ("product", "nickname", "serial", "usage", "usage_unit", "bought_on", "under_warranty")
            }
        )


class TokenForm(forms.Form):
    """A token of the API: what it is for, what it may do, how long."""

    name = forms.CharField(label="What is it for?", max_length=60, help_text="As “workshop system, front desk”.")
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=[(str(scope), capfirst(words)) for scope, words in SCOPE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[TokenScope.READ],
    )
    days = forms.TypedChoiceField(
        label="How long?",
        choices=[("90", "90 days"), ("365", "one year"), ("", "until it is revoked")],
        coerce=int,
        empty_value=None,
        required=False,
        initial="365",
    )

    def __init__(self, *args: Any, member: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [affiliation.organisation_id for affiliation in standing_of(member).affiliations]
        if places:
            self.fields["organisation"] = forms.ModelChoiceField(
                Organisation.objects.filter(pk__in=places),
                label="For your own use, or for an organisation?",
                required=False,
                empty_label="my own",
                help_text="It ends when you leave the organisation.",
            )
