"""Acts on notifications: tell members, mark as read, choose the mail, forget what is old."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Notification, User
from accounts.queries.community_rules import load
from accounts.rules.notifications import NotificationRules

_CHUNK = 500


@transaction.atomic
def notify(*, members: Collection[int], kind: str, about: str, object_id: int, state: str = "", now: datetime) -> None:
    """Tell members (their ids) that something happened; who was told of the same state before is not told again."""
    Notification.objects.bulk_create(
        (
            Notification(member_id=member, kind=kind, about=about, object_id=object_id, state=state, at=now)
            for member in sorted(set(members))
        ),
        batch_size=_CHUNK,
        ignore_conflicts=True,
    )


@transaction.atomic
def mark_read(*, member: User, now: datetime, ids: Collection[int] | None = None) -> int:
    """Mark a member's own notifications as read, all of them without ids; says how many were unread."""
    rows = Notification.objects.filter(member=member, read_at=None)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(read_at=now)


@transaction.atomic
def choose_notification_mail(*, member: User, wish: str) -> User:
    """Choose how what a member follows is mailed: at once, once a day or never. What waits follows the choice."""
    member.notification_mail = User.NotificationMail(wish)
    member.save(update_fields=["notification_mail"])
    if member.notification_mail == User.NotificationMail.NONE:
        Notification.objects.filter(member=member, mail=Notification.Mail.WAITING).update(
            mail=Notification.Mail.UNWANTED
        )
    return member


@transaction.atomic
def forget_old_notifications(*, now: datetime) -> int:
    """Delete notifications older than the community keeps them, read or not; says how many."""
    before = now - timedelta(days=load(NotificationRules).kept_days)
    _, by_model = Notification.objects.filter(at__lt=before).delete()
    return by_model.get("accounts.Notification", 0)
