"""Comments on problems and fixes, a manufacturer's answer to a problem, and its reply to an outcome."""

from django.db import models
from django.db.models import Q

from wiki.models.fix import Fix
from wiki.models.one_of import exactly_one
from wiki.models.outcome import Outcome
from wiki.models.problem import Problem
from wiki.models.publication import Publication
from wiki.querysets import PublicationQuerySet


class Comment(Publication):
    """A remark in the discussion of a problem or a fix; or what a manufacturer says in public, for which it answers.

    `is_official` marks its one answer to a problem, shown above the discussion. On an outcome it replies once.
    """

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    is_official = models.BooleanField(default=False, help_text="the manufacturer's answer to the problem")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    body = models.TextField(help_text="Markdown")
    body_html = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)
    score = models.IntegerField(default=0)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("problem", "fix", "outcome"),
                name="comment_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(is_official=False) | Q(problem__isnull=False, parent__isnull=True),
                name="official_answer_is_to_a_problem",
            ),
            models.UniqueConstraint(
                fields=["problem", "organisation"],
                condition=Q(is_official=True) & ~Q(state="deleted"),
                name="official_answer_once_per_problem",
            ),
            models.UniqueConstraint(
                fields=["outcome", "organisation"],
                condition=Q(outcome__isnull=False) & ~Q(state="deleted"),
                name="official_reply_once_per_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    def get_absolute_url(self) -> str:
        target = self.problem or self.fix or (self.outcome.remedy if self.outcome is not None else None)
        assert target is not None  # comment_on_one_thing
        return f"{target.get_absolute_url()}#comment-{self.pk}"

    @property
    def is_for_organisation(self) -> bool:
        """Whether an organisation answers for it, whoever of its staff wrote it."""
        return self.is_official or self.outcome_id is not None
