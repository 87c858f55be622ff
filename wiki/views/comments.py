"""Writing, editing and deleting comments."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from wiki.actions.comments import delete_comment, edit_comment, write_comment
from wiki.errors import EditConflict, NothingChanged
from wiki.forms.talk import CommentForm
from wiki.models import Comment, Fix, Problem
from wiki.permissions import refusal_to_delete, refusal_to_edit
from wiki.views.acting import conflict_context, member_of, refused, say, visible, visible_post


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Comment on a problem or fix, or reply; the box on their pages posts here."""
    on = cast("Problem | Fix", visible_post(request, kind, pk, among=("problem", "fix")))
    form = CommentForm(request.POST or None, initial={"parent": request.GET.get("reply_to", "")})
    parent = None
    said = request.POST.get("parent") or request.GET.get("reply_to", "")
    if said.isascii() and said.isdigit() and len(said) < 18:
        parent = visible(request, Comment, int(said))
    if request.method == "POST" and form.is_valid():
        try:
            comment = write_comment(
                on=on, parent=parent, body=form.cleaned_data["body"], actor=member_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            say(form, refusal)
        else:
            return redirect(comment)
    context = {"form": form, "on": on, "parent": parent, "back": on.get_absolute_url()}
    return render(request, "wiki/comment_form.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a comment; a conflict shows both texts and keeps what was typed."""
    comment = visible(request, Comment, pk, "problem__product", "fix__problem__product")
    back = comment.get_absolute_url()
    refusal = refusal_to_edit(request.user, comment)
    if refusal is not None:
        return refused(request, refusal, back=back)
    form = CommentForm(request.POST or None, initial={"body": comment.body}, base_version=comment.version)
    on = comment.problem or comment.fix or comment.outcome
    context: dict[str, Any] = {"form": form, "comment": comment, "on": on, "back": back}
    if request.method == "POST" and form.is_valid():
        try:
            edit_comment(
                comment=comment,
                body=form.cleaned_data["body"],
                base_version=form.cleaned_data["base_version"],
                summary=form.cleaned_data["change"],
                actor=member_of(request),
                now=timezone.now(),
            )
        except EditConflict as conflict:
            context |= conflict_context(conflict, form)
        except NothingChanged:
            return redirect(back)
        except Refusal as refused_edit:
            say(form, refused_edit)
        else:
            return redirect(back)
    return render(request, "wiki/comment_form.html", context, status=409 if "conflict" in context else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take the comment away."""
    comment = visible(request, Comment, pk, "problem__product", "fix__problem__product")
    back = comment.get_absolute_url()
    refusal = refusal_to_delete(request.user, comment)
    if refusal is not None:
        return refused(request, refusal, back=back)
    if request.method == "POST":
        try:
            delete_comment(comment=comment, actor=member_of(request), now=timezone.now())
        except Refusal as late:
            return refused(request, late, back=back)
        messages.success(request, "The comment was deleted.")
        return redirect(back.partition("#")[0] + "#discuss")
    context = {
        "title": "Delete this comment?",
        "text": comment.body,
        "button": "Delete it",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)
