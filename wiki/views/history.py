"""History, comparison and restoring of problems, fixes, comments, outcomes and tests."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refusal
from wiki import feeds
from wiki.actions.diagnosis import restore_test_revision
from wiki.actions.fixes import restore_fix_revision
from wiki.actions.problems import restore_problem_revision
from wiki.actions.revising import post_field, revision_of
from wiki.errors import NothingChanged, RevisionUnknown
from wiki.models import Comment, DiagnosticTest, Fix, Outcome, Problem
from wiki.permissions import refusal_to_edit
from wiki.queries.further_lists import revisions_listing
from wiki.queries.revisions import compare, history_of
from wiki.views.acting import member_of, refused, visible, visible_post

ON_A_PAGE = 50
Historic = Problem | Fix | Comment | Outcome | DiagnosticTest
HISTORIC = ("problem", "fix", "comment", "outcome")


def addresses(post: Historic) -> dict[str, str]:
    """Where a post, its history and its comparisons stand."""
    if isinstance(post, Fix):
        return {
            "post": post.get_absolute_url(),
            "history": reverse("wiki:fix-history", args=[post.pk, post.slug]),
            "diff": reverse("wiki:fix-diff", args=[post.pk, post.slug, 1, 2]).removesuffix("1..2/"),
            "restore": reverse("wiki:fix-restore", args=[post.pk, post.slug, 1]).removesuffix("1/"),
        }
    kind = post_field(post)
    page = post.remedy.get_absolute_url() if isinstance(post, Outcome) else post.get_absolute_url()
    found = {
        "post": page,
        "history": reverse(f"wiki:{kind}-history", args=[post.pk]),
        "diff": reverse(f"wiki:{kind}-diff", args=[post.pk, 1, 2]).removesuffix("1..2/"),
    }
    if isinstance(post, Problem | DiagnosticTest):
        found["restore"] = reverse(f"wiki:{kind}-restore", args=[post.pk, 1]).removesuffix("1/")
    return found


@require_safe
def history(request: HttpRequest, kind: str, pk: int, slug: str = "") -> HttpResponseBase:
    """All revisions of a post, the latest first."""
    post = _post(request, kind, pk)
    asked = feeds.asked_format(request)
    if asked:
        number = feeds.asked_page(request)
        return feeds.answer(request, asked, revisions_listing(post, _title(post), request.path, page=number))
    page = Paginator(history_of(post), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"post": post, "kind": kind, "page": page, "at": addresses(post), "title": _title(post)}
    return render(request, "wiki/history.html", context)


@require_safe
def diff(request: HttpRequest, kind: str, pk: int, a: int, b: int, slug: str = "") -> HttpResponse:
    """Two revisions of a post side by side."""
    post = _post(request, kind, pk)
    try:
        before, after = revision_of(post, a), revision_of(post, b)
    except RevisionUnknown as refusal:
        return refused(request, refusal, back=addresses(post)["history"])
    context = {
        "post": post,
        "kind": kind,
        "title": _title(post),
        "at": addresses(post),
        "before": before,
        "after": after,
        "fields": compare(before.content, after.content),
        "may_restore": "restore" in addresses(post)
        and before.number != post.version
        and refusal_to_edit(request.user, post) is None,
    }
    return render(request, "wiki/diff.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, kind: str, pk: int, number: int, slug: str = "") -> HttpResponse:
    """Ask once more, then make the post say again what an old revision says."""
    post = _post(request, kind, pk)
    at = addresses(post)
    refusal = refusal_to_edit(request.user, post)
    if refusal is not None:
        return refused(request, refusal, back=at["post"])
    try:
        old = revision_of(post, number)
        if request.method == "POST":
            version = request.POST.get("base_version", "")
            base = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
            member, now = member_of(request), timezone.now()
            if isinstance(post, Fix):
                restore_fix_revision(fix=post, number=number, base_version=base, actor=member, now=now)
            elif isinstance(post, DiagnosticTest):
                restore_test_revision(test=post, number=number, base_version=base, actor=member, now=now)
            elif isinstance(post, Problem):
                restore_problem_revision(problem=post, number=number, base_version=base, actor=member, now=now)
            messages.success(request, f"Revision {number} is restored, as a new revision.")
            return redirect(at["history"])
    except NothingChanged:
        messages.info(request, "It says that already.")
        return redirect(at["history"])
    except Refusal as late:
        return refused(request, late, back=at["history"])
    context = {
        "title": f"Restore revision {number}?",
        "text": f"{_title(post)} will say again what it said on {old.created_at:%-d %B %Y}. Nothing is lost.",
        "button": "Restore it",
        "back": at["history"],
        "version": post.version,
    }
    return render(request, "wiki/confirm.html", context)


def _post(request: HttpRequest, kind: str, pk: int) -> Historic:
    if kind == "test":
        test = visible(request, DiagnosticTest, pk, "problem__product")
        visible(request, Problem, test.problem_id)
        return test
    return cast("Historic", visible_post(request, kind, pk, among=HISTORIC))


def _title(post: Historic) -> str:
    if isinstance(post, Comment):
        return f"A comment by {post.author or 'a former member'}"
    return str(post)
