"""Public pages of members and organisations."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from wiki.queries.ledgers import Which, ledger_page
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
def ledger(request: HttpRequest, name: str) -> HttpResponse:
    """A member's ledgers in public: reputation, or trust with `?of=trust`."""
    which: Which = "trust" if request.GET.get("of") == "trust" else "points"
    found = ledger_page(name, request.user, which=which, number=request.GET.get("page"))
    if found is None:
        raise Http404
    shown = {"found": found, "demonstration": found.member.is_demonstration}
    return render(request, "wiki/member_ledger.html", shown)


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """A verified organisation and all that it did here."""
    found = organisation_page(slug)
    if found is None:
        raise Http404
    shown = {"found": found, "demonstration": found.page.organisation.is_demonstration}
    return render(request, "wiki/organisation.html", shown)
