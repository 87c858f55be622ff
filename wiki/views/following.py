"""Following, and the inbox of what is followed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.notifications import mark_read
from accounts.errors import Refusal
from products.models import Product
from wiki import feeds
from wiki.actions.following import follow, unfollow
from wiki.models import EmergingIssue, Follow, Problem
from wiki.queries.emerging import issues, may_see
from wiki.queries.following import followed_by
from wiki.queries.inbox import PER_PAGE, inbox_of
from wiki.queries.issue_addresses import issue_addresses
from wiki.queries.own_lists import following_listing, inbox_listing
from wiki.views.acting import member_of, refused, visible


@login_required
@require_POST
def follow_thing(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Follow or leave what the address names; `wish` is on or off, `issues` which emerging issues are told of."""
    thing = _thing(request, kind, pk)
    back = issue_addresses([thing])[thing.pk] if isinstance(thing, EmergingIssue) else thing.get_absolute_url()
    member = member_of(request)
    if request.POST.get("wish") == "off":
        unfollow(thing=thing, actor=member)
        messages.success(request, f"You no longer follow {thing}.")
    else:
        try:
            level = request.POST.get("issues", "")
            level = level if level in Follow.Issues.values else ""
            follow(thing=thing, actor=member, now=timezone.now(), issues=level)
        except Refusal as refusal:
            return refused(request, refusal, back=back)
        messages.success(request, f"You follow {thing}: news stands in your inbox.")
    return redirect("wiki:following" if request.POST.get("back") == "following" else back)


@login_required
@never_cache
@require_safe
def following(request: HttpRequest) -> HttpResponseBase:
    """Everything that the member follows."""
    follows = followed_by(member_of(request))
    addresses = issue_addresses([row.issue for row in follows if row.issue is not None])
    rows = [(row, addresses.get(row.issue_id or 0, "")) for row in follows]
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, following_listing(rows, request.path), private=True)
    return render(request, "wiki/following.html", {"rows": rows, "levels": Follow.Issues.choices})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponseBase:
    """What the member was told; posting marks some of it as read (`id`, several times), or all of it (`all`)."""
    member = member_of(request)
    if request.method == "POST":
        ids = (
            None
            if "all" in request.POST
            else [int(pk) for pk in request.POST.getlist("id")[:PER_PAGE] if pk.isdecimal()]
        )
        mark_read(member=member, now=timezone.now(), ids=ids)
        return redirect("wiki:inbox")
    found = inbox_of(member, request.GET.get("page"))
    form = feeds.asked_format(request)
    if form:
        return feeds.answer(request, form, inbox_listing(found, request.path), private=True)
    return render(request, "wiki/inbox.html", {"inbox": found})


def _thing(request: HttpRequest, kind: str, pk: int) -> Product | Problem | EmergingIssue:
    """What can be followed, if the person may see it."""
    if kind == "product":
        return get_object_or_404(Product, pk=pk)
    if kind == "problem":
        return visible(request, Problem, pk)
    if kind == "issue":
        issue = issues().filter(pk=pk).first()
        if issue is not None and may_see(request.user, issue):
            return issue
    raise Http404
