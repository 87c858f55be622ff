"""Revisions: every edit of a problem, fix, comment, outcome or test, append-only."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from products.models import Imported
from wiki.models.comment import Comment
from wiki.models.diagnosis import DiagnosticTest
from wiki.models.fix import Fix
from wiki.models.one_of import exactly_one
from wiki.models.outcome import Outcome
from wiki.models.problem import Problem


class Revision(Imported):
    """What a post said after an edit, whole, so that any two can be compared and any one restored.

    The database refuses to change or delete a row (migration 0002), but for undoing the import that made it. Whoever is
    erased stays as a nameless member.
    """

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, null=True, blank=True, related_name="revisions")
    fix = models.ForeignKey(Fix, on_delete=models.PROTECT, null=True, blank=True, related_name="revisions")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, null=True, blank=True, related_name="revisions")
    test = models.ForeignKey(DiagnosticTest, on_delete=models.PROTECT, null=True, blank=True, related_name="revisions")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, null=True, blank=True, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="the post's own fields, by name")
    summary = models.CharField(max_length=160, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        help_text="the verified organisation that its author belonged to then: its badge",
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["problem", "number"], name="revision_number_once_per_problem"),
            models.UniqueConstraint(fields=["fix", "number"], name="revision_number_once_per_fix"),
            models.UniqueConstraint(fields=["comment", "number"], name="revision_number_once_per_comment"),
            models.UniqueConstraint(fields=["outcome", "number"], name="revision_number_once_per_outcome"),
            models.UniqueConstraint(fields=["test", "number"], name="revision_number_once_per_test"),
            models.CheckConstraint(
                condition=exactly_one("problem", "fix", "comment", "outcome", "test"),
                name="revision_of_one_post",
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"
