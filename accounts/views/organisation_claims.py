"""Claim an organisation or ask to join it, show its domain, follow what comes of it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.organisation_claims import (
    ClaimDraft,
    ask_to_join,
    claim_organisation,
    mail_proof,
    show_domain_by_mail,
    show_domain_by_record,
    withdraw_claim,
)
from accounts.errors import LinkEnded, Refusal
from accounts.limiter import allow
from accounts.models import OrganisationClaim, User
from accounts.organisation_forms import ClaimForm, JoinForm, ProofMailForm
from accounts.queries.community_rules import load
from accounts.queries.invitations import digest_of_address
from accounts.queries.organisation_claims import (
    claim_behind,
    claim_of,
    claimable,
    claims_of,
    is_managed,
    record_of,
)
from accounts.rules.organisations import OrganisationRules
from accounts.views.refusing import refused

DAY = 24 * 3600


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Claim an organisation; `?organisation=<slug>` names one that is here, which its managers let people join."""
    member, now = cast("User", request.user), timezone.now()
    slug = request.GET.get("organisation", "")
    organisation = claimable(slug) if slug else None
    if slug and organisation is None:
        raise Http404
    joins = organisation is not None and is_managed(organisation, now=now)
    form: ClaimForm | JoinForm
    if joins:
        form = JoinForm(request.POST or None, poster=member)
    else:
        form = ClaimForm(request.POST or None, poster=member, organisation=organisation)
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        claim = _made(form, request, member)
        if claim is not None:
            return redirect("accounts:claim", claim.pk)
    elif "more" in request.POST:
        form.errors.clear()
    shown = {"form": form, "organisation": organisation, "joins": joins, "claims": claims_of(member)}
    return render(request, "accounts/claim_new.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own claim: where it stands, and what can be done next (`act` is mail, record or withdraw)."""
    member, now = cast("User", request.user), timezone.now()
    found = claim_of(member, pk)
    if found is None:
        raise Http404
    act = request.POST.get("act", "")
    form = ProofMailForm(request.POST if act == "mail" else None, domain=found.domain)
    try:
        if act == "mail" and form.is_valid():
            _mail(found, form, member)
            messages.success(request, f"A mail is on its way to {form.cleaned_data['address']}.")
            return redirect("accounts:claim", pk)
        if act == "record":
            if not allow(
                f"claim-record:{member.pk}", load(OrganisationRules).record_lookups_per_hour, 3600, writes=True
            ):
                messages.warning(request, "We looked often within the hour. Please wait a little.")
                return redirect("accounts:claim", pk)
            show_domain_by_record(claim=found, actor=member, now=now)
            messages.success(request, f"The record is there: {found.domain} is shown. A moderator looks at the rest.")
            return redirect("accounts:claim", pk)
        if act == "withdraw":
            withdraw_claim(claim=found, actor=member, now=now)
            messages.success(request, "It is taken back.")
            return redirect("accounts:claim-new")
    except Refusal as refusal:
        if act == "mail":
            form.add_error("address", str(refusal))
        else:
            messages.error(request, str(refusal))
            return redirect("accounts:claim", pk)
    rules = load(OrganisationRules)
    return render(
        request, "accounts/claim.html", {"claim": found, "form": form, "record": record_of(found), "rules": rules}
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the mail to a claimed domain: one button, for the claimant."""
    member, now = cast("User", request.user), timezone.now()
    try:
        found = claim_behind(token, now=now)
        if request.method == "POST":
            found = show_domain_by_mail(token=token, actor=member, now=now)
            messages.success(request, f"{found.domain} is shown. A moderator looks at the rest.")
            return redirect("accounts:claim", found.pk)
    except LinkEnded as refusal:
        return refused(request, refusal, status=410)
    except Refusal as refusal:
        return refused(request, refusal)
    is_own = found.claimant_id == member.pk
    return render(
        request, "accounts/claim_proof.html", {"claim": found, "is_own": is_own}, status=200 if is_own else 403
    )


def _made(form: ClaimForm | JoinForm, request: HttpRequest, member: User) -> OrganisationClaim | None:
    """The claim or wish, or None with the refusal above the form."""
    now = timezone.now()
    slug = request.GET.get("organisation", "")
    try:
        if not allow(f"claim:{member.pk}", load(OrganisationRules).claims_per_day, DAY, writes=True):
            form.add_error(None, "These were many claims for one day. Please go on tomorrow.")
            return None
        organisation = form.chosen() if isinstance(form, ClaimForm) else claimable(slug)
        if organisation is not None and (isinstance(form, JoinForm) or is_managed(organisation, now=now)):
            wish = ask_to_join(organisation=organisation, why=form.cleaned_data["why"], actor=member, now=now)
            messages.success(request, f"The managers of {organisation.name} are asked.")
            return wish
        assert isinstance(form, ClaimForm)
        said = form.cleaned_data
        draft = ClaimDraft(
            kind=organisation.kind if organisation is not None else said["kind"],
            name=organisation.name if organisation is not None else said["name"],
            domain=said["domain"],
            products=form.products(),
            place=said["place"],
            why=said["why"],
        )
        made = claim_organisation(draft=draft, actor=member, organisation=organisation, now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, "Claimed. Show the domain next.")
    return made


def _mail(found: OrganisationClaim, form: ProofMailForm, member: User) -> None:
    """Send the mail within the limits; strangers' boxes are not filled from here."""
    rules = load(OrganisationRules)
    address = form.cleaned_data["address"]
    within = allow(f"claim-mail:{member.pk}", rules.proof_mails_per_day, DAY, writes=True) and allow(
        f"org-mail:{digest_of_address(address)}", rules.mails_per_address_and_day, DAY, writes=True
    )
    if not within:
        raise Refusal("There are as many mails today as we send. Please go on tomorrow, or use the text record.")
    mail_proof(claim=found, address=address, actor=member, now=timezone.now())
