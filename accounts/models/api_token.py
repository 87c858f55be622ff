"""Tokens of the API."""

from django.db import models

from accounts.models.organisation import Organisation
from accounts.models.user import User


class ApiToken(models.Model):
    """A key with which a program acts as a member, within its scopes. Its text is shown once and not stored."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="api_tokens",
        help_text="for whose work it was made: it ends with the member's place there",
    )
    name = models.CharField(max_length=60, help_text="what it is for")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    beginning = models.CharField(max_length=16, editable=False, help_text="its first letters, to know it again")
    scopes = models.JSONField(default=list, help_text="read, report, post")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.beginning}… ({self.name})"
