"""The reputation ledger: append-only, one row per event with its cause."""

from django.db import models

from accounts.models.user import User


class ReputationEvent(models.Model):
    """Points that a member earned or lost. Undoing is an opposite row, never an update.

    The database refuses to change or delete a row (migration 0002), so both people are protected: whoever is erased
    stays as a nameless member, and the rows with them.
    """

    class Event(models.TextChoices):
        FIX_VOTED_UP = "fix_voted_up", "your fix was voted up"
        PROBLEM_VOTED_UP = "problem_voted_up", "your problem was voted up"
        OWNER_CONFIRMED = "owner_confirmed", "an owner reported that your fix worked"
        PROFESSIONAL_CONFIRMED = "professional_confirmed", "a verified professional confirmed your fix"
        OUTCOME_REPORTED = "outcome_reported", "you reported an outcome"
        EVIDENCE_ADDED = "evidence_added", "you added evidence to an outcome"
        POST_VOTED_DOWN = "post_voted_down", "your post was voted down"
        VOTED_DOWN = "voted_down", "you voted down"
        DANGEROUS_UPHELD = "dangerous_upheld", "a dangerous flag on your fix was upheld"
        SPAM_CONFIRMED = "spam_confirmed", "your post was confirmed as spam"

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reputation_events")
    event = models.CharField(max_length=24, choices=Event)
    points = models.SmallIntegerField()
    cause = models.CharField(max_length=60, help_text="what caused it, as vote:17 or outcome:4")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, help_text="why a row was undone, where it was not by its actor")
    created_at = models.DateTimeField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["member", "created_at"]), models.Index(fields=["cause"])]

    def __str__(self) -> str:
        return f"{self.points:+d} {self.event}"
