"""Pages of guided diagnosis: the visitor's way step by step, and tests as members write them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Refusal
from wiki.actions.diagnosis import add_test, delete_test, edit_test, stand_behind_test
from wiki.errors import EditConflict, NothingChanged
from wiki.forms.circumstances import reader_of
from wiki.forms.diagnosis import TestForm
from wiki.models import DiagnosticTest, Problem
from wiki.permissions import refusal_to_delete, refusal_to_edit
from wiki.queries.diagnosis import remedies_of_problem
from wiki.queries.guide import guide_page
from wiki.views.acting import conflict_context, member_of, refused, say, visible


@require_safe
def diagnose(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One step of the visitor's way; all that was said stands in the address."""
    found = get_object_or_404(
        Problem.objects.visible_to(request.user).select_related("product", "component", "duplicate_of"), pk=pk
    )
    problem = found.duplicate_of or found
    if problem is not found or slug != found.slug:
        address, said = reverse("wiki:diagnose", args=[problem.pk, problem.slug]), request.GET.urlencode()
        return redirect(f"{address}?{said}" if said else address, permanent=True)
    page = guide_page(problem, reader_of(request.GET, request.user), now=timezone.now())
    context = {"page": page, "problem": problem, "plan": page.plan, "demonstration": problem.is_demonstration}
    return render(request, "wiki/diagnose.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a test to a problem."""
    problem = visible(request, Problem, pk, "product")
    form = TestForm(request.POST or None, poster=request.user, remedies=remedies_of_problem(problem))
    if request.method == "POST" and form.is_valid():
        try:
            test = add_test(problem=problem, draft=form.draft(), actor=member_of(request), now=timezone.now())
        except Refusal as refusal:
            say(form, refusal)
        else:
            said = "The test is published."
            if not test.is_checked:
                said += " It is shown before the plan once a professional or an experienced member stands behind it."
            messages.success(request, said)
            return redirect(test)
    return render(request, "wiki/test_form.html", {"form": form, "problem": problem})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a test; a conflict shows both texts and keeps what was typed."""
    test = _test(request, pk)
    refusal = refusal_to_edit(request.user, test)
    if refusal is not None:
        return refused(request, refusal, back=test.get_absolute_url())
    form = TestForm.of(test, data=request.POST or None, poster=request.user, remedies=remedies_of_problem(test.problem))
    context: dict[str, Any] = {"form": form, "test": test, "problem": test.problem}
    if request.method == "POST" and form.is_valid():
        try:
            edit_test(
                test=test,
                draft=form.draft(),
                base_version=form.cleaned_data["base_version"],
                summary=form.cleaned_data["change"],
                actor=member_of(request),
                now=timezone.now(),
            )
        except EditConflict as conflict:
            context |= conflict_context(conflict, form)
        except NothingChanged:
            return redirect(test)
        except Refusal as refused_edit:
            say(form, refused_edit)
        else:
            messages.success(request, "Saved. What it said before stays in its history.")
            return redirect(test)
    return render(request, "wiki/test_form.html", context, status=409 if "conflict" in context else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take a test away."""
    test = _test(request, pk)
    back = test.get_absolute_url()
    refusal = refusal_to_delete(request.user, test)
    if refusal is not None:
        return refused(request, refusal, back=back)
    if request.method == "POST":
        try:
            delete_test(test=test, actor=member_of(request), now=timezone.now())
        except Refusal as late:
            return refused(request, late, back=back)
        messages.success(request, "The test is deleted.")
        return redirect(test.problem)
    context = {
        "title": "Delete this test?",
        "text": f"“{test.title}” will not be shown any more.",
        "button": "Delete it",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)


@login_required
@require_POST
def stand_behind(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a test is right as it stands."""
    test = _test(request, pk)
    try:
        stand_behind_test(test=test, actor=member_of(request), now=timezone.now())
    except Refusal as refusal:
        return refused(request, refusal, back=test.get_absolute_url())
    messages.success(request, "Thank you: it is shown before the plan where it pays.")
    return redirect(test)


def _test(request: HttpRequest, pk: int) -> DiagnosticTest:
    test = visible(request, DiagnosticTest, pk, "problem__product")
    visible(request, Problem, test.problem_id)
    return test
