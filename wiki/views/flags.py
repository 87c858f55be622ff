"""Flagging a post."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from wiki.actions.flags import flag_post
from wiki.conduct import reasons_open_to, reporting_for
from wiki.forms.talk import FlagForm
from wiki.models import Fix, Outcome, Photo
from wiki.permissions import stands_on
from wiki.views.acting import AnyPost, member_of, say, visible_post


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say what is wrong with a post."""
    post = visible_post(request, kind, pk)
    back = _page_of(post)
    member = member_of(request)
    form = FlagForm(request.POST or None, reasons=reasons_open_to(member, post))
    if request.method == "POST" and form.is_valid():
        try:
            flag_post(
                post=post,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                actor=member,
                now=timezone.now(),
            )
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, "Thank you. A moderator will look at it.")
            post.refresh_from_db()
            return redirect(back if post.state == "published" else "wiki:home")
    context = {
        "form": form,
        "post": post,
        "kind": kind,
        "back": back,
        "is_fix": isinstance(post, Fix),
        "reporting": reporting_for(member, post),
    }
    return render(request, "wiki/flag_form.html", context)


def _page_of(post: AnyPost) -> str:
    """The page on which a post is read."""
    if isinstance(post, Photo):
        return _page_of(stands_on(post))
    return post.remedy.get_absolute_url() if isinstance(post, Outcome) else post.get_absolute_url()
