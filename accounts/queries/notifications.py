"""Notifications, read."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Notification, User


def notifications_of(member: User) -> QuerySet[Notification]:
    """A member's notifications, unread ones first, then the newest."""
    return (
        Notification.objects.filter(member=member)
        .annotate(is_read=Q(read_at__isnull=False))
        .order_by("is_read", "-at", "-pk")
    )
