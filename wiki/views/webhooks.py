"""Webhooks of a member, and at the desk those of the organisations that a member manages: a list, each with its log."""

from __future__ import annotations

import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import LimitReached, Refusal
from accounts.limiter import allow
from accounts.models import Organisation, User
from accounts.queries.community_rules import load
from accounts.queries.organisations import managed_by
from accounts.rules.limits import RequestLimits
from wiki.actions.webhooks import (
    NewSecret,
    add_webhook,
    change_secret,
    delete_webhook,
    pause_webhook,
    ping_webhook,
    resume_webhook,
    send_again,
    send_failed_again,
)
from wiki.errors import AddressRefused
from wiki.forms.webhooks import SinceForm, WebhookForm
from wiki.models import Webhook
from wiki.queries.webhooks import webhook_page, webhooks_managed_by, webhooks_of
from wiki.rules.webhooks import WebhookRules
from wiki.views.acting import member_of, refused, say

CLOSED = "Webhooks of an organisation are for those who manage it. Your own are under “Your overview”."
BUSY = "That was often for a minute. Try again in the next one."


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest, *, at_desk: bool) -> HttpResponse:
    """List the webhooks; the secret of a new one is shown on the answer to the form, and nowhere else.

    The password is asked for before one is made; what was typed is kept meanwhile.
    """
    organisations = managed_by(member_of(request)) if at_desk else None
    if organisations is not None and not organisations.exists():
        return render(request, "wiki/refused.html", {"refusal": CLOSED, "back": "/me/"}, status=403)
    return _listed(request, organisations)


@reauthentication_required(enabled=lambda request: request.method == "POST")
def _listed(request: HttpRequest, organisations: QuerySet[Organisation] | None) -> HttpResponse:
    member, at_desk = member_of(request), organisations is not None
    form = WebhookForm(request.POST or None, organisations=organisations)
    made: NewSecret | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if not allow(f"webhook:{member.pk}", load(RequestLimits).heavy_per_minute, 60, writes=True):
                raise LimitReached(BUSY)
            made = add_webhook(
                address=form.cleaned_data["address"],
                events=form.cleaned_data["events"],
                product=form.cleaned_data["product"],
                organisation=form.cleaned_data.get("organisation"),
                actor=member,
                now=timezone.now(),
            )
        except AddressRefused as refusal:
            form.add_error("address", str(refusal))
        except Refusal as refusal:
            say(form, refusal)
        else:
            form = WebhookForm(organisations=organisations)
    rows = webhooks_managed_by(member) if at_desk else webhooks_of(member)
    shown = {"form": form, "rows": rows, "made": made, "at_desk": at_desk, "most": load(WebhookRules).most}
    return render(request, "wiki/webhooks.html", shown)


@login_required
@never_cache
@require_safe
def webhook(request: HttpRequest, pk: int, *, at_desk: bool) -> HttpResponse:
    """One webhook with its log."""
    return _page(request, _one(request, pk, at_desk))


@login_required
@never_cache
@require_POST
def act(request: HttpRequest, pk: int, act: str, *, at_desk: bool) -> HttpResponse:
    """Do with a webhook what the address names."""
    found, member, now = _one(request, pk, at_desk), member_of(request), timezone.now()
    if act == "secret":
        return _changed(request, found)
    try:
        if act == "failed":
            form = SinceForm(request.POST)
            if not form.is_valid():
                return _page(request, found, form=form)
            number = send_failed_again(webhook=found, since=form.moment(), actor=member, now=now)
            said = f"{number} deliveries are in line again." if number else "None of them failed."
        elif act == "delete":
            delete_webhook(webhook=found, actor=member)
            messages.success(request, "The webhook is deleted: nothing more is sent to it.")
            return redirect("wiki:pro-webhooks" if at_desk else "wiki:webhooks")
        else:
            said = _acted(request, act, found, member, now)
    except Refusal as refusal:
        return refused(request, refusal, back=found.get_absolute_url())
    messages.success(request, said)
    return redirect(found.get_absolute_url())


@reauthentication_required()
def _changed(request: HttpRequest, found: Webhook) -> HttpResponse:
    try:
        made = change_secret(webhook=found, actor=member_of(request), now=timezone.now())
    except Refusal as refusal:
        return refused(request, refusal, back=found.get_absolute_url())
    return _page(request, found, made=made)


def _acted(request: HttpRequest, act: str, found: Webhook, member: User, now: datetime.datetime) -> str:
    if act == "pause":
        pause_webhook(webhook=found, actor=member)
        return "It is paused: what happens meanwhile is not kept for it."
    if act == "resume":
        resume_webhook(webhook=found, actor=member)
        return "It is told again from now on."
    if act == "test":
        ping_webhook(webhook=found, actor=member, now=now)
        return "A test is in line. Load this page again in a few seconds to see what was answered."
    if act == "again":
        number = request.POST.get("delivery", "")
        pk = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
        delivery = get_object_or_404(found.deliveries.select_related("webhook"), pk=pk)
        send_again(delivery=delivery, actor=member, now=now)
        return "It is in line again, under its own id."
    raise Http404


def _one(request: HttpRequest, pk: int, at_desk: bool) -> Webhook:
    """The webhook, if it is the member's, or at the desk one of an organisation that they manage."""
    member = member_of(request)
    return get_object_or_404(webhooks_managed_by(member) if at_desk else webhooks_of(member), pk=pk)


def _page(
    request: HttpRequest, found: Webhook, *, made: NewSecret | None = None, form: SinceForm | None = None
) -> HttpResponse:
    now = timezone.now()
    week = (now - datetime.timedelta(days=7)).date()
    shown: dict[str, Any] = {
        "view": webhook_page(found, request.GET.get("page"), now=now),
        "made": made,
        "form": form or SinceForm(initial={"since": week}),
        "rules": load(WebhookRules),
        "at_desk": found.organisation_id is not None,
        "act": "wiki:pro-webhook-act" if found.organisation_id is not None else "wiki:webhook-act",
    }
    return render(request, "wiki/webhook.html", shown)
