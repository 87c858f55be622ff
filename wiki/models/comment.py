"""Comments on problems and fixes."""

from django.db import models

from accounts.models import Organisation
from wiki.models.fix import Fix
from wiki.models.one_of import exactly_one
from wiki.models.problem import Problem
from wiki.models.publication import Publication
from wiki.querysets import PublicationQuerySet


class Comment(Publication):
    """A remark in the discussion of a problem or a fix."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    body = models.TextField(help_text="Markdown")
    body_html = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)
    score = models.IntegerField(default=0)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("problem", "fix"),
                name="comment_on_a_problem_or_a_fix",
            )
        ]

    def __str__(self) -> str:
        return self.body[:60]

    def get_absolute_url(self) -> str:
        target = self.problem or self.fix
        assert target is not None  # comment_on_a_problem_or_a_fix
        return f"{target.get_absolute_url()}#comment-{self.pk}"
