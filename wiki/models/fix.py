"""Fixes, their parts, and remedies: what the ranking orders."""

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.text import slugify

from products.models import Component, Imported, OfficialDiagnostic, SafetyClass
from wiki.models.language import InLanguage
from wiki.models.one_of import exactly_one
from wiki.models.problem import Problem
from wiki.models.publication import Publication
from wiki.querysets import PublicationQuerySet


class Fix(InLanguage, Publication):
    """A community remedy for a problem: cause, steps, parts, tools, cost, time, difficulty, safety class."""

    class Difficulty(models.TextChoices):
        EASY = "easy", "easy: no experience"
        MODERATE = "moderate", "moderate: some experience"
        HARD = "hard", "hard: a skilled person"
        WORKSHOP = "workshop", "workshop: special equipment"

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="fixes")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, null=True, blank=True, related_name="fixes")
    title = models.CharField(max_length=150)
    summary = models.CharField(max_length=255, blank=True, help_text="one line for the plan")
    cause = models.TextField(blank=True, help_text="what was wrong")
    first_check = models.TextField(blank=True, help_text="Markdown: how to tell, before buying anything")
    first_check_html = models.TextField(editable=False, blank=True)
    steps = models.TextField(help_text="Markdown")
    steps_html = models.TextField(editable=False)
    tools = models.CharField(max_length=255, blank=True)
    cost = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="parts and material; empty in an imported fix that does not say it",
    )
    currency = models.CharField(max_length=3, default="USD")
    hours = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    difficulty = models.CharField(max_length=9, choices=Difficulty, default=Difficulty.MODERATE)
    safety_class = models.CharField(max_length=5, choices=SafetyClass, default=SafetyClass.GREEN)
    is_dangerous = models.BooleanField(default=False, help_text="a warning stands in front of it until reviewed")
    dangerous_reason = models.CharField(max_length=255, blank=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="supersedes"
    )
    version = models.PositiveIntegerField(default=1)
    score = models.IntegerField(default=0, help_text="sum of votes")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "fixes"

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """The cosmetic part of the address."""
        return slugify(self.title)[:60] or "fix"

    def get_absolute_url(self) -> str:
        return reverse("wiki:fix", args=[self.pk, self.slug])


class FixPart(models.Model):
    """A part that a fix needs."""

    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)
    replaced_by = models.CharField(max_length=60, blank=True, help_text="the number that took this one's place")
    price = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    quantity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Remedy(Imported):
    """What the ranking orders: a fix, or an official diagnostic's remedy. Outcomes, votes and evidence point here."""

    fix = models.OneToOneField(Fix, on_delete=models.PROTECT, null=True, blank=True, related_name="remedy")
    diagnostic = models.OneToOneField(
        OfficialDiagnostic, on_delete=models.PROTECT, null=True, blank=True, related_name="remedy"
    )

    class Meta:
        verbose_name_plural = "remedies"
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("fix", "diagnostic"),
                name="remedy_is_a_fix_or_official",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        if self.fix is not None:
            return self.fix.title
        assert self.diagnostic is not None  # remedy_is_a_fix_or_official
        return self.diagnostic.remedy_title or self.diagnostic.title

    @property
    def is_official(self) -> bool:
        """Whether the manufacturer's own remedy stands behind it."""
        return self.diagnostic_id is not None

    def get_absolute_url(self) -> str:
        target = self.fix or self.diagnostic
        assert target is not None  # remedy_is_a_fix_or_official
        return target.get_absolute_url()
