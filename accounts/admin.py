"""The admin pages about people: roles, organisations and their verification, community rules, the ledger."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.community_rules import change_rule
from accounts.actions.organisation_log import note_act
from accounts.actions.organisations import verify_organisation, withdraw_verification
from accounts.errors import Refusal
from accounts.models import (
    CommunityRule,
    CommunityRuleChange,
    Membership,
    Organisation,
    OrganisationAct,
    OwnedProduct,
    ReputationEvent,
    Role,
    Scope,
    User,
)
from accounts.queries.community_rules import find_rule, known_groups
from accounts.rules.community import checked, rules_of
from products.admin import ReadOnlyAdmin
from products.models import Product


class ProductPathField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A product by its path: the tree holds too many for a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Product.objects.all(),
            to_field_name="path",
            widget=forms.TextInput({"size": 50}),
            help_text="as in its address: cars/land-rover/range-rover",
            error_messages={"invalid_choice": "No product has this path."},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Show the path of what is chosen."""
        if isinstance(value, int):
            return Product.objects.filter(pk=value).values_list("path", flat=True).first()
        return super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        """Accept a path with its slashes around it, as copied from an address."""
        return super().clean(value.strip().strip("/") if isinstance(value, str) else value)


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role; without a product it is held everywhere."""

    product = ProductPathField(required=False)

    class Meta:
        model = Role
        fields = ["name", "product"]


class ScopeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A part of the product tree."""

    product = ProductPathField()

    class Meta:
        model = Scope
        fields = ["product"]


class RoleInline(admin.TabularInline):  # type: ignore[type-arg]
    """The roles that a member was given."""

    model = Role
    fk_name = "member"
    form = RoleForm
    extra = 0
    fields = ["name", "product", "granted_at"]
    readonly_fields = ["granted_at"]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Members. Mail addresses are not shown: whoever reads along in the administration needs none."""

    list_display = ["username", "reputation", "date_joined", "is_active", "is_demonstration"]
    list_filter = ["is_active", "is_demonstration"]
    search_fields = ["username"]
    fields = ["username", "about", "is_active", "reputation", "date_joined", "last_login", "is_demonstration"]
    readonly_fields = ["reputation", "date_joined", "last_login", "is_demonstration"]
    inlines = [RoleInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The ledgers hold every member; who wants to go erases themselves."""
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Say who gave a role, and when."""
        for role in formset.save(commit=False):
            if role.pk is None:
                role.granted_by, role.granted_at = request.user, timezone.now()
            role.save()
        for role in formset.deleted_objects:
            role.delete()


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """The people of an organisation."""

    model = Membership
    extra = 0
    autocomplete_fields = ["member"]


class ScopeInline(admin.TabularInline):  # type: ignore[type-arg]
    """The parts of the product tree in which an organisation's word counts."""

    model = Scope
    form = ScopeForm
    extra = 1


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Organisations wait here for a moderator who checks them and says so."""

    list_display = ["name", "kind", "domain", "place", "verified_at", "verified_by", "is_demonstration"]
    list_filter = ["kind", ("verified_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "domain"]
    prepopulated_fields = {"slug": ["name"]}
    fields = [
        "kind",
        "name",
        "slug",
        "domain",
        "place",
        "about",
        "verified_at",
        "verified_by",
        "is_demonstration",
    ]
    readonly_fields = ["verified_at", "verified_by", "is_demonstration"]
    inlines = [ScopeInline, MembershipInline]
    actions = ["verify", "withdraw"]

    def has_change_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """Nobody widens or narrows the scope of their own organisation here: it says what they may not decide about."""
        return super().has_change_permission(request, obj) and not _works_at(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """Nor takes it away."""
        return super().has_delete_permission(request, obj) and not _works_at(request, obj)

    @admin.action(description="Verify the selected organisations", permissions=["change"])
    def verify(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        """Verify each, and say of each refusal why."""
        for organisation in queryset:
            self._try(request, organisation, "is verified", verify_organisation, now=timezone.now())

    @admin.action(description="Withdraw the verification of the selected organisations", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        """Take the verification back."""
        for organisation in queryset:
            self._try(request, organisation, "is no longer verified", withdraw_verification, now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write a change of people or scope into the organisation's log."""
        super().save_formset(request, form, formset, change)
        done = [
            *((row, "added") for row in formset.new_objects),
            *((row, "changed") for row, _ in formset.changed_objects),
            *((row, "taken away") for row in formset.deleted_objects),
        ]
        for row, what in done:
            is_place = isinstance(row, Membership)
            note_act(
                organisation=form.instance,
                act=OrganisationAct.Act.PLACED if is_place else OrganisationAct.Act.SCOPED,
                actor=cast("User", request.user),
                subject=row.member if is_place else None,
                words=f"{what} by the administration" if is_place else f"{row.product.full_name} {what}",
                now=timezone.now(),
            )

    def _try(self, request: HttpRequest, organisation: Organisation, done: str, act: Any, **given: Any) -> None:
        try:
            act(organisation=organisation, actor=request.user, **given)
        except Refusal as refusal:
            self.message_user(request, f"{organisation}: {refusal}", messages.ERROR)
        else:
            self.message_user(request, f"{organisation} {done}.", messages.SUCCESS)


def _works_at(request: HttpRequest, organisation: Organisation | None) -> bool:
    return organisation is not None and organisation.memberships.filter(member=request.user.pk, until=None).exists()


@admin.register(OwnedProduct)
class OwnedProductAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Where a moderator notes that possession was shown. The serial number is its owner's alone and not here."""

    list_display = ["id", "member", "product", "possession_shown_at"]
    list_filter = [("possession_shown_at", admin.EmptyFieldListFilter)]
    search_fields = ["member__username"]
    list_select_related = ["member", "product"]
    fields = ["member", "product", "possession_shown_at"]
    readonly_fields = ["member", "product"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Owners keep their garage themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Owners keep their garage themselves."""
        return False


class CommunityRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule, its new value and why."""

    name = forms.ChoiceField(label="Rule")
    value = forms.JSONField(label="Value", help_text="A number; true or false where the rule is a switch.")
    reason = forms.CharField(max_length=255, help_text="Everybody can read it.")

    class Meta:
        model = CommunityRule
        fields = ["name", "value"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["name"]
        if self.instance.pk:
            field.disabled = True
        field.choices = [  # type: ignore[attr-defined]
            (group, [(rule.name, f"{rule.name} ({rule.default} {rule.unit}): {rule.help}") for rule in rules_of(rules)])
            for group, rules in sorted(known_groups().items())
        ]

    def clean(self) -> dict[str, Any]:
        """Say beside the value why a rule can't take it."""
        cleaned = super().clean() or {}
        rule = find_rule(cleaned.get("name", ""))
        if rule is not None and "value" in cleaned:
            try:
                checked(rule, cleaned["value"])
            except ValueError as error:
                self.add_error("value", str(error))
        return cleaned


@admin.register(CommunityRule)
class CommunityRuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Numbers that differ from their default in code. Every change goes into the audit trail."""

    form = CommunityRuleForm
    list_display = ["name", "value", "default"]
    search_fields = ["name"]

    @admin.display(description="default")
    def default(self, row: CommunityRule) -> Any:
        """What code would say."""
        rule = find_rule(row.name)
        return rule.default if rule else "no such rule"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A rule goes back by setting it to its default, with a reason."""
        return False

    def save_model(self, request: HttpRequest, obj: CommunityRule, form: Any, change: bool) -> None:
        """Change the rule through the action that keeps the audit trail."""
        assert isinstance(request.user, User)
        now = timezone.now()
        given = form.cleaned_data
        change_rule(name=given["name"], value=given["value"], reason=given["reason"], actor=request.user, now=now)
        # The row may be new, or gone because the value is the default again; the admin asks for its id afterwards.
        obj.pk = CommunityRule.objects.filter(name=given["name"]).values_list("pk", flat=True).first() or 0


@admin.register(CommunityRuleChange)
class CommunityRuleChangeAdmin(ReadOnlyAdmin):
    """Who changed which community rule, and why."""

    list_display = ["changed_at", "name", "before", "after", "changed_by", "reason"]
    search_fields = ["name"]
    list_select_related = ["changed_by"]


@admin.register(ReputationEvent)
class ReputationEventAdmin(ReadOnlyAdmin):
    """The ledger."""

    list_display = ["created_at", "member", "points", "event", "cause", "actor"]
    list_filter = ["event"]
    search_fields = ["member__username", "cause"]
    list_select_related = ["member", "actor"]
