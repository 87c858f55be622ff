"""Administration of what exists. The trees are read here and written by their actions alone, which hold the lock."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from products.models import (
    Component,
    DiagnosticDocument,
    DiagnosticProduct,
    FaultCode,
    ImportRefusal,
    ImportRun,
    OfficialDiagnostic,
    Product,
)


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
    """Components with their safety class."""

    list_display = ["name", "parent", "safety_class", "is_software"]
    list_filter = ["safety_class"]
    search_fields = ["name", "aliases__name"]
    list_select_related = ["parent"]


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
    extra = 0


@admin.register(OfficialDiagnostic)
class OfficialDiagnosticAdmin(ReadOnlyAdmin):
    """Official diagnostics: published, revised and superseded by their actions, which feed the search."""

    list_display = ["number", "kind", "publisher", "title", "issued_on", "superseded_by"]
    list_filter = ["kind", "publisher", "is_demonstration"]
    search_fields = ["number", "title"]
    list_select_related = ["superseded_by"]
    inlines = [CoverageInline, DocumentInline]


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
