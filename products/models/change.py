"""The change feed: what changed, written in the same transaction as the change, for whoever keeps a copy (search)."""

from django.db import models


class Change(models.Model):
    """One changed object. Readers drain the feed in order of id, each with its own cursor."""

    class Kind(models.TextChoices):
        PRODUCT = "product", "product"
        OFFICIAL = "official", "official diagnostic"
        PROBLEM = "problem", "problem"
        FIX = "fix", "fix"

    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
