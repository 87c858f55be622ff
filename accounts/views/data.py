"""A member's own data: read it, take it along, erase it."""

import json
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.erasure import erase_member
from accounts.errors import WrongPassword
from accounts.forms import ErasureForm
from accounts.limiter import allow
from accounts.models import User
from accounts.queries.owned_data import export_of, promises_in_words

DAY = 24 * 3600


@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What can be done with one's own data."""
    return render(request, "accounts/data.html")


@login_required
@reauthentication_required()
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Everything the site holds of the member, as one JSON file; once a day."""
    member = cast("User", request.user)
    if not allow(f"export:{member.pk}", 1, DAY):
        messages.warning(request, "You have downloaded your data today. Come back tomorrow for a fresh copy.")
        return redirect("accounts:data")
    response = HttpResponse(json.dumps(export_of(member), indent=2), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="fixlore-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the member, after the password was typed again."""
    member = cast("User", request.user)
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not allow(f"erase:{member.pk}", 5, 30 * 60, writes=True):
            form.add_error("password", "That was wrong too often. Try again in half an hour.")
        else:
            try:
                erase_member(member=member, password=form.cleaned_data["password"], now=timezone.now())
            except WrongPassword as refusal:
                form.add_error("password", str(refusal))
            else:
                logout(request)
                messages.success(request, "You are erased. What others built on stays without your name.")
                return redirect("/")
    return render(request, "accounts/erase.html", {"form": form, "promises": promises_in_words()})
