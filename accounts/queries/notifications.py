"""Notifications, read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Notification, User
from accounts.rules.notifications import digest_until


def notifications_of(member: User) -> QuerySet[Notification]:
    """A member's notifications, unread ones first, then the newest."""
    return (
        Notification.objects.filter(member=member)
        .annotate(is_read=Q(read_at__isnull=False))
        .order_by("is_read", "-at", "-pk")
    )


def members_to_mail(now: datetime) -> QuerySet[User]:
    """Members to whom a mail about their notifications is due: at once, or about the days before today."""
    waiting = Notification.objects.filter(member=OuterRef("pk"), mail=Notification.Mail.WAITING)
    daily = Exists(waiting.filter(at__lt=digest_until(now)))
    return User.objects.filter(Q(notification_mail=User.NotificationMail.AT_ONCE) & Exists(waiting) | daily).order_by(
        "pk"
    )
