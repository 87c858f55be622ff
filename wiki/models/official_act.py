"""What a manufacturer did to official diagnostics here, and what each said from then on. Products knows no people."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from products.models import OfficialDiagnostic


class OfficialAct(models.Model):
    """A diagnostic was published, revised or superseded by an organisation; rows are only added."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", "published"
        REVISED = "revised", "revised"
        SUPERSEDED = "superseded", "superseded"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="official_acts")
    diagnostic = models.ForeignKey(OfficialDiagnostic, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=10, choices=Kind)
    version = models.PositiveIntegerField(help_text="of the diagnostic, after the act")
    content = models.JSONField(help_text="what the diagnostic said from then on, by field")
    by = models.ForeignKey(
        OfficialDiagnostic,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="what superseded it",
    )
    effective_on = models.DateField(null=True, blank=True)
    summary = models.CharField(max_length=160, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="official_acts"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.diagnostic} {self.kind}"
