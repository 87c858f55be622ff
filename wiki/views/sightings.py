""" "I have this too"."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from accounts.queries.garage import default_product
from wiki.actions.sightings import report_sighting, withdraw_sighting
from wiki.forms.talk import SightingForm
from wiki.models import Problem, Sighting
from wiki.queries.sightings import sightings_by
from wiki.views.acting import member_of, refused, say, visible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has the problem too: one click with an item of the garage (`quick`), else two fields."""
    problem = visible(request, Problem, pk, "product", "component")
    member = member_of(request)
    now = timezone.now()
    if request.method == "POST" and "quick" in request.POST:
        item = default_product(member)
        if item is not None and item.product.tree_id == problem.product.tree_id:
            try:
                report_sighting(problem=problem, owned_product=item, actor=member, now=now)
            except Refusal as refusal:
                messages.warning(request, str(refusal))
            else:
                messages.success(request, "Noted: you have this too.")
            return redirect(problem)
    data = request.POST if request.method == "POST" and "quick" not in request.POST else None
    form = SightingForm(data, member=member, product=problem.product, today=now.date())
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            report_sighting(
                problem=problem,
                owned_product=said.get("owned_product"),
                product=said["product"],
                seen_on=said["seen_on"],
                harm=said["harm"],
                text=said["text"],
                actor=member,
                now=now,
            )
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, "Noted: you have this too.")
            return redirect(problem)
    mine = sightings_by(member, of=problem)
    return render(request, "wiki/sighting_form.html", {"form": form, "problem": problem, "mine": mine})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's sighting back."""
    sighting = get_object_or_404(Sighting.objects.select_related("problem", "product"), pk=pk)
    back = (sighting.problem or sighting.product).get_absolute_url()
    if sighting.member_id != member_of(request).pk:
        return render(
            request,
            "wiki/refused.html",
            {"refusal": "Only the person who saw it takes this back.", "back": back},
            status=403,
        )
    if request.method == "POST":
        try:
            withdraw_sighting(sighting=sighting, actor=member_of(request), now=timezone.now())
        except Refusal as late:
            return refused(request, late, back=back)
        messages.success(request, "Taken back.")
        return redirect(back)
    context = {
        "title": "Take this back?",
        "text": f"Your sighting on {sighting.product} will be deleted and no longer counted.",
        "button": "Take it back",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)
