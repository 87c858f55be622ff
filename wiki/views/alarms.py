"""The moderators' alarms."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Refusal
from wiki.actions.alarms import close_alarm
from wiki.forms.talk import AlarmForm
from wiki.models import Alarm
from wiki.permissions import refusal_to_moderate
from wiki.queries.alarms import open_alarms
from wiki.views.acting import member_of, refused, say


@login_required
@never_cache
@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """What is out of the ordinary, with its evidence, its age and what to do."""
    refusal = refusal_to_moderate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    return _page(request)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alarm with a word on what came of it."""
    refusal = refusal_to_moderate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    alarm = get_object_or_404(Alarm, pk=pk)
    form = AlarmForm(request.POST, prefix=str(pk))
    if form.is_valid():
        try:
            close_alarm(alarm=alarm, note=form.cleaned_data["note"], actor=member_of(request), now=timezone.now())
        except Refusal as late:
            say(form, late)
        else:
            messages.success(request, "Closed.")
            return redirect("wiki:alarms")
    return _page(request, bound={pk: form}, status=422)


def _page(request: HttpRequest, bound: dict[int, AlarmForm] | None = None, status: int = 200) -> HttpResponse:
    found = open_alarms(moderator=member_of(request), now=timezone.now())
    cases = [
        {"open": each, "form": (bound or {}).get(each.alarm.pk) or AlarmForm(prefix=str(each.alarm.pk))}
        for each in found
    ]
    return render(request, "wiki/alarms.html", {"cases": cases}, status=status)
