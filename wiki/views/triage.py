"""Triage: unassigned sightings are filed under a problem, or become one."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import Refusal
from accounts.queries.garage import default_product, product_at
from products.models import Component, Product
from wiki.actions.filings import MOST_AT_ONCE, ask_problem_from, file_sightings, undo_filing
from wiki.actions.sightings import report_unassigned
from wiki.forms.problems import ProblemForm
from wiki.forms.talk import FilingForm, PlaceForm, UnassignedForm
from wiki.models import Filing
from wiki.queries.diagnostics import component_at
from wiki.queries.sightings import unassigned_by
from wiki.queries.triage import chosen_sightings, common_product, proposal, triage
from wiki.views.acting import member_of, refused, say


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def triage_page(request: HttpRequest) -> HttpResponse:
    """The unassigned sightings; the buttons act on those ticked."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = _ids(asked, "sighting")
    filing = FilingForm(request.POST if request.POST.get("act") == "file" and chosen else None, user=request.user)
    if request.method == "POST":
        answer = _act(request, chosen, filing)
        if answer is not None:
            return answer
    form, product, component = _place(asked)
    page = triage(
        request.user,
        product=product,
        component=component,
        page=asked.get("page"),
        like=_ids(asked, "like"),
        chosen=chosen,
        all_alike="all" in request.GET,
    )
    shown = {
        "page": page,
        "form": form,
        "filing": filing,
        "all_alike": "all" in request.GET,
        "most": MOST_AT_ONCE,
    }
    return render(request, "wiki/triage.html", shown)


def _act(request: HttpRequest, chosen: list[int], form: FilingForm) -> HttpResponse | None:
    """Do what the button says; None shows the list again with what was ticked."""
    if not chosen:
        messages.error(request, "Please tick the sightings that you mean.")
        return None
    act = request.POST.get("act", "")
    if act == "similar":
        return redirect(f"{reverse('wiki:triage')}?{urlencode([*_scope(request), *(('like', pk) for pk in chosen)])}")
    if act == "new":
        return redirect(f"{reverse('wiki:triage-new')}?{urlencode([('sighting', pk) for pk in chosen[:MOST_AT_ONCE]])}")
    if not form.is_valid():
        return None
    try:
        filing = file_sightings(
            sightings=chosen, problem=form.cleaned_data["problem"], actor=member_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return None
    _say_filed(request, filing)
    return redirect(f"{reverse('wiki:triage')}?{urlencode(_scope(request))}")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_problem(request: HttpRequest) -> HttpResponse:
    """Describe a problem from the ticked sightings, which are filed under it."""
    asked = request.POST if request.method == "POST" else request.GET
    sightings = chosen_sightings(_ids(asked, "sighting")[:MOST_AT_ONCE])
    if not sightings:
        messages.error(request, "Please tick the sightings that make the problem.")
        return redirect("wiki:triage")
    title, symptom = proposal(sightings)
    components = {each.component for each in sightings if each.component is not None}
    form = ProblemForm(
        request.POST or None,
        initial={"title": title, "symptom": symptom},
        poster=member_of(request),
        product=common_product(sightings),
        component=components.pop() if len(components) == 1 else None,
    )
    if form.is_bound and form.is_valid():
        try:
            filing = ask_problem_from(
                sightings=[each.pk for each in sightings],
                draft=form.draft(),
                actor=member_of(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            say(form, refusal)
        else:
            _say_filed(request, filing)
            return redirect(filing.problem)
    return render(request, "wiki/triage_new.html", {"form": form, "sightings": sightings})


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a filing back."""
    filing = get_object_or_404(Filing, pk=pk)
    try:
        undo_filing(filing=filing, actor=member_of(request), now=timezone.now())
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("wiki:triage"))
    messages.success(request, "Taken back: the sightings are unassigned again.")
    return redirect("wiki:triage")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_sighting(request: HttpRequest) -> HttpResponse:
    """Say what one's product does where no problem describes it yet: two fields."""
    member = member_of(request)
    item = default_product(member)
    product = product_at(request.GET.get("product", "")) or (item.product if item is not None else None)
    form = UnassignedForm(
        request.POST or None, product=product, component=component_at(request.GET.get("component", ""))
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        mine = item if item is not None and item.product_id == said["product"].pk else None
        try:
            report_unassigned(
                product=said["product"],
                component=said["component"],
                text=said["text"],
                owned_product=mine,
                actor=member,
                now=timezone.now(),
            )
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(
                request,
                "Noted. Somebody will file it under a problem, or you describe one yourself. "
                "Until then you can take it back where you wrote it.",
            )
            return redirect(said["product"])
    shown = {"form": form, "product": product, "mine": unassigned_by(member)}
    return render(request, "wiki/unassigned_form.html", shown)


def _place(asked: QueryDict) -> tuple[PlaceForm, Product | None, Component | None]:
    """The product and component asked for, by address or by name, and the form that shows them."""
    said = [asked.get(name, "").strip() for name in ("product", "component")]
    product, component = product_at(said[0]), component_at(said[1])
    if bool(said[0]) == bool(product) and bool(said[1]) == bool(component):
        return PlaceForm(product=product, component=component), product, component
    form = PlaceForm(asked)
    form.is_valid()
    return form, form.cleaned_data.get("product") or None, form.cleaned_data.get("component") or None


def _ids(asked: QueryDict, name: str) -> list[int]:
    """The ids sent under a name; what is no id is left out."""
    values = dict.fromkeys(value for value in asked.getlist(name) if value.isascii() and value.isdigit())
    return [int(value) for value in values if len(value) < 19][: MOST_AT_ONCE + 1]


def _scope(request: HttpRequest) -> list[tuple[str, str | int]]:
    return [(name, request.POST[name]) for name in ("product", "component") if request.POST.get(name)]


def _say_filed(request: HttpRequest, filing: Filing) -> None:
    number = "1 sighting" if filing.number == 1 else f"{filing.number:,} sightings"
    messages.success(
        request, f"Filed {number} under “{filing.problem.title}”. You can take it back on the triage page."
    )
