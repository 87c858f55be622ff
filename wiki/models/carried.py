"""What an open dump told of people whom this site doesn't know: what their outcomes and votes weigh in a plan.

Nobody's name came with them. `wiki.open_data` writes these rows when it loads a dump into an empty site; the ledger
reads them where it would else ask the person.
"""

from django.db import models
from django.db.models import Q

from wiki.models.fix import Fix
from wiki.models.outcome import Outcome


class CarriedOutcome(models.Model):
    """What is known of the person behind one outcome that came with a dump."""

    outcome = models.OneToOneField(Outcome, on_delete=models.CASCADE, primary_key=True, related_name="carried")
    trust = models.FloatField(help_text="trust in its person's word, as the dump tells it")
    reporter = models.CharField(
        max_length=32,
        blank=True,
        db_index=True,
        help_text="a chance name, the same on outcomes of one person on one remedy; empty where there is one alone",
    )
    shared_among = models.PositiveSmallIntegerField(default=1, help_text="remedies that were changed at the same time")
    not_counted_on = models.JSONField(
        default=list, help_text="ids of remedies on which a later report of the same person takes its place"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(trust__gte=0) & Q(trust__lte=1), name="carried_trust_is_a_probability")
        ]

    def __str__(self) -> str:
        return f"outcome {self.outcome_id}, trust {self.trust:.2f}"


class CarriedVotes(models.Model):
    """The votes in one direction on one fix that came with a dump, together: nobody's alone."""

    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, related_name="carried_votes")
    value = models.SmallIntegerField(choices=[(1, "up"), (-1, "down")])
    number = models.PositiveIntegerField(help_text="of people")
    weight = models.FloatField(help_text="the sum of trust and decay on the day of the dump")
    on = models.DateField(help_text="the day of the dump")

    class Meta:
        verbose_name_plural = "carried votes"
        constraints = [
            models.UniqueConstraint(fields=["fix", "value"], name="carried_votes_once_per_fix_and_direction"),
            models.CheckConstraint(condition=Q(value__in=[1, -1]), name="carried_votes_up_or_down"),
        ]

    def __str__(self) -> str:
        return f"{self.number} votes {self.get_value_display()}"
