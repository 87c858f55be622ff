"""The moderators' queue."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Refusal
from wiki.actions.flags import decide_flag
from wiki.models import Flag
from wiki.permissions import refusal_to_moderate
from wiki.queries.moderation import open_cases
from wiki.views.acting import member_of, refused


@login_required
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The flagged posts that wait for a decision, with their ages."""
    refusal = refusal_to_moderate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    cases = open_cases(moderator=member_of(request), now=timezone.now())
    return render(request, "wiki/moderation.html", {"cases": cases})


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Uphold or dismiss the flags of a case."""
    refusal = refusal_to_moderate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    flag = get_object_or_404(Flag, pk=pk)
    decision = request.POST.get("decision", "")
    if decision not in ("uphold", "dismiss"):
        messages.error(request, "Please choose one of the two.")
        return redirect("wiki:moderation")
    try:
        decide_flag(flag=flag, uphold=decision == "uphold", actor=member_of(request), now=timezone.now())
    except Refusal as late:
        messages.error(request, str(late))
    else:
        messages.success(request, "Decided.")
    return redirect("wiki:moderation")
