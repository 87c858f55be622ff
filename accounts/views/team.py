"""An organisation's team: one page for workshops, dealers and suppliers, and for a manufacturer's console."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.organisation_claims import ask_for_scope
from accounts.actions.organisation_decisions import take_in, turn_away
from accounts.actions.organisations import describe_organisation
from accounts.actions.team import (
    accept_invitation,
    change_role,
    invite,
    leave_organisation,
    remove_member,
    revoke_invitation,
)
from accounts.errors import LimitReached, LinkEnded, NotPermitted, Refusal
from accounts.limiter import allow
from accounts.models import Organisation, User
from accounts.organisation_forms import DescribeForm, InviteForm, LeaveForm, ScopeForm
from accounts.queries.community_rules import load
from accounts.queries.invitations import digest_of_address, invitation_behind, invitation_of, is_for
from accounts.queries.team import Team, seat_at, team_of, teams_of, verified_team
from accounts.rules.organisations import OrganisationRules
from accounts.views.refusing import refused

DAY = 24 * 3600
NONE_YET = "You belong to no verified workshop, dealer or supplier here. Claim yours, or ask its managers for a place."
GONE = "This is no longer there."


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pro(request: HttpRequest) -> HttpResponse:
    """The team of one's own workshop, dealer or supplier; `?organisation=<slug>` names one of several."""
    slug = request.GET.get("organisation", "")
    mine = teams_of(request.user)
    chosen = verified_team(slug) if slug else _first(mine)
    if chosen is None or not seat_at(request.user, chosen).reads:
        if slug:
            raise Http404
        return refused(request, NONE_YET, back=reverse("accounts:claim-new"), way="Claim your organisation")
    if chosen.kind == Organisation.Kind.MANUFACTURER:
        return redirect("wiki:brand-team", chosen.slug)
    others = [each for each in mine if each != chosen and each.kind != Organisation.Kind.MANUFACTURER]
    return team_page(request, chosen, template="accounts/team.html", context={"others": others})


def team_page(
    request: HttpRequest, organisation: Organisation, *, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The page of a team that the reader may read, and what its buttons do (`act`)."""
    member, now = cast("User", request.user), timezone.now()
    team = team_of(organisation, member, now=now)
    act = request.POST.get("act", "")
    invitation = InviteForm(request.POST if act == "invite" else None)
    leaving = LeaveForm(request.POST if act == "leave" else None, team=team, member=member)
    form = {"invite": invitation, "leave": leaving}.get(act)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            said = _done(request, team, act, form.cleaned_data if form is not None else {})
        except NotPermitted as refusal:
            return refused(request, refusal, back=request.path)
        except Refusal as refusal:
            if form is not None:
                form.add_error(None, str(refusal))
            else:
                messages.error(request, str(refusal))
                return redirect(request.get_full_path())
        else:
            messages.success(request, said)
            return redirect("accounts:me" if act == "leave" else request.get_full_path())
    shown = {"team": team, "invite_form": invitation, "leave_form": leaving, "rules": load(OrganisationRules)}
    shown["demonstration"] = organisation.is_demonstration
    return render(request, template, context | shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Behind an invitation's mail: who invites, and one button for the person who has the address."""
    now = timezone.now()
    try:
        found = invitation_behind(token, now=now)
        if request.user.is_authenticated and request.method == "POST":
            place = accept_invitation(token=token, actor=request.user, now=now)
            messages.success(request, f"You are in the team of {place.organisation.name}.")
            return redirect(place.organisation)
    except LinkEnded as refusal:
        return refused(request, refusal, status=410)
    except Refusal as refusal:
        return refused(request, refusal, back=request.path)
    is_own = request.user.is_authenticated and is_for(found, request.user)
    status = 403 if request.user.is_authenticated and not is_own else 200
    return render(request, "accounts/invitation.html", {"invitation": found, "is_own": is_own}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What everybody reads of an organisation, and a wish for another scope (`act` is describe or scope)."""
    member, now = cast("User", request.user), timezone.now()
    organisation = verified_team(slug)
    if organisation is None or not seat_at(member, organisation).manages:
        raise Http404
    team = team_of(organisation, member, now=now)
    act = request.POST.get("act", "scope" if "more" in request.POST else "")
    words = DescribeForm(request.POST if act == "describe" else None, organisation=organisation)
    scope = ScopeForm(request.POST if act == "scope" else None, scope=team.scope)
    try:
        if act == "describe" and words.is_valid():
            describe_organisation(organisation=organisation, actor=member, now=now, **words.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("accounts:organisation-edit", slug)
        if act == "scope" and "more" in request.POST:
            scope.errors.clear()
        elif act == "scope" and scope.is_valid():
            ask_for_scope(
                organisation=organisation,
                products=scope.products(),
                why=scope.cleaned_data["why"],
                actor=member,
                now=now,
            )
            messages.success(request, "Asked. A moderator decides.")
            return redirect("accounts:organisation-edit", slug)
    except Refusal as refusal:
        (words if act == "describe" else scope).add_error(None, str(refusal))
    shown = {"team": team, "organisation": organisation, "words_form": words, "scope_form": scope}
    return render(request, "accounts/organisation_edit.html", shown)


def _first(mine: tuple[Organisation, ...]) -> Organisation | None:
    """The first that is no manufacturer, else the first."""
    return next((each for each in mine if each.kind != Organisation.Kind.MANUFACTURER), mine[0] if mine else None)


def _done(request: HttpRequest, team: Team, act: str, said: dict[str, Any]) -> str:
    """Do what a button of the page says, and say what was done. Raises refusals."""
    member, now, organisation = cast("User", request.user), timezone.now(), team.organisation
    if act == "invite":
        address = said["address"]
        most = load(OrganisationRules).mails_per_address_and_day
        if team.seat.manages and not allow(f"org-mail:{digest_of_address(address)}", most, DAY, writes=True):
            raise LimitReached("This address got as many mails today as we send. Please go on tomorrow.")
        is_manager = said["role"] == "manager"
        invite(organisation=organisation, address=address, is_manager=is_manager, actor=member, now=now)
        return f"An invitation is on its way to {address}."
    if act == "leave":
        named = said.get("successor")
        successor = next((place.member for place in team.present if place.member_id == named), None)
        leave_organisation(organisation=organisation, successor=successor, actor=member, now=now)
        return f"You left {organisation.name}. What you wrote there keeps its badge."
    number = int(request.POST["of"]) if request.POST.get("of", "").isdecimal() else 0
    if act == "revoke":
        found = invitation_of(organisation, number)
        if found is None:
            raise Refusal(GONE)
        revoke_invitation(invitation=found, actor=member, now=now)
        return "The invitation is revoked; its link works no longer."
    if act in ("take-in", "turn-away"):
        wish = next((claim for claim in team.requests if claim.pk == number), None)
        if wish is None:
            raise Refusal(GONE) if team.seat.manages else NotPermitted()
        if act == "take-in":
            take_in(claim=wish, actor=member, now=now)
            return f"{wish.claimant} is in the team."
        turn_away(claim=wish, reason=request.POST.get("reason", ""), actor=member, now=now)
        return f"{wish.claimant} is told."
    place = next((place for place in team.present if place.member_id == number), None)
    if act not in ("manager", "member", "remove") or place is None:
        raise Refusal(GONE)
    if act == "remove":
        remove_member(organisation=organisation, member=place.member, actor=member, now=now)
        return f"{place.member} is no longer in the team; their tokens for it are revoked."
    change_role(organisation=organisation, member=place.member, is_manager=act == "manager", actor=member, now=now)
    return f"{place.member} is {'a manager' if act == 'manager' else 'a member'} now."
