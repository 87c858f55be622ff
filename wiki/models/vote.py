"""Votes: opinions on a problem, fix or comment."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wiki.models.comment import Comment
from wiki.models.fix import Fix
from wiki.models.one_of import exactly_one
from wiki.models.problem import Problem


class Vote(models.Model):
    """One person's opinion on one post."""

    class Reason(models.TextChoices):
        DID_NOT_WORK = "did_not_work", "did not work on mine"
        UNSAFE = "unsafe", "unsafe"
        WRONG_PRODUCT = "wrong_product", "wrong product"
        UNCLEAR = "unclear", "unclear"
        OUT_OF_DATE = "out_of_date", "out of date"

    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="votes")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="votes")
    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, null=True, blank=True, related_name="votes")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="votes")
    value = models.SmallIntegerField(choices=[(1, "up"), (-1, "down")])
    reason = models.CharField(max_length=13, choices=Reason, blank=True)
    created_at = models.DateTimeField()
    is_left_out = models.BooleanField(
        default=False, help_text="its voter has since joined an organisation that may not vote here: it weighs nothing"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voter", "problem"], name="vote_once_per_problem"),
            models.UniqueConstraint(fields=["voter", "fix"], name="vote_once_per_fix"),
            models.UniqueConstraint(fields=["voter", "comment"], name="vote_once_per_comment"),
            models.CheckConstraint(
                condition=exactly_one("problem", "fix", "comment"),
                name="vote_on_one_post",
            ),
            models.CheckConstraint(condition=Q(value__in=[1, -1]), name="vote_up_or_down"),
            models.CheckConstraint(condition=Q(value=1) | ~Q(reason=""), name="vote_down_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.voter}: {self.value:+d}"
