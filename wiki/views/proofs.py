"""Pages on which members show proof and moderators decide about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.encryption import decrypt_bytes
from accounts.errors import LimitReached, Refusal
from accounts.limiter import allow
from accounts.queries.community_rules import load
from accounts.queries.garage import owned_product
from accounts.rules.limits import RequestLimits
from wiki.actions.proofs import accept_proof, refuse_proof, show_evidence, show_possession, take_back_proof
from wiki.errors import CodeRanOut
from wiki.forms.proofs import DecideForm, EvidenceForm, PossessionForm
from wiki.models import Outcome, Proof
from wiki.permissions import member_of_proof, refusal_to_decide_proof, refusal_to_edit, refusal_to_moderate
from wiki.photographs import PhotoRefused
from wiki.queries.proofs import codes_of, latest_proof, waiting_proofs
from wiki.views.acting import member_of, refused, say, visible


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def possession(request: HttpRequest, pk: int) -> HttpResponse:
    """Show that an own product is one's own, with the code of the day or a receipt."""
    member, now = member_of(request), timezone.now()
    owned = owned_product(member, pk)
    if owned is None:
        raise Http404
    code = codes_of(owned, today=now.date())[0]
    form = PossessionForm(request.POST or None, request.FILES or None, initial={"code": code})
    if request.method == "POST" and form.is_valid():
        try:
            _check_pace(request)
            show_possession(
                owned=owned,
                kind=form.cleaned_data["kind"],
                upload=form.cleaned_data["picture"],
                code=form.cleaned_data["code"],
                actor=member,
                now=now,
            )
        except PhotoRefused as error:
            form.add_error("picture", str(error))
        except CodeRanOut as refusal:
            form.show_code(code)
            say(form, refusal)
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, "Thank you. A moderator looks at it; the picture is deleted then.")
            return redirect("wiki:possession", owned.pk)
    shown = {"owned": owned, "form": form, "code": code, "proof": latest_proof(owned=owned)}
    return render(request, "wiki/possession.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show evidence of one's own outcome to a moderator."""
    outcome = visible(request, Outcome, pk, "remedy__fix", "remedy__diagnostic", "product")
    back = outcome.remedy.get_absolute_url()
    refusal = refusal_to_edit(request.user, outcome)
    if refusal is not None:
        return refused(request, refusal, back=back)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _check_pace(request)
            show_evidence(
                outcome=outcome,
                kind=form.cleaned_data["kind"],
                words=form.cleaned_data["words"],
                upload=form.cleaned_data["picture"],
                actor=member_of(request),
                now=timezone.now(),
            )
        except PhotoRefused as error:
            form.add_error("picture", str(error))
        except Refusal as refused_proof:
            say(form, refused_proof)
        else:
            messages.success(request, "Thank you. A moderator looks at it, and the picture is deleted then.")
            return redirect("wiki:outcome-evidence", outcome.pk)
    shown = {"outcome": outcome, "form": form, "proof": latest_proof(outcome=outcome), "back": back}
    return render(request, "wiki/evidence.html", shown)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one showed."""
    proof = get_object_or_404(Proof.objects.select_related("owned_product", "outcome"), pk=pk)
    if member_of_proof(proof) != member_of(request):
        raise Http404
    back = _page_of(proof)
    try:
        take_back_proof(proof=proof, actor=member_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is taken back, and its picture is deleted.")
    return redirect(back)


@login_required
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The proofs that wait for a decision, with their ages."""
    refusal = refusal_to_moderate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    return _queue(request)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse a proof."""
    refusal = refusal_to_moderate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    proof = get_object_or_404(Proof.objects.select_related("owned_product__product", "outcome__product"), pk=pk)
    form = DecideForm(request.POST, prefix=str(pk))
    if not form.is_valid():
        return _queue(request, typed=form, about=pk)
    member, now = member_of(request), timezone.now()
    try:
        if form.cleaned_data["decision"] == "accept":
            accept_proof(proof=proof, plate_end=form.cleaned_data["plate_end"], actor=member, now=now)
        else:
            refuse_proof(proof=proof, reason=form.cleaned_data["reason"], actor=member, now=now)
    except Refusal as late:
        say(form, late)
        return _queue(request, typed=form, about=pk)
    messages.success(request, "Decided. The picture is deleted.")
    return redirect("wiki:proofs")


@login_required
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a proof that waits, for a moderator who may decide it."""
    proof = get_object_or_404(
        Proof.objects.select_related("owned_product__product", "outcome__product", "picture"),
        pk=pk,
        picture__isnull=False,
    )
    refusal = refusal_to_decide_proof(request.user, proof)
    if refusal is not None:
        return refused(request, refusal)
    data = decrypt_bytes(bytes(proof.picture.encrypted))
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type=proof.picture.content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _queue(request: HttpRequest, typed: DecideForm | None = None, about: int = 0) -> HttpResponse:
    waiting = waiting_proofs(moderator=member_of(request), now=timezone.now())
    cases: list[dict[str, Any]] = []
    for each in waiting:
        same = each.proof.pk == about
        form = typed if typed is not None and same else DecideForm(prefix=str(each.proof.pk))
        if not each.asks_plate:
            form.fields.pop("plate_end", None)
        cases.append({"waiting": each, "proof": each.proof, "form": form})
    if typed is not None and not any(case["form"] is typed for case in cases):
        messages.error(request, "This was already decided.")
    return render(request, "wiki/proofs.html", {"cases": cases})


def _page_of(proof: Proof) -> str:
    if proof.outcome_id is not None:
        return reverse("wiki:outcome-evidence", args=[proof.outcome_id])
    return reverse("wiki:possession", args=[proof.owned_product_id])


def _check_pace(request: HttpRequest) -> None:
    if not allow(f"upload:{member_of(request).pk}", load(RequestLimits).heavy_per_minute, 60, writes=True):
        raise LimitReached("That was fast: please wait a minute.")
