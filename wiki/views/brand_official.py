"""A manufacturer's official diagnostics: the list, publishing, revising, superseding, and their history in public."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refusal
from products.errors import ProductsRefusal
from wiki import feeds
from wiki.actions.official_publishing import draft_of, publish_official, revise_official, supersede_official
from wiki.errors import EditConflict, NothingChanged
from wiki.forms.official import OfficialForm, SupersedeForm
from wiki.permissions import refusal_at_console, refusal_to_change_official
from wiki.queries.brand import Brand
from wiki.queries.further_lists import brand_official_listing
from wiki.queries.official_acts import acts_on, official_of
from wiki.views.acting import conflict_context, member_of, refused
from wiki.views.brand import brand_of, console_context, own_brand


@never_cache
@require_safe
def official(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The official diagnostics of the scope."""
    brand = own_brand(request, slug)
    form = feeds.asked_format(request)
    if form:
        listing = brand_official_listing(brand, request.path, page=feeds.asked_page(request))
        return feeds.answer(request, form, listing, private=True)
    page = Paginator(official_of(brand), 30).get_page(request.GET.get("page"))
    return render(request, "wiki/brand/official.html", console_context(brand) | {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish an official diagnostic."""
    brand = brand_of(request, slug)
    refusal = refusal_at_console(request.user, brand.organisation)
    if refusal is not None:
        return refused(request, refusal)
    form = OfficialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(
                publish_official(
                    organisation=brand.organisation,
                    number=form.cleaned_data["number"],
                    draft=form.draft(),
                    actor=member_of(request),
                    now=timezone.now(),
                )
            )
        except (Refusal, ProductsRefusal) as error:
            form.add_error(None, str(error))
    return _form(request, brand, {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Revise an official diagnostic; a conflict shows both texts and keeps what was typed."""
    brand = brand_of(request, slug)
    found = get_object_or_404(official_of(brand), pk=pk)
    refusal = refusal_at_console(request.user, brand.organisation) or refusal_to_change_official(
        brand.organisation, found
    )
    if refusal is not None:
        return refused(request, refusal, back=found.get_absolute_url())
    form = OfficialForm.of(draft_of(found), request.POST or None, base_version=found.version)
    context: dict[str, Any] = {"form": form, "diagnostic": found}
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(
                revise_official(
                    organisation=brand.organisation,
                    diagnostic=found,
                    draft=form.draft(),
                    base_version=form.cleaned_data["base_version"],
                    summary=form.cleaned_data["change"],
                    actor=member_of(request),
                    now=timezone.now(),
                )
            )
        except EditConflict as conflict:
            context |= conflict_context(conflict, form)
        except NothingChanged:
            return redirect(found)
        except (Refusal, ProductsRefusal) as error:
            form.add_error(None, str(error))
    return _form(request, brand, context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supersede(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put another diagnostic in the place of one, from a day on."""
    brand = brand_of(request, slug)
    found = get_object_or_404(official_of(brand), pk=pk)
    refusal = refusal_at_console(request.user, brand.organisation)
    if refusal is not None:
        return refused(request, refusal, back=found.get_absolute_url())
    form = SupersedeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = list(official_of(brand).filter(number__iexact=form.cleaned_data["by"].strip())[:2])
        if len(by) != 1:
            form.add_error("by", "No one official diagnostic of yours has this number. Publish the new one first.")
        else:
            try:
                return redirect(
                    supersede_official(
                        organisation=brand.organisation,
                        diagnostic=found,
                        by=by[0],
                        on=form.cleaned_data["on"],
                        actor=member_of(request),
                        now=timezone.now(),
                    )
                )
            except (Refusal, ProductsRefusal) as error:
                form.add_error(None, str(error))
    return _form(request, brand, {"form": form, "diagnostic": found, "superseding": True})


@require_safe
def history(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What was done to an official diagnostic, in public."""
    brand = brand_of(request, slug)
    found = get_object_or_404(official_of(brand), pk=pk)
    context = console_context(brand) | {"diagnostic": found, "rows": acts_on(found)}
    return render(request, "wiki/brand/official_history.html", context)


def _form(request: HttpRequest, brand: Brand, context: dict[str, Any]) -> HttpResponse:
    status = 409 if "conflict" in context else 200
    return render(request, "wiki/brand/official_form.html", console_context(brand) | context, status=status)
