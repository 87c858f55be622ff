"""Pages of trials: "I am trying this", what a member is trying, and the answers behind a mailed link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import LimitReached, Refusal
from accounts.limiter import allow, client_address
from accounts.queries.community_rules import load
from accounts.queries.garage import default_product, product_at
from accounts.rules.limits import RequestLimits
from wiki import feeds
from wiki.actions.trials import (
    CAME_BACK,
    LASTS,
    answer_trial,
    answers_of,
    begin_trial,
    begin_trial_by_mail,
    confirm_trial,
    stop_asking,
    trial_of_token,
)
from wiki.forms.trials import TrialForm
from wiki.models import Fix, Outcome, Problem, Remedy, Trial
from wiki.queries.outcomes import problem_behind
from wiki.queries.own_lists import trying_listing
from wiki.queries.trials import trials_of
from wiki.rules.follow_up import FollowUpRules
from wiki.views.acting import member_of, refused, say, visible

LABELS = {str(value): capfirst(label) for value, label in Outcome.Result.choices} | {
    LASTS: "Still fixed",
    CAME_BACK: "It came back",
}
STOP = "stop"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is trying a remedy, with or without an account."""
    remedy = get_object_or_404(Remedy.objects.select_related("fix__problem__product", "diagnostic"), pk=pk)
    if remedy.fix is not None:
        visible(request, Fix, remedy.fix.pk)
        visible(request, Problem, remedy.fix.problem_id)
    person = request.user
    problem = problem_behind(remedy, reader=person, said=request.GET.get("problem", ""))
    item = default_product(person) if person.is_authenticated else None
    owned = item if item is not None and (problem is None or item.product.tree_id == problem.product.tree_id) else None
    product = product_at(request.GET.get("product", ""))
    if product is None:
        product = owned.product if owned is not None else (problem.product if problem is not None else None)
    form = TrialForm(request.POST or None, product=product, owned=owned, person=person)
    back = problem.get_absolute_url() + "#plan" if problem is not None else remedy.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        clean, now = form.cleaned_data, timezone.now()
        chosen = clean.get("owned_product")
        node = chosen.product if chosen is not None else clean["product"]
        try:
            if person.is_authenticated:
                begin_trial(
                    remedy=remedy,
                    product=node,
                    owned_product=chosen,
                    problem=problem,
                    wants_mail=clean["wants_mail"],
                    actor=member_of(request),
                    now=now,
                )
            else:
                _check_pace(request)
                begin_trial_by_mail(remedy=remedy, product=node, problem=problem, mail=clean["mail"], now=now)
                return render(request, "wiki/trial_sent.html", {"mail": clean["mail"], "back": back})
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, "Good luck. Come back and say how it went, whatever it was.")
            return redirect("wiki:trying")
    context = {"form": form, "remedy": remedy, "problem": problem, "back": back, "rules": load(FollowUpRules)}
    return render(request, "wiki/trial_form.html", context)


@login_required
@require_safe
def trying(request: HttpRequest) -> HttpResponseBase:
    """What the member is trying, and how it went."""
    rows = trials_of(member_of(request), now=timezone.now())
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, trying_listing(rows, request.path), private=True)
    return render(request, "wiki/trying.html", {"rows": rows})


@login_required
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one does not try it any more: nothing is asked about it."""
    trial = get_object_or_404(Trial, pk=pk, member=member_of(request))
    stop_asking(trial=trial, actor=member_of(request), now=timezone.now())
    messages.success(request, "It is off your list, and no mail will ask about it.")
    return redirect("wiki:trying")


def mailed(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a mailed link about a trial: one big button. Opening it changes nothing."""
    now = timezone.now()
    try:
        trial, question = trial_of_token(token, now=now)
        if request.method == "POST":
            return _answered(request, token, trial)
    except Refusal as refusal:
        return refused(request, refusal)
    answers = answers_of(trial)
    chosen = request.GET.get("answer", "")
    context = {
        "trial": trial,
        "waits": trial.state == Trial.State.AWAITING_MAIL,
        "stops": chosen == STOP,
        "chosen": chosen if chosen in answers else "",
        "chosen_label": LABELS.get(chosen, ""),
        "others": [(value, LABELS[value]) for value in answers if value != chosen],
        "question": question,
        "rules": load(FollowUpRules),
    }
    return render(request, "wiki/trial_mailed.html", context)


def _answered(request: HttpRequest, token: str, trial: Trial) -> HttpResponse:
    now, answer = timezone.now(), request.POST.get("answer", "")
    back = trial.problem or trial.remedy
    if answer == STOP:
        stop_asking(token=token, now=now)
        messages.success(request, "No more mails about what you are trying.")
    elif trial.state == Trial.State.AWAITING_MAIL:
        confirm_trial(token=token, now=now)
        messages.success(request, f"Good luck. We ask you in {load(FollowUpRules).first_days} days how it went.")
    else:
        trial = answer_trial(token=token, answer=answer, now=now)
        messages.success(request, _thanks(answer))
        if request.user.is_authenticated and trial.outcome is not None and trial.outcome.member_id == request.user.pk:
            return redirect("wiki:outcome-edit", trial.outcome.pk)
    return redirect(back)


def _thanks(answer: str) -> str:
    if answer == LASTS:
        return "Thank you: good that it lasts."
    if answer == CAME_BACK:
        return "Thank you: it counts as not solved now."
    return "Thank you. Your report counts from now on; what you paid and found helps others too."


def _check_pace(request: HttpRequest) -> None:
    """Refuse a machine that sends mail to the world through the form."""
    most = load(RequestLimits).mailed_outcomes_per_hour
    if not allow(f"mailed-outcome:{client_address(request)}", most, 3600, writes=True):
        raise LimitReached("That is as many mails without an account as we send in an hour. Please go on later.")
