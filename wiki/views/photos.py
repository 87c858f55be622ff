"""Adding and removing photos."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from accounts.limiter import allow
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from wiki.actions.photos import add_photo, remove_photo
from wiki.forms.talk import PhotoForm
from wiki.models import Fix, Outcome, Photo, Problem
from wiki.permissions import refusal_to_delete, stands_on
from wiki.photographs import PhotoRefused
from wiki.views.acting import member_of, refused, say, visible, visible_post


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Add a photo to a problem, a fix or one's own outcome."""
    post = cast("Problem | Fix | Outcome", visible_post(request, kind, pk, among=("problem", "fix", "outcome")))
    back = page_of(post)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        member = member_of(request)
        if not allow(f"upload:{member.pk}", load(RequestLimits).heavy_per_minute, 60, writes=True):
            form.add_error("photo", "That was fast: please wait a minute.")
        else:
            try:
                add_photo(
                    post=post,
                    upload=form.cleaned_data["photo"],
                    caption=form.cleaned_data["caption"],
                    actor=member,
                    now=timezone.now(),
                )
            except PhotoRefused as error:
                form.add_error("photo", str(error))
            except Refusal as refusal:
                say(form, refusal)
            else:
                messages.success(request, "The photo is published.")
                return redirect(back)
    return render(request, "wiki/photo_form.html", {"form": form, "post": post, "back": back})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take the photo away, its files too."""
    photo = visible(request, Photo, pk)
    back = page_of(stands_on(photo))
    refusal = refusal_to_delete(request.user, photo)
    if refusal is not None:
        return refused(request, refusal, back=back)
    if request.method == "POST":
        try:
            remove_photo(photo=photo, actor=member_of(request), now=timezone.now())
        except Refusal as late:
            return refused(request, late, back=back)
        messages.success(request, "The photo was removed.")
        return redirect(back)
    context = {
        "title": "Remove this photo?",
        "text": photo.caption,
        "button": "Remove it",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)


def page_of(post: Problem | Fix | Outcome) -> str:
    """The page on which a post is read."""
    return post.remedy.get_absolute_url() if isinstance(post, Outcome) else post.get_absolute_url()
