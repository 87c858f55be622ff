"""Emerging issues: signals that a component at a product runs above its own expected rate, and what became of them.

The figures are the monitor's (`wiki.actions.flagging` alone writes them); states, people and words are people's, and
every act is kept in `IssueEvent`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from products.models import Component, OfficialDiagnostic, Product


class EmergingIssue(models.Model):
    """A component at a product whose reports run above their expected rate; it accuses nobody."""

    class Level(models.TextChoices):
        """The level that the score has reached this week, or had when it was last flagged."""

        WATCH = "watch", "watch"
        ALERT = "alert", "alert"

    class State(models.TextChoices):
        NEW = "new", "new"
        UNDER_REVIEW = "under_review", "under review"
        ANSWERED = "answered", "answered"
        CLOSED = "closed", "closed"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="emerging_issues")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="emerging_issues")
    level = models.CharField(max_length=5, choices=Level)
    state = models.CharField(max_length=12, choices=State, default=State.NEW)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="assigned_issues"
    )
    first_flagged_on = models.DateField(help_text="Monday of the first week above the level")
    last_flagged_on = models.DateField(help_text="Monday of the latest week above the level")
    window_weeks = models.PositiveSmallIntegerField(help_text="weeks up to last_flagged_on that the figures speak of")
    observed = models.PositiveIntegerField(help_text="reports within those weeks")
    expected = models.FloatField(help_text="reports that were to be expected within them")
    ratio = models.FloatField(help_text="observed against expected")
    ratio_low = models.FloatField(help_text="lower end of its 90 % interval")
    ratio_high = models.FloatField()
    doubling_weeks = models.FloatField(null=True, blank=True, help_text="empty where the reports do not grow")
    score = models.FloatField(help_text="evidence that the rate has risen, in nats")
    is_public = models.BooleanField(default=False, help_text="on the list that bounds false discoveries")
    fires = models.PositiveIntegerField(default=0, help_text="reports within those weeks that tell of it")
    crashes = models.PositiveIntegerField(default=0)
    injuries = models.PositiveIntegerField(default=0, help_text="or death")
    terms = models.JSONField(default=list, blank=True, help_text="[term, weight] that tell it from others, best first")
    clusters = models.JSONField(
        default=list, blank=True, help_text='symptoms within it: {"terms": [...], "reports": n}, most reports first'
    )
    central = models.JSONField(default=list, blank=True, help_text="ids of the sightings most like all others")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-score", "id"]
        indexes = [models.Index(fields=["component", "first_flagged_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "component"], condition=~Q(state="closed"), name="issue_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="issue_closed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(last_flagged_on__gte=models.F("first_flagged_on")), name="issue_flagged_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} on {self.product}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.state != self.State.CLOSED


class IssueWeek(models.Model):
    """What the monitor saw of an issue's series in one week: a point of its chart. Derived with the issue's figures."""

    issue = models.ForeignKey(EmergingIssue, on_delete=models.CASCADE, related_name="weeks")
    week = models.DateField(help_text="its Monday")
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    score = models.FloatField(help_text="nats, at the end of the week")

    class Meta:
        ordering = ["week"]
        constraints = [models.UniqueConstraint(fields=["issue", "week"], name="issue_week_once")]

    def __str__(self) -> str:
        return f"{self.issue}, week of {self.week}"


class IssueEvent(models.Model):
    """An act on an issue, or what the monitor noted of it; append-only (migration 0003).

    Notes (`kind` noted) are private to the manufacturer's team and moderators. Without a member it is the monitor's.
    """

    class Kind(models.TextChoices):
        FLAGGED = "flagged", "flagged"
        RAISED = "raised", "raised to an alert"
        LOWERED = "lowered", "fell below its level"
        MOVED = "moved", "located elsewhere in the product tree"
        ASSIGNED = "assigned", "assigned"
        REVIEWED = "reviewed", "taken under review"
        NOTED = "noted", "note to the team"
        ANSWERED = "answered", "answered"
        ATTACHED = "attached", "official diagnostic attached"
        CLOSED = "closed", "closed"
        REOPENED = "reopened", "opened again"

    issue = models.ForeignKey(EmergingIssue, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="issue_events"
    )
    at = models.DateTimeField()
    on = models.DateField(null=True, blank=True, help_text="the week (Monday) that the monitor speaks of")
    note = models.TextField(blank=True, max_length=4000)
    before = models.CharField(max_length=255, blank=True, help_text="what it was: a state, a level, a name")
    after = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["issue", "at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.issue}"


class IssueDiagnostic(models.Model):
    """An official diagnostic that the manufacturer says answers the issue."""

    issue = models.ForeignKey(EmergingIssue, on_delete=models.CASCADE, related_name="attached")
    diagnostic = models.ForeignKey(OfficialDiagnostic, on_delete=models.PROTECT, related_name="issues")
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ["attached_at", "id"]
        constraints = [models.UniqueConstraint(fields=["issue", "diagnostic"], name="diagnostic_attached_once")]

    def __str__(self) -> str:
        return f"{self.diagnostic} for {self.issue}"
