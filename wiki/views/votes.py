"""Voting: buttons on the pages of posts post here; a vote down asks for its reason."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from wiki.actions.votes import cast_vote, retract_vote
from wiki.forms.talk import VoteForm
from wiki.models import Comment, Fix, Problem
from wiki.rules.votes import Value
from wiki.views.acting import member_of, say, visible_post


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Vote on a problem, fix or comment, or take the vote back (value 0)."""
    post = cast("Problem | Fix | Comment", visible_post(request, kind, pk, among=("problem", "fix", "comment")))
    back = post.get_absolute_url()
    form = VoteForm(request.POST or None, initial={"value": request.GET.get("value", "1")})
    if request.method == "POST" and form.is_valid():
        value = form.cleaned_data["value"]
        try:
            if value == 0:
                retract_vote(post=post, actor=member_of(request), now=timezone.now())
                messages.success(request, "Your vote is taken back.")
            else:
                cast_vote(
                    post=post,
                    value=cast("Value", value),
                    reason=form.cleaned_data["reason"],
                    actor=member_of(request),
                    now=timezone.now(),
                )
                messages.success(request, "Your vote counts.")
        except Refusal as refusal:
            if value != -1:
                messages.error(request, str(refusal))
                return redirect(back)
            say(form, refusal)
        else:
            return redirect(back)
    return render(request, "wiki/vote_form.html", {"form": form, "post": post, "kind": kind, "back": back})
