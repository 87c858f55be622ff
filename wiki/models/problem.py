"""Problems and their links to official diagnostics."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify

from products.models import Component, OfficialDiagnostic, Product
from wiki.models.language import InLanguage
from wiki.models.publication import Publication
from wiki.querysets import ProblemQuerySet


class Problem(InLanguage, Publication):
    """A symptom on a product: one page, many remedies. Duplicates merge into it."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="problems")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, null=True, blank=True, related_name="problems")
    title = models.CharField(max_length=150)
    symptom = models.TextField(help_text="Markdown")
    symptom_html = models.TextField(editable=False)
    code_text = models.CharField(max_length=255, blank=True, help_text="fault codes as typed, with module and suffix")
    code_bases = models.CharField(
        max_length=255,
        blank=True,
        editable=False,
        help_text="base codes with a space around each: ' P0571 P0504 '",
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="duplicates"
    )
    diagnostics = models.ManyToManyField(OfficialDiagnostic, through="DiagnosticLink", related_name="problems")
    version = models.PositiveIntegerField(default=1)
    score = models.IntegerField(default=0, help_text="sum of votes")
    sighting_count = models.PositiveIntegerField(default=0)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=models.F("id")),
                name="problem_not_a_duplicate_of_itself",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """The cosmetic part of the address."""
        return slugify(self.title)[:60] or "problem"

    @property
    def codes(self) -> list[str]:
        """The base codes, in the order typed."""
        return self.code_bases.split()

    def get_absolute_url(self) -> str:
        return reverse("wiki:problem", args=[self.pk, self.slug])


class DiagnosticLink(models.Model):
    """An official diagnostic that speaks about a problem: linked by hand, or suggested and confirmed by a member."""

    class Reason(models.TextChoices):
        HAND = "hand", "linked by hand"
        CODE = "code", "shares a fault code"
        COMPONENT = "component", "shares a component"

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="diagnostic_links")
    diagnostic = models.ForeignKey(OfficialDiagnostic, on_delete=models.PROTECT, related_name="problem_links")
    reason = models.CharField(max_length=9, choices=Reason)
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "diagnostic"], name="diagnostic_linked_once")]

    def __str__(self) -> str:
        return f"problem {self.problem_id}, diagnostic {self.diagnostic_id}"
