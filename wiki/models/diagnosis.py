"""Guided diagnosis: tests of a problem, their readings, what a reading points to, and readings that people reported."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

from products.models import SafetyClass
from wiki.models.fix import Remedy
from wiki.models.outcome import Outcome
from wiki.models.problem import Problem
from wiki.models.publication import Publication
from wiki.querysets import PublicationQuerySet


class DiagnosticTest(Publication):
    """Something to look at, measure or read before anything is replaced, at a cost in money and hours."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="tests")
    title = models.CharField(max_length=120)
    how = models.TextField(help_text="Markdown")
    how_html = models.TextField(editable=False)
    tools = models.CharField(max_length=255, blank=True)
    money = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3, default="USD")
    hours = models.DecimalField(max_digits=6, decimal_places=2, validators=[MinValueValidator(0)])
    safety_class = models.CharField(max_length=5, choices=SafetyClass, default=SafetyClass.GREEN)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="the professional or experienced member who stands behind what it says now",
    )
    is_checked = models.BooleanField(default=False, help_text="only then is it shown before the plan")
    version = models.PositiveIntegerField(default=1)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('wiki:problem', args=[self.problem_id, self.problem.slug])}#test-{self.pk}"


class Reading(models.Model):
    """A result that a test can have."""

    test = models.ForeignKey(DiagnosticTest, on_delete=models.CASCADE, related_name="readings")
    place = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120)

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.label


class Pointer(models.Model):
    """A reading points for or against a remedy, in its author's words."""

    class Strength(models.IntegerChoices):
        STRONGLY_FOR = 2, "points strongly to it"
        FOR = 1, "points to it"
        AGAINST = -1, "points away from it"
        STRONGLY_AGAINST = -2, "points strongly away from it"

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="pointers")
    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE, related_name="pointers")
    strength = models.SmallIntegerField(choices=Strength)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "remedy"], name="pointer_once_per_remedy")]

    def __str__(self) -> str:
        return f"{self.reading}: {self.get_strength_display()}"


class ReportedReading(models.Model):
    """What a test said where an outcome was reported; with those that worked it sharpens what a reading points to."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="reported_readings")
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="reports")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome", "reading"], name="reported_reading_once_per_outcome")]

    def __str__(self) -> str:
        return str(self.reading)
