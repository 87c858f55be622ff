"""Forms about organisations: claim one, show its domain, decide, keep a team, describe it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst

from accounts.domains import domain_of_organisation, mail_address_at, plain_mail_address, website_at
from accounts.errors import DomainRefused
from accounts.forms import HumanCheckMixin
from accounts.models import Organisation
from accounts.queries.community_rules import load
from accounts.queries.organisation_claims import WaitingClaim, organisations_at
from accounts.queries.team import Team
from accounts.rules.organisations import OrganisationRules, plain_name
from products.models import Product
from products.pickers import PickerMixin, find_products

SHOWN_AT_FIRST = 3
ANOTHER = "another"


class ScopeMixin(PickerMixin):
    """Adds pickers of several products; the button `more` asks for one more without sending the form."""

    def add_scope(self, chosen: Sequence[Product] = ()) -> None:
        """Add as many pickers as are filled, and room for more."""
        most = load(OrganisationRules).products_in_scope
        room = max(SHOWN_AT_FIRST, len(chosen) + 1)
        if self.is_bound:
            room = sum(1 for number in range(1, most + 1) if self.add_prefix(f"product_{number}") in self.data)
            room += "more" in self.data
        self.scope_names = [f"product_{number}" for number in range(1, min(max(room, 1), most) + 1)]
        self.can_grow = len(self.scope_names) < most
        for index, name in enumerate(self.scope_names):
            self.add_picker(
                name,
                label="Product" if index == 0 else "Another product",
                find=find_products,
                name_of=str,
                source="products:suggest-products",
                required=index == 0,
                initial=chosen[index] if index < len(chosen) else None,
            )

    @property
    def scope_pickers(self) -> list[dict[str, Any]]:
        """What the picker component needs, in order."""
        pickers = self.pickers
        return [pickers[name] for name in self.scope_names]

    def products(self) -> tuple[Product, ...]:
        """The products picked, each once and none that stands below another of them."""
        picked = list(dict.fromkeys(filter(None, (self.cleaned_data.get(name) for name in self.scope_names))))
        return tuple(
            product
            for product in picked
            if not any(other != product and product.path.startswith(f"{other.path}/") for other in picked)
        )


class ClaimForm(ScopeMixin, HumanCheckMixin, forms.Form):
    """Claim an organisation. `organisation` is one that is here and that nobody manages."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[("", "Choose"), *((value, capfirst(label)) for value, label in Organisation.Kind.choices)],
    )
    name = forms.CharField(label="Name", max_length=120)
    domain = forms.CharField(
        label="Domain",
        max_length=200,
        help_text="Of its mail and website: torque.example. You show next that you read mail there, or add a record.",
    )
    place = forms.CharField(label="Place", required=False, max_length=120, help_text="City and country.")
    why = forms.CharField(
        label="Who are you there?",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="What you do there, and how a moderator can check it. Moderators read it, nobody else.",
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        if organisation is not None:
            kwargs["initial"] = {"domain": organisation.domain, "place": organisation.place}
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        if organisation is not None:
            del self.fields["kind"], self.fields["name"]
        self.add_scope(list(organisation.scope.all()) if organisation is not None else ())
        if self.is_bound and self.add_prefix("here") in self.data:
            self._offer_those_here(self.data.get(self.add_prefix("domain"), ""))

    def clean_name(self) -> str:
        """One line, without an address that a mail would carry."""
        name = plain_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Please write the name without an address of mail or web in it.")
        return name

    def clean_domain(self) -> str:
        """The domain in the form of the DNS."""
        try:
            return domain_of_organisation(self.cleaned_data["domain"])
        except DomainRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> Any:
        """Ask whether it is one that is here at the same domain."""
        cleaned = super().clean()
        domain = self.cleaned_data.get("domain")
        if self.organisation is None and domain and "here" not in self.fields and self._offer_those_here(domain):
            self.add_error("here", "Somebody is here at this domain. Is it one of these?")
        return cleaned

    def chosen(self) -> Organisation | None:
        """The organisation that is claimed, if it is here already."""
        slug = self.cleaned_data.get("here", ANOTHER)
        if slug == ANOTHER:
            return self.organisation
        return organisations_at(self.cleaned_data["domain"]).filter(slug=slug).first()

    def _offer_those_here(self, typed: str) -> bool:
        try:
            found = list(organisations_at(domain_of_organisation(typed)))
        except DomainRefused:
            return False
        if found:
            offered = [(each.slug, f"{each.name}, {each.get_kind_display()}") for each in found]
            self.fields["here"] = forms.ChoiceField(
                label="Is it one of these?",
                widget=forms.RadioSelect,
                choices=[*offered, (ANOTHER, "None of them: another organisation at the same domain")],
            )
        return bool(found)


class JoinForm(HumanCheckMixin, forms.Form):
    """Ask the managers of an organisation for a place in it."""

    why = forms.CharField(
        label="Who are you there?",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Its managers read it and decide.",
    )


class ProofMailForm(forms.Form):
    """An address at the claimed domain."""

    address = forms.CharField(
        label="Address",
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, domain: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domain = domain
        self.fields["address"].help_text = f"One that ends in @{domain}, or below it, and that you read."

    def clean_address(self) -> str:
        """An address at the domain."""
        try:
            return mail_address_at(self.domain, self.cleaned_data["address"])
        except DomainRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class DecideClaimForm(forms.Form):
    """What a moderator says to a claim: which of its products, or why not."""

    products = forms.TypedMultipleChoiceField(
        label="Its scope, with all below each",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Untick what they have not shown to speak for or work on.",
    )
    reason = forms.CharField(label="Why not?", required=False, max_length=300, help_text="The claimant reads it.")
    decision = forms.ChoiceField(choices=[("accept", "accept"), ("refuse", "refuse")], widget=forms.HiddenInput)

    def __init__(self, *args: Any, waiting: WaitingClaim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["products"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(product.pk, product.full_name) for product in waiting.own_part]
        field.initial = [product.pk for product in waiting.own_part]


class InviteForm(forms.Form):
    """Whom a manager invites, and as what."""

    address = forms.CharField(label="Mail address", max_length=200, widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField(
        label="As", choices=[("member", "Member"), ("manager", "Manager")], initial="member", widget=forms.RadioSelect
    )

    def clean_address(self) -> str:
        """A plain address."""
        try:
            return plain_mail_address(self.cleaned_data["address"])
        except DomainRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class LeaveForm(forms.Form):
    """Who manages after the last manager has left; asked only where it matters."""

    successor = forms.TypedChoiceField(label="Who manages then?", coerce=int, empty_value=None)

    def __init__(self, *args: Any, team: Team, member: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = team.successors(member)
        if others:
            field = self.fields["successor"]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [("", "Choose"), *((place.member_id, str(place.member)) for place in others)]
        else:
            del self.fields["successor"]


class DescribeForm(forms.Form):
    """What everybody reads of an organisation."""

    place = forms.CharField(label="Place", required=False, max_length=120, help_text="City and country.")
    about = forms.CharField(
        label="About it",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Plain words; no prices, no claims about rivals.",
    )
    website = forms.CharField(label="Website", required=False, max_length=200)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(organisation, name) for name in ("place", "about", "website")}
        super().__init__(*args, **kwargs)
        self.domain = organisation.domain
        if self.domain:
            self.fields["website"].help_text = f"At {self.domain}, the domain that was shown."

    def clean_website(self) -> str:
        """A website at the verified domain; without a scheme, https."""
        typed = self.cleaned_data["website"]
        try:
            return website_at(self.domain, typed if "://" in typed or not typed else f"https://{typed}")
        except DomainRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ScopeForm(ScopeMixin, forms.Form):
    """Another scope for an organisation."""

    why = forms.CharField(
        label="Why?", max_length=1000, widget=forms.Textarea({"rows": 3}), help_text="A moderator reads it and decides."
    )

    def __init__(self, *args: Any, scope: Iterable[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_scope(list(scope))
