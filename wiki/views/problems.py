"""Pages on which problems are asked, edited and deleted, and their official diagnostics linked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refusal
from accounts.queries.garage import default_product, product_at
from products.models import OfficialDiagnostic
from wiki.actions.diagnostics import link_diagnostic, unlink_diagnostic
from wiki.actions.problems import ask_problem, delete_problem, edit_problem
from wiki.errors import EditConflict, NothingChanged
from wiki.forms.problems import ProblemForm
from wiki.forms.talk import AskPhotoForm, LinkForm
from wiki.models import DiagnosticLink, Problem
from wiki.permissions import refusal_to_delete, refusal_to_edit, refusal_to_unlink
from wiki.photographs import PhotoRefused
from wiki.queries.diagnostics import component_at, diagnostics_numbered, links_of, suggest_diagnostics
from wiki.queries.similar import SimilarProblem, product_numbered, similar_to_text
from wiki.views.acting import conflict_context, member_of, refused, say, visible

LONGEST_LIVE = 1_000
"""Characters of each field that travel while typing."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Describe a problem."""
    member = member_of(request)
    product = product_at(request.GET.get("product", ""))
    if product is None:
        item = default_product(member)
        product = item.product if item is not None else None
    component = component_at(request.GET.get("component", ""))
    form = ProblemForm(
        request.POST or None,
        initial={"title": request.GET.get("q", "")[:150], "code_text": request.GET.get("codes", "")[:255]},
        poster=member,
        product=product,
        component=component,
    )
    photo = AskPhotoForm(request.POST or None, request.FILES or None, prefix="photo")
    checking = "check" in request.POST
    context: dict[str, Any] = {"form": form, "photo": photo, "checked": checking}
    if checking:
        context["similar"] = _similar_to(form)
    elif request.method == "POST" and all([form.is_valid(), photo.is_valid()]):
        try:
            problem = ask_problem(draft=form.draft(), photo=photo.draft(), actor=member, now=timezone.now())
        except PhotoRefused as error:
            photo.add_error("photo", str(error))
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, "Your problem is published. If somebody knows what helps, it will stand here.")
            return redirect(problem)
    return render(request, "wiki/problem_form.html", context)


def _similar_to(form: ProblemForm) -> tuple[SimilarProblem, ...]:
    """The problems like what was typed so far; what is still missing is no error yet."""
    form.is_valid()
    said = {name: str(form.data.get(name, "")) for name in ("title", "symptom", "code_text")}
    found = similar_to_text(said["title"], said["symptom"], said["code_text"], form.cleaned_data.get("product"))
    form.errors.clear()
    return found


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """The problems like what is being typed, as the piece of page that the ask form shows."""
    said = {name: request.GET.get(name, "").replace("\0", "")[:LONGEST_LIVE] for name in ("title", "symptom", "codes")}
    product = product_numbered(request.GET.get("product", ""))
    found = similar_to_text(said["title"], said["symptom"], said["codes"], product)
    return render(request, "wiki/similar_list.html", {"similar": found, "checked": True})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a problem; a conflict shows both texts and keeps what was typed."""
    problem = visible(request, Problem, pk, "product", "component")
    refusal = refusal_to_edit(request.user, problem)
    if refusal is not None:
        return refused(request, refusal, back=problem.get_absolute_url())
    form = ProblemForm.of(problem, data=request.POST or None, poster=request.user)
    context: dict[str, Any] = {"form": form, "problem": problem}
    if request.method == "POST" and form.is_valid():
        try:
            edited = edit_problem(
                problem=problem,
                draft=form.draft(),
                base_version=form.cleaned_data["base_version"],
                summary=form.cleaned_data["change"],
                actor=member_of(request),
                now=timezone.now(),
            )
        except EditConflict as conflict:
            context |= conflict_context(conflict, form)
        except NothingChanged:
            return redirect(problem)
        except Refusal as refused_edit:
            say(form, refused_edit)
        else:
            messages.success(request, "Saved. What it said before stays in its history.")
            return redirect(edited)
    return render(request, "wiki/problem_form.html", context, status=409 if "conflict" in context else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take the problem away."""
    problem = visible(request, Problem, pk, "product")
    refusal = refusal_to_delete(request.user, problem)
    if refusal is not None:
        return refused(request, refusal, back=problem.get_absolute_url())
    if request.method == "POST":
        try:
            delete_problem(problem=problem, actor=member_of(request), now=timezone.now())
        except Refusal as late:
            return refused(request, late, back=problem.get_absolute_url())
        messages.success(request, f"“{problem.title}” was deleted.")
        return redirect(problem.product)
    context = {
        "title": "Delete this problem?",
        "text": f"“{problem.title}” will no longer be found.",
        "button": "Delete it",
        "danger": True,
        "back": problem.get_absolute_url(),
    }
    return render(request, "wiki/confirm.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def diagnostics(request: HttpRequest, pk: int) -> HttpResponse:
    """The official diagnostics of a problem: linked ones, suggested ones, and a field for a number."""
    problem = visible(request, Problem, pk, "product", "component")
    member = member_of(request)
    form = LinkForm(request.POST if "number" in request.POST else None)
    if request.method == "POST":
        try:
            if "unlink" in request.POST:
                link = get_object_or_404(DiagnosticLink, problem=problem, pk=_whole(request.POST["unlink"]))
                unlink_diagnostic(link=link, actor=member, now=timezone.now())
                messages.success(request, "The link was taken away.")
                return redirect("wiki:problem-diagnostics", pk=problem.pk)
            chosen = _chosen(request, form)
            if chosen is not None:
                reason = request.POST.get("reason", "")
                link_diagnostic(
                    problem=problem,
                    diagnostic=chosen,
                    reason=reason if reason in DiagnosticLink.Reason.values else DiagnosticLink.Reason.HAND,
                    actor=member,
                    now=timezone.now(),
                )
                messages.success(request, f"{chosen} takes part in the plan now.")
                return redirect("wiki:problem-diagnostics", pk=problem.pk)
        except Refusal as refusal:
            if not form.is_bound:
                return refused(request, refusal, back=request.path)
            say(form, refusal)
    context = {
        "problem": problem,
        "form": form,
        "links": links_of(problem),
        "suggestions": suggest_diagnostics(problem, on=timezone.now().date()),
        "may_unlink": refusal_to_unlink(member, problem) is None,
    }
    return render(request, "wiki/diagnostics.html", context)


def _chosen(request: HttpRequest, form: LinkForm) -> OfficialDiagnostic | None:
    """The suggested diagnostic that was confirmed, or the one with the number typed."""
    if "link" in request.POST:
        return get_object_or_404(OfficialDiagnostic, pk=_whole(request.POST["link"]))
    if not form.is_valid():
        return None
    found = diagnostics_numbered(form.cleaned_data["number"])
    if len(found) == 1:
        return found[0]
    form.add_error("number", "Several publishers use this number." if found else "We know no such number.")
    return None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
