"""Pages on which outcomes are reported, edited, withdrawn, and published by a mailed link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import LimitReached, Refusal
from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.queries.garage import default_product, product_at
from accounts.rules.limits import RequestLimits
from products.models import OfficialDiagnostic
from wiki import feeds
from wiki.actions.mailed_outcomes import (
    outcome_of_token,
    publish_mailed_outcome,
    record_outcome_by_mail,
    withdraw_mailed_outcome,
)
from wiki.actions.outcomes import edit_outcome, mark_came_back, record_outcome, withdraw_outcome
from wiki.actions.remedies import remedy_for
from wiki.actions.trials import is_trial_token
from wiki.errors import AlreadyReported, EditConflict, NothingChanged
from wiki.forms.circumstances import reader_of
from wiki.forms.outcomes import CameBackForm, OutcomeForm
from wiki.models import Fix, Outcome, Problem, Remedy
from wiki.permissions import refusal_to_edit
from wiki.queries.further_lists import outcomes_listing
from wiki.queries.outcomes import answerable_by, outcomes_of, problem_behind, remedy_of, replies_to
from wiki.views import trials
from wiki.views.acting import conflict_context, member_of, refused, say, visible

ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Report how a remedy went, with or without an account."""
    remedy = get_object_or_404(Remedy.objects.select_related("fix__problem__product", "diagnostic"), pk=pk)
    if remedy.fix is not None:
        visible(request, Fix, remedy.fix.pk)
        visible(request, Problem, remedy.fix.problem_id)
    return _report(request, remedy)


@require_http_methods(["GET", "HEAD", "POST"])
def new_official(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for an official diagnostic that nothing points at yet; its remedy row is made by the report."""
    diagnostic = get_object_or_404(OfficialDiagnostic, pk=pk)
    return _report(request, remedy_of(diagnostic=diagnostic) or Remedy(diagnostic=diagnostic))


def _report(request: HttpRequest, remedy: Remedy) -> HttpResponse:
    person = request.user
    problem = problem_behind(remedy, reader=person, said=request.GET.get("problem", ""))
    item = default_product(person) if person.is_authenticated else None
    owned = item if item is not None and (problem is None or item.product.tree_id == problem.product.tree_id) else None
    product = product_at(request.GET.get("product", ""))
    if product is None:
        product = owned.product if owned is not None else (problem.product if problem is not None else None)
    initial = {"result": request.GET.get("result", "")}
    form = OutcomeForm(
        request.POST or None,
        initial=initial,
        remedy=remedy,
        product=product,
        owned=owned,
        today=timezone.now().date(),
        person=person,
        readings=reader_of(request.GET, person).readings,
    )
    context: dict[str, Any] = {"form": form, "remedy": remedy, "problem": problem}
    if request.method == "POST" and form.is_valid():
        back = problem.get_absolute_url() + "#plan" if problem is not None else None
        try:
            if remedy.diagnostic is not None:
                remedy = remedy_for(diagnostic=remedy.diagnostic)
            if person.is_authenticated:
                record_outcome(remedy=remedy, draft=form.draft(), actor=member_of(request), now=timezone.now())
            else:
                _check_pace(request)
                mail = form.cleaned_data["mail"]
                record_outcome_by_mail(remedy=remedy, mail=mail, draft=form.draft(), now=timezone.now())
                return render(
                    request, "wiki/outcome_sent.html", {"mail": mail, "back": back or remedy.get_absolute_url()}
                )
        except AlreadyReported as refusal:
            if refusal.outcome is not None:
                messages.warning(request, str(refusal))
                return redirect("wiki:outcome-edit", pk=refusal.outcome.pk)
            say(form, refusal)
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, "Thank you. Your report counts from now on; the plan has been worked out again.")
            return redirect(back or remedy.get_absolute_url())
    return render(request, "wiki/outcome_form.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit one's own outcome; a conflict shows both texts and keeps what was typed."""
    outcome = visible(request, Outcome, pk, "remedy__fix__problem", "remedy__diagnostic", "product", "owned_product")
    refusal = refusal_to_edit(request.user, outcome)
    if refusal is not None:
        return refused(request, refusal, back=outcome.remedy.get_absolute_url())
    form = OutcomeForm.of(outcome, data=request.POST or None, today=timezone.now().date(), person=request.user)
    context: dict[str, Any] = {"form": form, "remedy": outcome.remedy, "outcome": outcome}
    if request.method == "POST" and form.is_valid():
        try:
            edit_outcome(
                outcome=outcome,
                draft=form.draft(),
                base_version=form.cleaned_data["base_version"],
                summary=form.cleaned_data["change"],
                actor=member_of(request),
                now=timezone.now(),
            )
        except EditConflict as conflict:
            context |= conflict_context(conflict, form)
        except NothingChanged:
            return redirect(outcome.remedy)
        except Refusal as refused_edit:
            say(form, refused_edit)
        else:
            messages.success(request, "Saved. What you said before stays in its history.")
            return redirect(outcome.remedy)
    return render(request, "wiki/outcome_form.html", context, status=409 if "conflict" in context else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take one's own outcome back."""
    outcome = visible(request, Outcome, pk, "remedy__fix", "remedy__diagnostic", "product")
    back = outcome.remedy.get_absolute_url()
    refusal = refusal_to_edit(request.user, outcome)
    if refusal is not None:
        return refused(request, refusal, back=back)
    if request.method == "POST":
        try:
            withdraw_outcome(outcome=outcome, actor=member_of(request), now=timezone.now())
        except Refusal as late:
            return refused(request, late, back=back)
        messages.success(request, "Your report is taken back: it counts no more.")
        return redirect(back)
    context = {
        "title": "Take your report back?",
        "text": f"“{outcome}” will not count any more.",
        "button": "Take it back",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def came_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a success did not last."""
    outcome = visible(request, Outcome, pk, "remedy__fix", "remedy__diagnostic", "product")
    back = outcome.remedy.get_absolute_url()
    refusal = refusal_to_edit(request.user, outcome)
    if refusal is not None:
        return refused(request, refusal, back=back)
    form = CameBackForm(request.POST or None, today=timezone.now().date())
    if request.method == "POST" and form.is_valid():
        try:
            mark_came_back(outcome=outcome, on=form.cleaned_data["on"], actor=member_of(request), now=timezone.now())
        except Refusal as late:
            say(form, late)
        else:
            messages.success(request, "Thank you: it counts as not solved now.")
            return redirect("wiki:pro" if "desk" in request.POST else back)
    return render(request, "wiki/came_back.html", {"form": form, "outcome": outcome, "back": back})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mailed(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a mailed link: one big button. Opening it changes nothing."""
    if is_trial_token(token):
        return trials.mailed(request, token)
    now = timezone.now()
    try:
        outcome = outcome_of_token(token, now=now)
        if request.method == "POST":
            if outcome.state == Outcome.State.AWAITING_MAIL:
                publish_mailed_outcome(token=token, now=now)
                messages.success(request, "Thank you. Your report is published and counts from now on.")
            elif "withdraw" in request.POST:
                withdraw_mailed_outcome(token=token, now=now)
                messages.success(request, "Your report is taken back: it counts no more.")
            return redirect(outcome.remedy)
    except Refusal as refusal:
        return refused(request, refusal)
    waits = outcome.state == Outcome.State.AWAITING_MAIL
    return render(request, "wiki/outcome_mailed.html", {"outcome": outcome, "waits": waits})


@require_safe
def of_fix(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    """All outcomes of a fix."""
    fix = visible(request, Fix, pk, "problem__product")
    remedy = remedy_of(fix=fix)
    if remedy is None:
        raise Http404
    asked = feeds.asked_format(request)
    if asked:
        return feeds.answer(request, asked, outcomes_listing(remedy, request.path, page=feeds.asked_page(request)))
    page = Paginator(outcomes_of(remedy), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "fix": fix,
        "remedy": remedy,
        "page": page,
        "rows": [(outcome, replies_to(outcome)) for outcome in page],
        "answerable": answerable_by(request.user, page),
    }
    return render(request, "wiki/outcomes.html", context)


def _check_pace(request: HttpRequest) -> None:
    """Refuse a machine that sends mail to the world through the form."""
    most = load(RequestLimits).mailed_outcomes_per_hour
    if not allow(f"mailed-outcome:{client_address(request)}", most, 3600, writes=True):
        raise LimitReached("That is as many reports without an account as we take in an hour. Please go on later.")
