"""The reputation ledger: award and reverse. Rows are only ever added; the score follows in the same transaction."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum

from accounts.errors import AlreadyReversed
from accounts.models import ReputationEvent, User
from accounts.queries.community_rules import load
from accounts.queries.reputation import standing, wrong_scores
from accounts.queries.standing import is_staff_of_manufacturer, share_an_organisation
from accounts.rules.points import CAPPED, DECIDED, GIVEN_BY_OTHERS, Points, granted, reputation
from products.models import Product


@transaction.atomic
def award(
    *,
    member: User | None,
    event: str,
    cause: str,
    actor: User | None,
    product: Product | None = None,
    now: datetime,
) -> ReputationEvent | None:
    """Add an event to the member's ledger and return it, or None where it brings no points.

    `event` is a value of ReputationEvent.Event, `cause` names the row behind it (`vote:17`), `actor` is who caused it
    (the member for what they did themselves) and `product` the node it is about. Nothing comes from oneself, from
    one's own organisation, from manufacturer's staff on its own products, from nobody (an outcome without an account)
    or twice from one cause. Points from votes beyond the day's cap are kept as a row of fewer or no points.
    """
    if member is None or member.erased_at is not None or not _counts(member, event, actor, product):
        return None
    # The row lock makes the cap and the sum exact when several events arrive at once.
    locked = User.objects.select_for_update().get(pk=member.pk)
    if standing(ReputationEvent.objects.filter(cause=cause, member=locked, event=event)).exists():
        return None
    points = load(Points)
    row = ReputationEvent.objects.create(
        member=locked,
        event=event,
        points=granted(points, event, earned_today=_earned_today(locked, now) if event in CAPPED else 0),
        cause=cause,
        actor=actor,
        created_at=now,
    )
    _follow(member, points)
    return row


@transaction.atomic
def reverse(*, event: ReputationEvent, actor: User | None, now: datetime, note: str = "") -> ReputationEvent:
    """Undo an event by its opposite row and return that; raises AlreadyReversed the second time."""
    member = User.objects.select_for_update().get(pk=event.member_id)
    if event.reverses_id is not None or ReputationEvent.objects.filter(reverses=event).exists():
        raise AlreadyReversed
    row = ReputationEvent.objects.create(
        member=member,
        event=event.event,
        points=-event.points,
        cause=event.cause,
        actor=actor,
        note=note[:200],
        created_at=now,
        reverses=event,
    )
    _follow(member, load(Points))
    return row


@transaction.atomic
def reverse_cause(*, cause: str, actor: User | None, now: datetime, note: str = "") -> list[ReputationEvent]:
    """Undo everything that one cause brought to anybody (a retracted vote, a deleted outcome)."""
    events = standing(ReputationEvent.objects.filter(cause=cause)).order_by("member_id", "id")
    return [reverse(event=event, actor=actor, now=now, note=note) for event in events]


@transaction.atomic
def rebuild_reputation(*, members: list[int] | None = None) -> int:
    """Compute every score from its ledger again and return how many were wrong."""
    return sum(User.objects.filter(pk=score.member_id).update(reputation=score.due) for score in wrong_scores(members))


def _counts(member: User, event: str, actor: User | None, product: Product | None) -> bool:
    if event in DECIDED:
        return True
    if actor is None:
        return False
    if event in GIVEN_BY_OTHERS and (actor.pk == member.pk or share_an_organisation(actor, member)):
        return False
    return product is None or not is_staff_of_manufacturer(actor, product)


def _earned_today(member: User, now: datetime) -> int:
    """Points that votes brought on this UTC day and that still stand."""
    start = datetime.combine(now.astimezone(UTC).date(), time.min, tzinfo=UTC)
    events = ReputationEvent.objects.filter(
        member=member,
        event__in=CAPPED,
        created_at__gte=start,
        created_at__lt=start + timedelta(days=1),
    )
    total: int | None = standing(events).aggregate(total=Sum("points"))["total"]
    return total or 0


def _follow(member: User, points: Points) -> None:
    """Set the score to the sum of the ledger; the member object at hand learns it too."""
    total = ReputationEvent.objects.filter(member=member).aggregate(total=Sum("points"))["total"]
    member.reputation = reputation(points, [total or 0])
    User.objects.filter(pk=member.pk).update(reputation=member.reputation)
