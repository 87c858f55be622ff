"""The sites on which an organisation shows frames of this one."""

from django.db import models

from accounts.models import Organisation
from wiki.rules.embedding import LONGEST_ORIGIN


class EmbedSite(models.Model):
    """One site, by its origin as browsers compare it: `https://www.garage.example`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="embed_sites")
    origin = models.CharField(max_length=LONGEST_ORIGIN)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["origin"]
        constraints = [models.UniqueConstraint(fields=["organisation", "origin"], name="embed_site_named_once")]

    def __str__(self) -> str:
        return self.origin
