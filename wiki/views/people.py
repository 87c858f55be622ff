"""Public pages of members and organisations."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries.organisations import verified_organisation
from wiki import feeds
from wiki.queries.further_lists import ledger_listing
from wiki.queries.ledgers import Which, ledger_page
from wiki.queries.organisation_deeds import Asked, deeds_listing
from wiki.queries.people import member_page, organisation_page

ON_A_PAGE = 30


@require_safe
def member(request: HttpRequest, name: str) -> HttpResponse:
    """A member: badges, posts, and the ledger in public."""
    found = member_page(name, request.user)
    if found is None:
        raise Http404
    if found.member.username != name:
        return redirect(found.member, permanent=True)
    ledger = Paginator(found.ledger, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {"found": found, "ledger": ledger, "demonstration": found.member.is_demonstration}
    return render(request, "wiki/member.html", shown)


@require_safe
def ledger(request: HttpRequest, name: str) -> HttpResponseBase:
    """A member's ledgers in public: reputation, or trust with `?of=trust`."""
    which: Which = "trust" if request.GET.get("of") == "trust" else "points"
    found = ledger_page(name, request.user, which=which, number=request.GET.get("page"))
    if found is None:
        raise Http404
    form = feeds.asked_format(request)
    if form:
        path = f"{request.path}?of={which}"
        return feeds.answer(request, form, ledger_listing(found, path), private=request.user.is_authenticated)
    shown = {"found": found, "demonstration": found.member.is_demonstration}
    return render(request, "wiki/member_ledger.html", shown)


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A verified organisation and all that it did here, or the latest of it as a feed or table."""
    asked = Asked.of(request.GET)
    form = feeds.asked_format(request)
    if form:
        known = verified_organisation(slug)
        if known is None:
            raise Http404
        return feeds.answer(request, form, deeds_listing(known.organisation, asked))
    found = organisation_page(slug, asked, number=request.GET.get("page"), today=timezone.now().date())
    if found is None:
        raise Http404
    shown = {"found": found, "demonstration": found.page.organisation.is_demonstration}
    return render(request, "wiki/organisation.html", shown)
