"""Administration of what exists. The trees are read here and written by their actions alone, which hold the lock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Model
from django.http import HttpRequest

from products.actions.components import set_safety_class
from products.actions.official_diagnostics import (
    attach_codes,
    check_superseding,
    cover_product,
    publish_diagnostic,
    revise_diagnostic,
    supersede_diagnostic,
)
from products.errors import SupersedeRefused
from products.models import (
    Component,
    DiagnosticDocument,
    DiagnosticProduct,
    FaultCode,
    ImportRefusal,
    ImportRun,
    Investigation,
    OfficialDiagnostic,
    Product,
)
from products.rules.codes import base_codes
from products.rules.money import is_currency

# Django asks for the scheme of addresses typed without one; 6.0 makes this the default.
HTTPS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


class SecureURLField(forms.URLField):
    """An address that means https where no scheme is typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **{name: kwargs[name] for name in kwargs if name != "assume_scheme"})


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are looked at and never changed by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes a row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes a row."""
        return False


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    """Products, by their full names."""

    list_display = ["full_name", "kind", "path", "is_demonstration"]
    list_filter = ["kind", "is_demonstration"]
    search_fields = ["full_name", "path", "aliases__name"]


@admin.register(Component)
class ComponentAdmin(ReadOnlyAdmin):
    """Components: their place is read here, and an admin sets the safety class."""

    fields = ["safety_class"]

    list_display = ["name", "parent", "safety_class", "is_software"]
    list_filter = ["safety_class"]
    search_fields = ["name", "aliases__name"]
    list_select_related = ["parent"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Admins may."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: Component, form: Any, change: bool) -> None:
        """Through the action."""
        set_safety_class(component=obj, safety_class=form.cleaned_data["safety_class"])


@admin.register(FaultCode)
class FaultCodeAdmin(ReadOnlyAdmin):
    """Fault codes with each source's meaning."""

    list_display = ["base", "failure_type", "module", "make", "description", "source"]
    list_filter = ["source"]
    search_fields = ["base", "description"]
    list_select_related = ["make"]


class CoverageInline(admin.TabularInline):  # type: ignore[type-arg]
    """The products that a diagnostic covers."""

    model = DiagnosticProduct
    raw_id_fields = ["product"]
    extra = 0


class DocumentInline(admin.TabularInline):  # type: ignore[type-arg]
    """The documents of a diagnostic."""

    model = DiagnosticDocument
    formfield_overrides = HTTPS
    extra = 0


class OfficialDiagnosticForm(forms.ModelForm):  # type: ignore[type-arg]
    """An official diagnostic as an admin writes it; products and codes are typed."""

    covers = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 3, "cols": 70}),
        help_text="products it covers besides those below, a path a line, as cars/land-rover/range-rover",
    )
    more_codes = forms.CharField(required=False, help_text="fault codes it speaks about besides those it has")
    superseded_on = forms.DateField(required=False, help_text="from when the one above takes its place")

    class Meta:
        model = OfficialDiagnostic
        field_classes = {"url": SecureURLField}
        fields = [
            "kind", "publisher", "number", "title", "situation", "cause", "action", "consequence", "warning", "url",
            "market", "issued_on", "effective_from", "effective_until", "remedy_available", "park_it", "park_outside",
            "over_the_air", "remedy_title", "remedy_cost", "remedy_currency", "remedy_hours", "source", "superseded_by",
        ]  # fmt: skip

    def clean_covers(self) -> list[Product]:
        """The products of the paths typed."""
        paths = [line.strip().strip("/") for line in self.cleaned_data["covers"].splitlines() if line.strip()]
        found = {product.path: product for product in Product.objects.filter(path__in=paths)}
        unknown = [path for path in paths if path not in found]
        if unknown:
            raise forms.ValidationError(f"No product has the path {unknown[0]}.")
        return list(found.values())

    def clean_more_codes(self) -> list[FaultCode]:
        """The fault codes of the base codes typed."""
        return list(FaultCode.objects.filter(base__in=base_codes(self.cleaned_data["more_codes"])))

    def clean(self) -> dict[str, Any]:
        """Refuse what the actions would, while everything typed is still in the form."""
        said = super().clean() or self.cleaned_data
        first, last = said.get("effective_from"), said.get("effective_until")
        if first and last and last < first:
            self.add_error("effective_until", "It would end before it begins.")
        if not is_currency(said.get("remedy_currency", "")):
            self.add_error("remedy_currency", "A currency is three letters, as USD.")
        newer = said.get("superseded_by")
        if newer is not None and "superseded_by" in self.changed_data:
            if not said.get("superseded_on"):
                self.add_error("superseded_on", "From which day on?")
            else:
                try:
                    check_superseding(OfficialDiagnostic.objects.get(pk=self.instance.pk), newer, said["superseded_on"])
                except OfficialDiagnostic.DoesNotExist:
                    self.add_error("superseded_by", "Publish it first; then it can be superseded.")
                except SupersedeRefused as refusal:
                    self.add_error("superseded_by", str(refusal))
        return said


@admin.register(OfficialDiagnostic)
class OfficialDiagnosticAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Official diagnostics, published, revised and superseded through their actions, which feed the search."""

    form = OfficialDiagnosticForm
    formfield_overrides = HTTPS
    list_display = ["number", "kind", "publisher", "title", "issued_on", "superseded_by"]
    list_filter = ["kind", "publisher", "is_demonstration"]
    search_fields = ["number", "title"]
    list_select_related = ["superseded_by"]
    raw_id_fields = ["superseded_by"]
    inlines = [CoverageInline, DocumentInline]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was published is superseded, never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: OfficialDiagnostic, form: Any, change: bool) -> None:
        """Publish or revise through the actions."""
        said = dict(form.cleaned_data)
        products, codes = said.pop("covers"), said.pop("more_codes")
        newer, on = said.pop("superseded_by"), said.pop("superseded_on")
        if change:
            saved = revise_diagnostic(diagnostic=obj, **said)
            for product in products:
                cover_product(diagnostic=saved, product=product)
            attach_codes(diagnostic=saved, codes=codes)
            if newer is not None and "superseded_by" in form.changed_data:
                supersede_diagnostic(diagnostic=saved, by=newer, on=on)
        else:
            obj.pk = publish_diagnostic(products=products, codes=codes, **said).pk

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Its publisher's number is what others refer to: it stays."""
        return ["publisher", "number"] if obj is not None else []


@admin.register(Investigation)
class InvestigationAdmin(ReadOnlyAdmin):
    """Investigations, as their files say."""

    list_display = ["number", "subject", "opened_on", "closed_on"]
    search_fields = ["number", "subject"]


class RefusalInline(admin.TabularInline):  # type: ignore[type-arg]
    """The rows that a run refused."""

    model = ImportRefusal
    extra = 0


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Import runs: what each read, made, changed and refused."""

    list_display = ["importer", "source_name", "state", "started_at", "rows_created", "rows_updated", "rows_refused"]
    list_filter = ["importer", "state"]
    inlines = [RefusalInline]
