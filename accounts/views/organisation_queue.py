"""The moderators' queue of claims and changes of scope."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.organisation_decisions import accept_claim, refuse_claim
from accounts.errors import NotPermitted, Refusal
from accounts.models import User
from accounts.organisation_forms import DecideClaimForm
from accounts.queries.organisation_claims import claim_to_decide, waiting_claims
from accounts.queries.standing import standing_of
from accounts.views.refusing import refused

CLOSED = "Only moderators decide about organisations."


@login_required
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The claims that wait for a decision, with their ages."""
    if not _is_moderator(request):
        return refused(request, CLOSED)
    return _queue(request)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a claim with a part of its scope, or refuse it."""
    if not _is_moderator(request):
        return refused(request, CLOSED)
    member, now = cast("User", request.user), timezone.now()
    claim = claim_to_decide(pk)
    if claim is None:
        raise Http404
    waiting = next((each for each in waiting_claims(moderator=member, now=now) if each.claim.pk == pk), None)
    if waiting is None:
        messages.error(request, "This was decided, was taken back, or is not in your part of the product tree.")
        return redirect("accounts:claims")
    form = DecideClaimForm(request.POST, prefix=str(pk), waiting=waiting)
    if not form.is_valid():
        return _queue(request, typed=form, about=pk)
    try:
        if form.cleaned_data["decision"] == "accept":
            accept_claim(claim=claim, products=form.cleaned_data["products"], actor=member, now=now)
        else:
            refuse_claim(claim=claim, reason=form.cleaned_data["reason"], actor=member, now=now)
    except NotPermitted as refusal:
        return refused(request, refusal)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _queue(request, typed=form, about=pk)
    messages.success(request, f"Decided. {claim.claimant} is told.")
    return redirect("accounts:claims")


def _queue(request: HttpRequest, typed: DecideClaimForm | None = None, about: int = 0) -> HttpResponse:
    cases: list[dict[str, Any]] = []
    for waiting in waiting_claims(moderator=cast("User", request.user), now=timezone.now()):
        pk = waiting.claim.pk
        form = typed if typed is not None and pk == about else DecideClaimForm(prefix=str(pk), waiting=waiting)
        cases.append({"waiting": waiting, "claim": waiting.claim, "form": form})
    return render(request, "accounts/claims.html", {"cases": cases})


def _is_moderator(request: HttpRequest) -> bool:
    return standing_of(request.user).is_moderator_somewhere or cast("User", request.user).is_superuser
