"""Help pages print the community's rules as they are in force; policy pages say what this software does."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries.owned_data import promises_in_words
from wiki.queries.rules_in_force import rules_in_force
from wiki.rules.table_columns import TABLES
from wiki.rules.tables import AT_ONCE, MOST_ROWS
from wiki.webhooks.documents import documented

# Which groups of rules a help page prints: by name.
HELP_PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "search": ("How to search", ()),
    "ranking": ("How the order is worked out", ("judgement", "state_rules", "diagnosis_rules", "exchange_rates")),
    "privileges": ("Who may do what", ("privileges", "flag_rules")),
    "points": ("Points and reputation", ("points",)),
    "trust": ("Trust in what people say", ("trust_rules", "alarm_rules")),
    "monitor": ("The monitor: what runs above its expected rate", ("monitor_rules",)),
    "embedding": ("How to show a plan on your own site", ("embed_rules",)),
    "limits": ("Limits", ("new_member_limits", "vote_rules", "human_check", "request_limits", "notification_rules")),
    "webhooks": ("Webhooks", ("webhook_rules",)),
    "safety": ("Safety", ("flag_rules",)),
    "tables": ("Importing tables", ()),
    "checking": ("How checking works", ("flag_rules", "mail_rules", "proof_rules", "follow_up_rules")),
    "organisations": ("Organisations: claim one, keep its team", ("organisation_rules",)),
}
POLICY_PAGES = {
    "privacy": "Privacy",
    "conduct": "Conduct",
    "conflict-of-interest": "Conflicts of interest",
    "accessibility": "Accessibility",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All help pages, and the rules that none of them prints."""
    printed = {group for _, groups in HELP_PAGES.values() for group in groups}
    shown = {
        "pages": [(slug, title) for slug, (title, _) in HELP_PAGES.items()],
        "policies": list(POLICY_PAGES.items()),
        "others": rules_in_force(without=printed),
    }
    return render(request, "wiki/help/index.html", shown)


@require_safe
def page(request: HttpRequest, page: str) -> HttpResponse:
    """One help page, with the numbers in force."""
    if page not in HELP_PAGES:
        raise Http404
    title, groups = HELP_PAGES[page]
    found = rules_in_force(only=groups)
    shown: dict[str, Any] = {"title": title, "groups": found, "value": {group.name: group.values for group in found}}
    if page == "webhooks":
        shown["events"] = documented()
    if page == "tables":
        shown |= {"tables": list(TABLES.values()), "most_rows": MOST_ROWS, "at_once": AT_ONCE}
    return render(request, f"wiki/help/{page}.html", shown)


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """All policy pages."""
    return render(request, "wiki/policy/index.html", {"policies": list(POLICY_PAGES.items())})


@require_safe
def policy(request: HttpRequest, page: str) -> HttpResponse:
    """One policy page."""
    if page not in POLICY_PAGES:
        raise Http404
    shown = {"title": POLICY_PAGES[page], "erasure": promises_in_words() if page == "privacy" else []}
    return render(request, f"wiki/policy/{page}.html", shown)
