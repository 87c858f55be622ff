"""Where an emerging issue is read: in the console of its verified manufacturer, which has a public side."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import Organisation, Scope
from wiki.models import EmergingIssue


def issue_addresses(issues: Iterable[EmergingIssue]) -> dict[int, str]:
    """The address of each issue, by its id; without a verified manufacturer that of its component on its product.

    One query; the products and components should be at hand.
    """
    issues = list(issues)
    if not issues:
        return {}
    scopes = (
        Scope.objects.filter(
            organisation__kind=Organisation.Kind.MANUFACTURER,
            organisation__verified_at__isnull=False,
            product__tree_id__in={issue.product.tree_id for issue in issues},
        )
        .select_related("organisation", "product")
        .order_by("organisation")
    )
    found: dict[int, str] = {}
    for issue in issues:
        there = issue.product
        covering = [
            scope.organisation.slug
            for scope in scopes
            if scope.product.tree_id == there.tree_id
            and scope.product.lft <= there.lft <= there.rght <= scope.product.rght
        ]
        if covering:
            found[issue.pk] = reverse("wiki:brand-issue", args=[covering[0], issue.pk])
        else:
            found[issue.pk] = f"{there.get_absolute_url()}?component={issue.component.slug}"
    return found
