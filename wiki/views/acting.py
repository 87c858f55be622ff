"""What pages that write share: who acts, which post, how a refusal is answered."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django import forms
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.errors import LimitReached, Refusal
from accounts.models import User
from wiki.errors import EditConflict, LinkUnusable, PostGone, RevisionUnknown
from wiki.models import Comment, Fix, Outcome, Photo, Problem
from wiki.queries.revisions import compare

AnyPost = Problem | Fix | Comment | Outcome | Photo
Found = TypeVar("Found", bound=Model)

KINDS: dict[str, type[AnyPost]] = {
    "problem": Problem,
    "fix": Fix,
    "comment": Comment,
    "outcome": Outcome,
    "photo": Photo,
}


def member_of(request: HttpRequest) -> User:
    """The signed-in member, on a page that asks for one."""
    return cast("User", request.user)


def visible(request: HttpRequest, model: type[Found], pk: int, *related: str) -> Found:
    """The post, if the person may see it; invisible equals absent (404)."""
    rows = model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
    return cast("Found", get_object_or_404(rows.select_related(*related) if related else rows, pk=pk))


def visible_post(request: HttpRequest, kind: str, pk: int, *, among: tuple[str, ...] = tuple(KINDS)) -> AnyPost:
    """The post of a kind named in an address."""
    if kind not in among:
        raise Http404
    return visible(request, KINDS[kind], pk)


def refused(request: HttpRequest, refusal: Refusal, *, back: str = "") -> HttpResponse:
    """A page that says why not, with the way back."""
    status = 403
    if isinstance(refusal, PostGone | RevisionUnknown):
        status = 404
    elif isinstance(refusal, LinkUnusable):
        status = 410
    elif isinstance(refusal, LimitReached):
        status = 429
    elif isinstance(refusal, EditConflict):
        status = 409
    return render(request, "wiki/refused.html", {"refusal": str(refusal), "back": back}, status=status)


def conflict_context(conflict: EditConflict, form: Any) -> dict[str, Any]:
    """What a form shows after a conflict: both texts side by side; saving again builds on the newer one."""
    form.show_version(conflict.version)
    form.add_error(None, str(conflict))
    return {"conflict": compare(conflict.theirs, conflict.mine)}


def say(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put a refusal above a form, which keeps what was typed."""
    form.add_error(None, str(refusal))
