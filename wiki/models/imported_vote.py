"""Votes of another site: dated, by nobody that we know."""

from django.db import models

from products.models import Imported
from wiki.models.fix import Fix
from wiki.models.one_of import exactly_one
from wiki.models.problem import Problem


class ImportedVote(Imported):
    """A vote as a dump publishes it, without its voter. The post's score holds the sum already."""

    class Kind(models.IntegerChoices):
        ACCEPTED = 1, "accepted by who asked"
        UP = 2, "up"
        DOWN = 3, "down"

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="imported_votes")
    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, null=True, blank=True, related_name="imported_votes")
    kind = models.PositiveSmallIntegerField(choices=Kind)
    given_on = models.DateField()
    external_number = models.CharField(max_length=120, unique=True, help_text="site and number at its source")

    class Meta:
        ordering = ["given_on", "id"]
        constraints = [
            models.CheckConstraint(condition=exactly_one("problem", "fix"), name="imported_vote_on_one_post"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.given_on}"
