"""A member's tokens of the API: a list, a form, and the text of a new one, once."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.tokens import NewToken, make_token, revoke_token
from accounts.errors import TokenRefused
from accounts.forms import TokenForm
from accounts.models import User
from accounts.queries.tokens import token_of, token_rows
from accounts.rules.tokens import TokenScope


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """List the tokens; a new one is shown on the answer to the form, and nowhere else."""
    member = cast("User", request.user)
    form = TokenForm(request.POST or None, member=member)
    made: NewToken | None = None
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        days = form.cleaned_data["days"]
        try:
            made = make_token(
                member=member,
                name=form.cleaned_data["name"],
                scopes=[TokenScope(scope) for scope in form.cleaned_data["scopes"]],
                organisation=form.cleaned_data.get("organisation"),
                expires_at=None if days is None else now + timedelta(days=days),
                now=now,
            )
        except TokenRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            form = TokenForm(member=member)
    rows = token_rows(member, now=timezone.now())
    return render(request, "accounts/tokens.html", {"form": form, "rows": rows, "made": made})


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    member = cast("User", request.user)
    token = token_of(member, pk)
    if token is None:
        raise Http404
    revoke_token(token=token, actor=member, now=timezone.now())
    messages.success(request, f"{token.name} is revoked: what uses it is refused from now on.")
    return redirect("accounts:tokens")
