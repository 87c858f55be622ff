"""Pages on which a frame is chosen, tried and copied, and on which an organisation names its sites."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import LimitReached, NotPermitted
from accounts.models import Organisation
from accounts.queries.community_rules import load
from accounts.queries.organisations import managed_by
from wiki.actions.embed_sites import allow_site, forbid_site
from wiki.errors import SiteRefused
from wiki.forms.embed import EmbedForm, SiteForm
from wiki.queries.embed import embed_sites
from wiki.rules.embedding import EmbedRules
from wiki.views.acting import member_of, refused

CHOSEN = ("problem", "product", "theme", "width")


@require_safe
@csp_update({"frame-src": [SELF]})
def embed(request: HttpRequest) -> HttpResponse:
    """The plan of a problem for anybody's site: both snippets, and the frame itself."""
    form = EmbedForm(request.GET if "problem" in request.GET else None)
    return render(request, "wiki/embed.html", _shown(form) | {"form": form, "manages": managed_by(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})
def widget(request: HttpRequest) -> HttpResponse:
    """The same in an organisation's name, with lookup boxes and the sites on which its frames are shown."""
    member = member_of(request)
    managed = list(managed_by(member))
    slug = request.GET.get("organisation", "")
    organisation = next((one for one in managed if one.slug == slug), None if slug else next(iter(managed), None))
    if organisation is None:
        return refused(request, NotPermitted(CLOSED), back=reverse("wiki:embed"))
    site_form = SiteForm()
    if request.method == "POST":
        if "forbid" in request.POST:
            forbid_site(organisation=organisation, site_id=_whole(request.POST["forbid"]), actor=member)
            messages.success(request, "Taken away: browsers stop showing your frames there within minutes.")
            return redirect(_address(organisation))
        site_form = SiteForm(request.POST)
        if site_form.is_valid():
            typed = site_form.cleaned_data["origin"]
            try:
                site = allow_site(organisation=organisation, origin=typed, actor=member, now=timezone.now())
            except (SiteRefused, LimitReached) as refusal:
                site_form.add_error("origin", str(refusal))
            else:
                messages.success(request, f"{site} may show your frames.")
                return redirect(_address(organisation))
    asked = any(name in request.GET for name in CHOSEN)
    form = EmbedForm(request.GET if asked else None, with_lookup=True)
    context = _shown(form, organisation) | {
        "form": form,
        "site_form": site_form,
        "organisation": organisation,
        "others": [one for one in managed if one.pk != organisation.pk],
        "sites": embed_sites(organisation),
        "most": load(EmbedRules).sites,
    }
    return render(request, "wiki/pro/widget.html", context)


CLOSED = "This is for those who manage a verified organisation. Everybody can embed a plan."


def _shown(form: EmbedForm, organisation: Organisation | None = None) -> dict[str, Any]:
    """What the chosen frame is, once something is chosen."""
    if not form.is_bound or not form.is_valid():
        return {"shown": None}
    site = organisation.slug if organisation is not None else ""
    return {"shown": form.embedded(base=settings.SITE_URL, site=site)}


def _address(organisation: Organisation) -> str:
    return f"{reverse('wiki:pro-widget')}?organisation={organisation.slug}#sites"


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
