"""Vehicles in service: what the manufacturer's staff loads, privately. Moderators read only whether it did."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Refusal
from wiki.actions.in_service import load_units, take_back_load
from wiki.errors import NothingLoaded
from wiki.forms.in_service import UnitsForm
from wiki.permissions import refusal_at_console
from wiki.queries.brand import Brand
from wiki.queries.in_service import load_in_force, loaded
from wiki.views.acting import member_of, refused, say
from wiki.views.brand import brand_of, console_context, own_brand


@never_cache
@require_safe
def vehicles(request: HttpRequest, slug: str) -> HttpResponse:
    """What is loaded, and the form that loads more; 404 for the public."""
    brand = own_brand(request, slug)
    return _page(request, brand, UnitsForm(brand=brand, today=timezone.now().date()))


@login_required
@never_cache
@require_POST
def load(request: HttpRequest, slug: str) -> HttpResponse:
    """Load a file in the place of what was there: the staff alone."""
    brand = brand_of(request, slug)
    refusal = refusal_at_console(request.user, brand.organisation)
    if refusal is not None:
        return refused(request, refusal)
    now = timezone.now()
    form = UnitsForm(request.POST, request.FILES, brand=brand, today=now.date())
    if form.is_valid():
        try:
            made = load_units(organisation=brand.organisation, rows=form.rows, actor=member_of(request), now=now)
        except Refusal as late:
            say(form, late)
        else:
            messages.success(request, f"{made.rows:,} rows are loaded.")
            return redirect("wiki:brand-vehicles", slug)
    return _page(request, brand, form, status=422)


@login_required
@require_POST
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the load in force back: the staff alone."""
    brand = brand_of(request, slug)
    refusal = refusal_at_console(request.user, brand.organisation)
    if refusal is not None:
        return refused(request, refusal)
    said = request.POST.get("load", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    try:
        earlier = take_back_load(organisation=brand.organisation, load_id=number, actor=member_of(request))
    except NothingLoaded as late:
        messages.error(request, str(late))
    else:
        messages.success(request, "Taken back." if earlier is None else "Taken back; the load before it counts again.")
    return redirect("wiki:brand-vehicles", slug)


def _page(request: HttpRequest, brand: Brand, form: UnitsForm, *, status: int = 200) -> HttpResponse:
    context = console_context(brand) | {"form": form}
    if brand.seat.acts:
        context["loaded"] = loaded(brand)
    else:
        context["is_loaded"] = load_in_force(brand) is not None
    return render(request, "wiki/brand/vehicles.html", context, status=status)
