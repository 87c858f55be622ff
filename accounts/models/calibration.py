"""The calibration ledger: append-only, one row for each change of what a claim says about its author's word."""

from django.db import models

from accounts.models.user import User


class CalibrationEvent(models.Model):
    """Points of trust that a claim brought or took: tenths of the logarithm of the odds that the member is right.

    A claim is an outcome or a vote, named by `cause`. Its points are the sum of its rows: when later outcomes change
    what it says, the difference is a new row. The database refuses to change or delete a row (migration 0003).
    """

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calibration_events")
    points = models.SmallIntegerField()
    cause = models.CharField(max_length=60, help_text="the claim, as vote:17 or outcome:4")
    words = models.CharField(max_length=200, help_text="why, as a sentence for everybody")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["member", "created_at"]), models.Index(fields=["cause"])]

    def __str__(self) -> str:
        return f"{self.points:+d} {self.cause}"
