"""What was done in and about an organisation: append-only."""

from django.db import models

from accounts.models.organisation import Organisation
from accounts.models.user import User


class OrganisationAct(models.Model):
    """One act on an organisation's people, scope or public words, read by its team and by moderators.

    No mail address stands in it. The database refuses to change or delete a row (migration 0004).
    """

    class Act(models.TextChoices):
        VERIFIED = "verified", "verified the organisation"
        WITHDREW = "withdrew", "withdrew the verification"
        SCOPED = "scoped", "changed the scope"
        DESCRIBED = "described", "changed what it says of itself"
        INVITED = "invited", "invited somebody"
        REVOKED = "revoked", "revoked an invitation"
        JOINED = "joined", "joined"
        TAKEN_IN = "taken_in", "took in"
        MADE_MANAGER = "manager", "made a manager of"
        MADE_MEMBER = "member", "made a member of"
        PLACED = "placed", "changed the place of"
        LEFT = "left", "left"
        REMOVED = "removed", "removed"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="acts")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=9, choices=Act)
    subject = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=500, blank=True, help_text="what exactly, as a phrase")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organisation", "-at"], name="act_of_organisation")]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_act_display()}"
