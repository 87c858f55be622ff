"""Requests of the API that were sent with a key, so that sending one again does nothing twice."""

from django.db import models

from accounts.models import ApiToken


class IdempotentRequest(models.Model):
    """What was answered to a request with this key; kept for a day."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, help_text="digest of method, address and body")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once_per_token")]

    def __str__(self) -> str:
        return f"{self.token_id}: {self.key}"
