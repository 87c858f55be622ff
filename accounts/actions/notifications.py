"""Acts on notifications: tell members, mark as read, choose the mail, take what is due for it, forget what is old."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Notification, User
from accounts.queries.community_rules import load
from accounts.queries.mail import confirmed_address
from accounts.rules.notifications import NotificationRules, digest_until

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
def claim_for_mail(*, member: User, now: datetime) -> list[Notification]:
    """What is due to be mailed to a member, counted as mailed from here on, the newest first.

    Nothing where no address was confirmed. What was read meanwhile, or is too old, is not mailed any more.
    """
    locked = User.objects.select_for_update().get(pk=member.pk)
    waiting = Notification.objects.filter(member=locked, mail=Notification.Mail.WAITING)
    due = waiting
    if locked.notification_mail == User.NotificationMail.DAILY:
        due = due.filter(at__lt=digest_until(now))
    unwanted = locked.notification_mail == User.NotificationMail.NONE or not confirmed_address(locked)
    oldest = now - timedelta(days=load(NotificationRules).mail_days)
    rows = [] if unwanted else list(due.filter(read_at=None, at__gte=oldest))
    claimed = Notification.objects.filter(pk__in=[row.pk for row in rows])
    claimed.update(mail=Notification.Mail.SENT, mailed_at=now)
    due.update(mail=Notification.Mail.UNWANTED)
    return rows


@transaction.atomic
def give_back(*, notifications: Collection[Notification], for_good: bool = False) -> None:
    """Say that a mail did not leave: the next run tries again, or never where the address was refused `for_good`."""
    state = Notification.Mail.UNWANTED if for_good else Notification.Mail.WAITING
    rows = Notification.objects.filter(pk__in=[row.pk for row in notifications])
    rows.update(mail=state, mailed_at=None)


@transaction.atomic
def forget_old_notifications(*, now: datetime) -> int:
    """Delete notifications older than the community keeps them, read or not; says how many."""
    before = now - timedelta(days=load(NotificationRules).kept_days)
    _, by_model = Notification.objects.filter(at__lt=before).delete()
    return by_model.get("accounts.Notification", 0)
