"""The pages on which a plan is read: problem, fix, official diagnostic, dealer sheet."""

from __future__ import annotations

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from products.models import OfficialDiagnostic
from wiki import feeds
from wiki.forms.circumstances import CircumstancesForm, reader_of
from wiki.models import Fix, Problem, Remedy
from wiki.queries.further_lists import outcomes_listing, plan_listing
from wiki.queries.listings import Listing
from wiki.queries.official_acts import knowing_their_keeper
from wiki.queries.outcomes import remedy_of
from wiki.queries.plan import plan_for
from wiki.queries.problem_page import page_context, problem_page
from wiki.queries.reader import Reader
from wiki.queries.remedy_pages import fix_page, official_page, recall_numbered, sheet_page
from wiki.queries.similar import similar_to
from wiki.structured_data import data_of_fix, data_of_problem


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect to the permanent address, keeping what the reader said."""
    said = request.GET.urlencode()
    return redirect(f"{address}?{said}" if said else address, permanent=True)


@require_safe
def problem(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    """The page of a problem, with its plan for this reader."""
    found = get_object_or_404(
        Problem.objects.visible_to(request.user)
        .knowing_tests()
        .knowing_photos()
        .knowing_follow(request.user)
        .select_related("product", "component", "author", "organisation", "duplicate_of"),
        pk=pk,
    )
    if found.duplicate_of is not None:
        return _elsewhere(request, found.duplicate_of.get_absolute_url())
    if slug != found.slug:
        return _elsewhere(request, found.get_absolute_url())
    reader = reader_of(request.GET, request.user)
    asked = feeds.asked_format(request)
    if asked:
        return feeds.answer(request, asked, _plan_of(request, found, reader), private=request.user.is_authenticated)
    page = problem_page(found, reader, request.user, now=timezone.now())
    form = CircumstancesForm(request.GET or None, below=page.below)
    context = page_context(page) | {
        "form": form,
        "demonstration": page.demonstration,
        "similar": similar_to(found),
        "structured": data_of_problem(page),
    }
    return render(request, "wiki/problem.html", context)


def _plan_of(request: HttpRequest, found: Problem, reader: Reader) -> Listing:
    """The plan for what the reader says of their own case, at the address that says it."""
    said = request.GET.copy()
    for name in ("format", "page"):
        said.pop(name, None)
    path = f"{request.path}?{said.urlencode()}" if said else request.path
    return plan_listing(plan_for(found, reader, now=timezone.now()), path)


@require_safe
def fix(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """The page of a fix: what to do, and its proof."""
    found = get_object_or_404(
        Fix.objects.visible_to(request.user).select_related(
            "problem__product", "problem__component", "component", "author", "organisation"
        ),
        pk=pk,
    )
    if found.problem.state == Problem.State.DELETED:
        raise Http404
    if slug != found.slug:
        return _elsewhere(request, found.get_absolute_url())
    reader = reader_of(request.GET, request.user)
    page = fix_page(found, reader, request.user, now=timezone.now())
    context = {
        "page": page,
        "fix": found,
        "demonstration": found.is_demonstration,
        "structured": data_of_fix(page),
    }
    return render(request, "wiki/fix.html", context)


@require_safe
def sheet(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One A4 page for the dealer."""
    found = get_object_or_404(
        Fix.objects.visible_to(request.user).select_related("problem__product", "problem__component", "component"),
        pk=pk,
    )
    reader = reader_of(request.GET, request.user)
    page = sheet_page(found, reader, limit=request.GET.get("limit", ""), now=timezone.now())
    return render(
        request, "wiki/sheet.html", {"page": page, "qr": _qr(page.address), "demonstration": found.is_demonstration}
    )


def _qr(address: str) -> SafeString:
    """The QR code of an address as SVG without a size, so that print decides its millimetres."""
    # segno writes the markup itself, from an address that this site made.
    return mark_safe(segno.make(address, error="m").svg_inline(border=2, omitsize=True, light="#fff"))  # noqa: S308


@require_safe
def official(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    """The page of an official diagnostic with its own outcomes."""
    found = get_object_or_404(knowing_their_keeper(OfficialDiagnostic.objects.select_related("superseded_by")), pk=pk)
    if request.path != found.get_absolute_url():
        return _elsewhere(request, found.get_absolute_url())
    asked = feeds.asked_format(request)
    if asked:
        remedy = remedy_of(diagnostic=found) or Remedy(diagnostic=found)
        return feeds.answer(request, asked, outcomes_listing(remedy, request.path, page=feeds.asked_page(request)))
    page = official_page(found, request.user, now=timezone.now())
    return render(
        request, "wiki/official.html", {"page": page, "official": found, "demonstration": found.is_demonstration}
    )


@require_safe
def recall(request: HttpRequest, campaign: str) -> HttpResponse:
    """A recall by its campaign number, in any spelling."""
    found = recall_numbered(campaign)
    if found is None:
        raise Http404
    return redirect(found.get_absolute_url())
