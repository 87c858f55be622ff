"""Pages of those who run the site: what was imported."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from products.actions.imports import undo_import
from products.errors import ProductsRefusal
from products.models import ImportRun
from wiki.permissions import refusal_to_operate
from wiki.queries.imports import import_runs, run_page
from wiki.views.acting import refused


@login_required
@never_cache
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The import runs, the newest first."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    page, rows = import_runs(request.GET.get("page"))
    return render(request, "wiki/imports.html", {"page": page, "rows": rows})


@login_required
@never_cache
@require_safe
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: its counts, and the rows that it refused."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    page = run_page(get_object_or_404(ImportRun, pk=pk), request.GET.get("page"))
    return render(request, "wiki/import_run.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a run, after a question."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    run = get_object_or_404(ImportRun, pk=pk)
    back = reverse("wiki:operators-import", args=[run.pk])
    if request.method == "POST":
        try:
            undo_import(run=run, at=timezone.now())
        except ProductsRefusal as late:
            messages.error(request, str(late))
            return redirect(back)
        run.refresh_from_db()
        messages.success(request, run.message)
        return redirect("wiki:operators-imports")
    context = {
        "title": f"Undo run {run.pk}?",
        "text": f"Everything that {run.importer} made from {run.source_name} is deleted, and what it changed is put "
        "back. It is refused where something else uses it by now.",
        "button": "Undo this run",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)
