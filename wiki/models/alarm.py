"""Alarms: what is out of the ordinary among votes and reports, for moderators."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from wiki.models.fix import Remedy


class Alarm(models.Model):
    """One thing that moderators should look at, with its figures. Raised and closed by night, or closed by a person."""

    class Kind(models.TextChoices):
        TIERS = "tiers", "the crowd contradicts verified outcomes"
        PRICES = "prices", "unverified prices contradict verified ones"
        BURST = "burst", "a burst of votes was taken back"
        PAIR = "pair", "a member votes for one author above all"
        WORKSHOP = "workshop", "a workshop reports beyond its share"

    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=80, help_text="what it is about, as tiers:12")
    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE, null=True, blank=True, related_name="alarms")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    figures = models.JSONField(default=dict, help_text="the numbers behind it")
    strength = models.FloatField(help_text="how far out of the ordinary: sigmas, votes or times")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closing_note = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["first_seen_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(closed_at__isnull=True), name="alarm_open_once")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
