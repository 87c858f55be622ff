"""Notifications: what a member is told of."""

from django.db import models
from django.db.models import Q

from accounts.models.user import User


class Notification(models.Model):
    """Something happened to what a member follows.

    The row names what happened and to what; the words are made when it is read, so that nothing hidden or erased since
    is ever repeated, and no name of anybody stands in it.
    """

    class Mail(models.TextChoices):
        WAITING = "waiting", "waits for the mail"
        SENT = "sent", "mailed"
        UNWANTED = "unwanted", "not mailed"

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, help_text="what happened, by the words of the app that told it")
    about = models.CharField(max_length=10, help_text="what kind of thing it happened to")
    object_id = models.PositiveBigIntegerField()
    state = models.CharField(max_length=40, blank=True, help_text="what the thing became: each state is told of once")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.WAITING)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["member", "-at"], name="notification_of_member"),
            models.Index(fields=["member"], condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=["member"], condition=Q(mail="waiting"), name="notification_to_mail"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "about", "object_id", "state"], name="notification_once_per_state"
            ),
            models.CheckConstraint(
                condition=Q(mail="sent", mailed_at__isnull=False) | (~Q(mail="sent") & Q(mailed_at__isnull=True)),
                name="notification_mailed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} {self.object_id}"
