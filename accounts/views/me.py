"""A member's own overview and settings."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.members import change_settings
from accounts.forms import SettingsForm
from accounts.models import User
from accounts.queries.calibration import calibration_ledger_of
from accounts.queries.garage import garage_of
from accounts.queries.privileges import openings_of
from accounts.queries.reputation import ledger_of
from accounts.queries.standing import badges_of

LATEST = 10
NEXT = 3


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What a member has here: garage, reputation, badges and the ways to change them."""
    member = cast("User", request.user)
    shown = {
        "garage": [owned for owned in garage_of(member) if owned.retired_at is None],
        "ledger": ledger_of(member)[:LATEST],
        "trust": calibration_ledger_of(member)[:LATEST],
        "openings": openings_of(member)[:NEXT],
        "badges": badges_of(member),
    }
    return render(request, "accounts/me.html", shown)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Name, words about oneself, what an own hour is worth, and mail about what one follows."""
    member = cast("User", request.user)
    form = SettingsForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        change_settings(member=member, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form})
