"""Community rules: numbers that the community may change, with an audit trail. Defaults stand in code."""

from django.db import models

from accounts.models.user import User


class CommunityRule(models.Model):
    """A number that differs from its default in code."""

    name = models.CharField(max_length=80, unique=True, help_text="group.field, as votes.per_day")
    value = models.JSONField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class CommunityRuleChange(models.Model):
    """Who changed a community rule, from what, to what, when and why. Append-only."""

    name = models.CharField(max_length=80)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=255)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.before} to {self.after}"
