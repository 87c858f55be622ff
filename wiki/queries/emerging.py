"""Emerging issues, read: for a manufacturer's console, for a product's page, and one issue with its chart."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from products.models import Product
from wiki.models import EmergingIssue, IssueDiagnostic, IssueEvent, IssueWeek, Sighting
from wiki.permissions import refusal_to_handle_issue
from wiki.queries.tallies import within

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

ORDERS = {
    "score": ("-score", "pk"),
    "ratio": ("-ratio", "pk"),
    "reports": ("-observed", "pk"),
    "first": ("-first_flagged_on", "pk"),
    "latest": ("-last_flagged_on", "-score", "pk"),
    "growth": ("doubling_weeks", "-score", "pk"),
    "severity": ("-injuries", "-fires", "-crashes", "-score", "pk"),
    "product": ("product__tree_id", "product__lft", "-score", "pk"),
}
"""By what a list of issues can be ordered."""


@dataclass(frozen=True)
class IssuePage:
    """One issue with everything that the monitor and people have said of it.

    `weeks` are in order, without gaps, from the first that the monitor kept; `central` the sightings most like the
    others. Notes to the team are among `events` only where the reader is of the team.
    """

    issue: EmergingIssue
    weeks: tuple[IssueWeek, ...]
    events: tuple[IssueEvent, ...]
    attached: tuple[IssueDiagnostic, ...]
    central: tuple[Sighting, ...]
    may_handle: bool

    @property
    def answers(self) -> tuple[IssueEvent, ...]:
        """What was answered in public, the oldest first."""
        return tuple(event for event in self.events if event.kind == IssueEvent.Kind.ANSWERED)


def issues() -> QuerySet[EmergingIssue]:
    """All issues with what a row prints, strongest first: one query."""
    return EmergingIssue.objects.select_related("product", "component", "assigned_to").order_by(*ORDERS["score"])


def issues_for(organisation: Organisation) -> QuerySet[EmergingIssue]:
    """The issues within the scope of an organisation, open and closed: two queries."""
    return issues_below(list(organisation.scope.all()))


def issues_below(products: Sequence[Product]) -> QuerySet[EmergingIssue]:
    """The issues at the products and below them: one query."""
    return issues().filter(within(products))


def public_issues(product: Product | None = None) -> QuerySet[EmergingIssue]:
    """Open issues that everybody may see: those on the list that bounds false discoveries, and those answered.

    With a product, those at it, above it or below it.
    """
    shown = issues().filter(Q(is_public=True) | Q(state=EmergingIssue.State.ANSWERED))
    shown = shown.exclude(state=EmergingIssue.State.CLOSED)
    if product is None:
        return shown
    tree = Q(product__tree_id=product.tree_id)
    above = Q(product__lft__lte=product.lft, product__rght__gte=product.rght)
    below = Q(product__lft__gte=product.lft, product__rght__lte=product.rght)
    return shown.filter(tree & (above | below))


def may_see(user: User | AnonymousUser, issue: EmergingIssue) -> bool:
    """Whether the person may see the issue: everybody where it is public or answered, else who may act on it."""
    if issue.is_public or issue.state == EmergingIssue.State.ANSWERED:
        return True
    return refusal_to_handle_issue(user, issue) is None


def issue_page(issue: EmergingIssue, user: User | AnonymousUser) -> IssuePage:
    """An issue with its chart, events, attached diagnostics and most central reports: four queries."""
    may_handle = refusal_to_handle_issue(user, issue) is None
    events = issue.events.select_related("member")
    if not may_handle:
        events = events.exclude(kind=IssueEvent.Kind.NOTED)
    found = Sighting.objects.filter(pk__in=issue.central).select_related("product", "complaint").in_bulk()
    return IssuePage(
        issue=issue,
        weeks=tuple(issue.weeks.all()),
        events=tuple(events),
        attached=tuple(issue.attached.select_related("diagnostic", "attached_by")),
        central=tuple(found[pk] for pk in issue.central if pk in found),
        may_handle=may_handle,
    )


def reports_of(issue: EmergingIssue) -> QuerySet[Sighting]:
    """The sightings that the issue's figures speak of, the latest first; those prompted by a recall are apart."""
    end = issue.last_flagged_on + datetime.timedelta(weeks=1)
    return (
        Sighting.objects.filter(
            within([issue.product]),
            component__tree_id=issue.component.tree_id,
            component__lft__gte=issue.component.lft,
            component__rght__lte=issue.component.rght,
            received_on__gte=end - datetime.timedelta(weeks=issue.window_weeks),
            received_on__lt=end,
        )
        .exclude(complaint__prompted_by_recall=True)
        .select_related("product", "complaint")
        .order_by("-received_on", "-pk")
    )
