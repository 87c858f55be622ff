"""Pages on which fixes are proposed, edited and deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from wiki.actions.fixes import delete_fix, edit_fix, propose_fix
from wiki.errors import EditConflict, NothingChanged
from wiki.forms.fixes import MOST_PARTS, FixForm, PartFormSet, parts_of
from wiki.models import Fix, Problem
from wiki.permissions import refusal_to_delete, refusal_to_edit
from wiki.views.acting import conflict_context, member_of, refused, say, visible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a fix for a problem."""
    problem = visible(request, Problem, pk, "product", "component")
    form = FixForm(request.POST or None, poster=request.user, component=problem.component)
    parts = PartFormSet(request.POST or None, prefix="parts")
    if request.method == "POST" and "more_parts" in request.POST:
        parts = _with_more_rows(request)
    elif request.method == "POST" and all([form.is_valid(), parts.is_valid()]):
        try:
            fix = propose_fix(problem=problem, draft=form.draft(parts), actor=member_of(request), now=timezone.now())
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, "Your fix is published, untested so far. Reports of outcomes will move it.")
            return redirect(fix)
    context = {"form": form, "parts": parts, "problem": problem, "only_more": "more_parts" in request.POST}
    return render(request, "wiki/fix_form.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Edit a fix; a conflict shows both texts and keeps what was typed."""
    fix = visible(request, Fix, pk, "problem__product", "component")
    refusal = refusal_to_edit(request.user, fix)
    if refusal is not None:
        return refused(request, refusal, back=fix.get_absolute_url())
    form = FixForm.of(fix, data=request.POST or None, poster=request.user)
    parts = PartFormSet(request.POST or None, prefix="parts", initial=parts_of(fix))
    context: dict[str, Any] = {"form": form, "fix": fix, "problem": fix.problem}
    if request.method == "POST" and "more_parts" in request.POST:
        parts = _with_more_rows(request)
        context["only_more"] = True
    elif request.method == "POST" and all([form.is_valid(), parts.is_valid()]):
        try:
            edited = edit_fix(
                fix=fix,
                draft=form.draft(parts),
                base_version=form.cleaned_data["base_version"],
                summary=form.cleaned_data["change"],
                actor=member_of(request),
                now=timezone.now(),
            )
        except EditConflict as conflict:
            context |= conflict_context(conflict, form)
        except NothingChanged:
            return redirect(fix)
        except Refusal as refused_edit:
            say(form, refused_edit)
        else:
            messages.success(request, "Saved. What it said before stays in its history.")
            return redirect(edited)
    context["parts"] = parts
    return render(request, "wiki/fix_form.html", context, status=409 if "conflict" in context else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Ask once more, then take the fix away."""
    fix = visible(request, Fix, pk, "problem__product")
    refusal = refusal_to_delete(request.user, fix)
    if refusal is not None:
        return refused(request, refusal, back=fix.get_absolute_url())
    if request.method == "POST":
        try:
            delete_fix(fix=fix, actor=member_of(request), now=timezone.now())
        except Refusal as late:
            return refused(request, late, back=fix.get_absolute_url())
        messages.success(request, f"“{fix.title}” was deleted.")
        return redirect(fix.problem)
    context = {
        "title": "Delete this fix?",
        "text": f"“{fix.title}” will no longer stand in the plan.",
        "button": "Delete it",
        "danger": True,
        "back": fix.get_absolute_url(),
    }
    return render(request, "wiki/confirm.html", context)


def _with_more_rows(request: HttpRequest) -> Any:
    """The parts as typed, with three empty rows more: the button that works without scripts."""
    data = request.POST.copy()
    total = data.get("parts-TOTAL_FORMS", "")
    data["parts-TOTAL_FORMS"] = str(min((int(total) if total.isascii() and total.isdigit() else 0) + 3, MOST_PARTS))
    return PartFormSet(data, prefix="parts")
