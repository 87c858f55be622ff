"""Webhooks, read: who is told of what, what is due, and an owner's own with their log."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Organisation, Scope, User
from accounts.queries.community_rules import load
from accounts.queries.organisations import managed_by, members_of
from products.models import OfficialDiagnostic, Product
from wiki.models import EmergingIssue, Fix, Outcome, Problem, Webhook, WebhookDelivery, WebhookTry
from wiki.queries.coverage import around_coverage
from wiki.rules.webhooks import EVENTS, PING, WebhookRules

Happened = Problem | Fix | Outcome | OfficialDiagnostic | EmergingIssue
"""What an event can be about."""
PER_PAGE = 25
_WAITING = WebhookDelivery.Status.WAITING


@dataclass(frozen=True)
class WebhookPage:
    """A webhook with a page of its log: deliveries, the latest first, each with its tries."""

    webhook: Webhook
    events: tuple[str, ...]
    page: Page[WebhookDelivery]
    failed: int
    has_former_secret: bool


def listening(about: Happened) -> QuerySet[Webhook]:
    """The active webhooks on what an event is about, whichever events they want: one query.

    A product stands for everything below it; what is official for a product is so for those above and below. An issue
    that is not public is its verified manufacturer's alone.
    """
    rows = Webhook.objects.filter(_is_live(), state=Webhook.State.ACTIVE)
    if isinstance(about, OfficialDiagnostic):
        around = Exists(around_coverage(about))
        scoped = Scope.objects.filter(around, organisation=OuterRef("organisation"))
        return rows.filter(_of_owner(around, scoped))
    if isinstance(about, EmergingIssue) and not is_open_to_all(about):
        rows = rows.filter(organisation__kind=Organisation.Kind.MANUFACTURER)
    product = about.problem.product if isinstance(about, Fix) else about.product
    return rows.filter(on_product(product))


def on_product(product: Product) -> Q:
    """Webhooks on the product or one above it, an organisation's only as far as its scope reaches."""
    above = Q(product__tree_id=product.tree_id, product__lft__lte=product.lft, product__rght__gte=product.rght)
    return _of_owner(above, Scope.objects.filter(above, organisation=OuterRef("organisation")))


def is_open_to_all(issue: EmergingIssue) -> bool:
    """Whether everybody may see the issue."""
    return issue.is_public or issue.state == EmergingIssue.State.ANSWERED


def may_still_be_told(webhook: Webhook) -> bool:
    """Whether its owner still takes part: a member who did not leave, an organisation that is verified."""
    if webhook.organisation is not None:
        return webhook.organisation.verified_at is not None
    return webhook.member is not None and webhook.member.is_active


def owners_of(webhook: Webhook) -> list[User]:
    """Whom its failures concern: the member, or those who manage the organisation now."""
    if webhook.organisation is None:
        return [webhook.member] if webhook.member is not None and webhook.member.is_active else []
    managing = Q(memberships__organisation=webhook.organisation, memberships__is_manager=True)
    return list(members_of(webhook.organisation).filter(managing).distinct())


def due_deliveries(now: datetime.datetime) -> list[int]:
    """The ids of deliveries to try now, the longest due first, one for each webhook, so that none waits for another."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    awake = Q(webhook__quiet_until__isnull=True) | Q(webhook__quiet_until__lte=now)
    rows = WebhookDelivery.objects.filter(
        free, awake, status=_WAITING, next_try_at__lte=now, webhook__state=Webhook.State.ACTIVE
    )
    firsts = rows.order_by().values("webhook").annotate(first=Min("pk"), since=Min("next_try_at"))
    return list(firsts.order_by("since").values_list("first", flat=True))


def webhooks_of(member: User) -> QuerySet[Webhook]:
    """A member's own webhooks: one query."""
    return Webhook.objects.filter(member=member).select_related("product")


def webhooks_managed_by(member: User) -> QuerySet[Webhook]:
    """The webhooks of the organisations that a member manages."""
    return Webhook.objects.filter(organisation__in=managed_by(member)).select_related("product", "organisation")


def webhook_page(webhook: Webhook, number: str | None, *, now: datetime.datetime) -> WebhookPage:
    """A page of a webhook's log, as far back as it is kept: four queries."""
    since = now - datetime.timedelta(days=load(WebhookRules).kept_days)
    rows = webhook.deliveries.filter(happened_at__gte=since).prefetch_related(
        Prefetch("log", WebhookTry.objects.order_by("-at", "-pk"))
    )
    return WebhookPage(
        webhook=webhook,
        events=tuple(EVENTS[event] for event in webhook.events if event in EVENTS),
        page=Paginator(rows, PER_PAGE).get_page(number),
        failed=rows.filter(status=WebhookDelivery.Status.FAILED).count(),
        has_former_secret=webhook.former_until is not None and webhook.former_until > now,
    )


def has_tested(webhook: Webhook, *, since: datetime.datetime) -> bool:
    """Whether a test was sent since then."""
    return webhook.deliveries.filter(event=PING, happened_at__gt=since).exists()


def is_in_scope(organisation: Organisation, product: Product) -> bool:
    """Whether the product stands in the scope of the organisation: one query."""
    return organisation.scope.filter(tree_id=product.tree_id, lft__lte=product.lft, rght__gte=product.rght).exists()


def _is_live() -> Q:
    return Q(member__is_active=True) | Q(organisation__verified_at__isnull=False)


def _of_owner(own: Q | Exists, scoped: QuerySet[Scope]) -> Q:
    of_member = Q(member__isnull=False) & Q(own)
    of_organisation = Q(organisation__isnull=False) & Exists(scoped) & (Q(product__isnull=True) | Q(own))
    return of_member | of_organisation
