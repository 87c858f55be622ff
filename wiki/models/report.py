"""Flags: a reader says that something is wrong with a post."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from wiki.models.comment import Comment
from wiki.models.fix import Fix
from wiki.models.one_of import exactly_one
from wiki.models.outcome import Outcome
from wiki.models.photo import Photo
from wiki.models.problem import Problem


class Flag(models.Model):
    """One person's flag on one post. Three independent ones hide the post and queue it; an organisation's queue it."""

    class Reason(models.TextChoices):
        DANGEROUS = "dangerous", "dangerous"
        HARMFUL = "harmful", "harmful or insulting"
        PERSONAL_DATA = "personal_data", "personal data"
        ADVERTISING = "advertising", "advertising or spam"
        NOT_GENUINE = "not_genuine", "not genuine"
        ILLEGAL = "illegal", "illegal"

    class State(models.TextChoices):
        OPEN = "open", "open"
        UPHELD = "upheld", "upheld"
        DISMISSED = "dismissed", "dismissed"

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="flags")
    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, null=True, blank=True, related_name="flags")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="flags")
    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, null=True, blank=True, related_name="flags")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, null=True, blank=True, related_name="flags")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="flags")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="flags",
        help_text="the verified organisation that the reporter belonged to then: its reports are counted in public",
    )
    reason = models.CharField(max_length=13, choices=Reason)
    note = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["reporter", "problem"], name="flag_once_per_problem"),
            models.UniqueConstraint(fields=["reporter", "fix"], name="flag_once_per_fix"),
            models.UniqueConstraint(fields=["reporter", "comment"], name="flag_once_per_comment"),
            models.UniqueConstraint(fields=["reporter", "outcome"], name="flag_once_per_outcome"),
            models.UniqueConstraint(fields=["reporter", "photo"], name="flag_once_per_photo"),
            models.CheckConstraint(
                condition=exactly_one("problem", "fix", "comment", "outcome", "photo"),
                name="flag_on_one_post",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} by {self.reporter}"
