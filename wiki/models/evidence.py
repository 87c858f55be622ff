"""Evidence: what outcomes and votes add up to, kept up to date so that a plan never reads them all.

All rows are derived: `rebuild_evidence` makes them again from outcomes and votes, `check_evidence` proves them equal.
Only `wiki.actions.evidence` writes them.
"""

from django.db import models
from django.db.models import Q

from products.models import Product
from wiki.models.carried import CarriedVotes
from wiki.models.fix import Remedy
from wiki.models.one_of import exactly_one
from wiki.models.outcome import Outcome
from wiki.models.vote import Vote


class Evidence(models.Model):
    """What is known of a remedy wherever it was tried: independent people, prices, and how its weights are stored.

    A report of day d weighs trust · 2^((d − landmark)/half_life) in the sums of this remedy.
    """

    remedy = models.OneToOneField(Remedy, on_delete=models.CASCADE, primary_key=True, related_name="evidence")
    landmark = models.DateField()
    half_life = models.FloatField(help_text="days after which a report counts half")
    ripe_until = models.DateField(help_text="reports at hand-over up to this day are provisional no more")
    reports = models.PositiveIntegerField(default=0, help_text="outcomes that are published")
    harm = models.PositiveIntegerField(default=0, help_text="of them with fire or injury, where reported on it first")
    tried = models.PositiveIntegerField(default=0, help_text="people who tried it")
    worked = models.PositiveIntegerField(default=0, help_text="people for whom it worked")
    worked_with_evidence = models.PositiveIntegerField(default=0)
    worked_by_professional = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text="people whom it did not help or with whom it came back")
    last_on = models.DateField(null=True, blank=True, help_text="day of the latest report of somebody who tried it")
    prices = models.JSONField(
        default=list,
        help_text="[tier, worked, currency, money, hours, day of hand-over, weight, count] of each price",
    )

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"evidence on remedy {self.remedy_id}"


class NodeEvidence(models.Model):
    """The sums of one tier of reports on a remedy, at a product and everything below it."""

    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE, related_name="node_evidence")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    tier = models.CharField(max_length=12)
    success = models.FloatField()
    failure = models.FloatField()
    worse_weight = models.FloatField()
    worked = models.PositiveIntegerField()
    partly = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    worse = models.PositiveIntegerField()
    came_back = models.PositiveIntegerField()
    up = models.PositiveIntegerField()
    down = models.PositiveIntegerField()
    successes = models.FloatField(help_text="reports that it worked, one shared among remedies changed together")
    provisional = models.JSONField(default=dict, help_text="weights reported at hand-over, by day")

    class Meta:
        verbose_name_plural = "evidence by product"
        constraints = [
            models.UniqueConstraint(fields=["remedy", "product", "tier"], name="evidence_once_per_node_and_tier")
        ]

    def __str__(self) -> str:
        return f"{self.tier} evidence on remedy {self.remedy_id} at product {self.product_id}"


class Contribution(models.Model):
    """One published outcome, or one vote, as it was added to the sums of a remedy; taken out again as it stands here.

    Votes that came with a dump are added together: `number` people with the sum of their trust.

    Not every one counts: an outcome takes the place of the same person's vote, and "not tried" of nothing.
    """

    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE, related_name="contributions")
    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, null=True, related_name="contributions")
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, null=True, related_name="contributions")
    carried_votes = models.ForeignKey(CarriedVotes, on_delete=models.CASCADE, null=True, related_name="contributions")
    number = models.PositiveIntegerField(default=1, help_text="of people")
    person = models.CharField(max_length=80, help_text="member:12, mail:digest, or dump:name of who came with a dump")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    counts = models.BooleanField()
    tier = models.CharField(max_length=12)
    result = models.CharField(max_length=9)
    on = models.DateField()
    trust = models.FloatField()
    shared_among = models.PositiveSmallIntegerField(default=1)
    at_handover = models.BooleanField(default=False)
    money = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="USD")
    hours = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    has_evidence = models.BooleanField(default=False)
    harm = models.BooleanField(default=False)
    helped = models.PositiveSmallIntegerField(
        null=True,
        help_text="1 or 0, a number so that an index serves it; empty for votes and what was not tried",
    )
    telling = models.PositiveSmallIntegerField(default=0, help_text="the higher, the sooner it is shown")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["remedy", "outcome"], name="contribution_once_per_outcome"),
            models.UniqueConstraint(fields=["remedy", "vote"], name="contribution_once_per_vote"),
            models.UniqueConstraint(fields=["remedy", "carried_votes"], name="contribution_once_per_carried_votes"),
            models.CheckConstraint(
                condition=exactly_one("outcome", "vote", "carried_votes"), name="contribution_is_an_outcome_or_a_vote"
            ),
        ]
        indexes = [
            models.Index(fields=["remedy", "person"]),
            models.Index(fields=["person"]),
            models.Index(fields=["remedy", "helped", "-telling", "-on", "-outcome"], name="contribution_shown"),
            models.Index(fields=["remedy", "-on"], condition=Q(helped__isnull=False), name="contribution_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.result}"
