"""Sightings: a product showing a symptom at a date and usage."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import OwnedProduct
from products.models import Component, Imported, Product
from wiki.models.problem import Problem
from wiki.rules.severity import SEVERITY_WORDS


class Sighting(Imported):
    """ "I have this too": belongs to a problem, or is unassigned (product and component only)."""

    class Severity(models.TextChoices):
        """The gravest that it tells of, the gravest last: the classes of `wiki.rules.severity`."""

        NONE = "none", SEVERITY_WORDS["none"]
        PROPERTY = "property", SEVERITY_WORDS["property"]
        CRASH = "crash", SEVERITY_WORDS["crash"]
        FIRE = "fire", SEVERITY_WORDS["fire"]
        INJURY = "injury", SEVERITY_WORDS["injury"]
        DEATH = "death", SEVERITY_WORDS["death"]

    class Dated(models.TextChoices):
        """What `seen_on` is worth; without a date it is the day on which the report came here."""

        EXACT = "exact", "on that day"
        ESTIMATED = "estimated", "about that day"
        UNKNOWN = "unknown", "on a day nobody wrote down"

    problem = models.ForeignKey(Problem, on_delete=models.SET_NULL, null=True, blank=True, related_name="sightings")
    # The index that is counted from begins with the product.
    product = models.ForeignKey(Product, on_delete=models.PROTECT, db_index=False, related_name="sightings")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, null=True, blank=True, related_name="sightings")
    component_suggested = models.BooleanField(
        default=False, help_text="the classifier suggests the component from the words; nobody has confirmed it"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="sightings"
    )
    owned_product = models.ForeignKey(
        OwnedProduct, on_delete=models.SET_NULL, null=True, blank=True, related_name="sightings"
    )
    complaint = models.ForeignKey(
        "wiki.Complaint",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="sightings",
        help_text="the complaint of the public record that tells of it",
    )
    external_number = models.CharField(max_length=40, blank=True, help_text="number at its source")
    source = models.CharField(max_length=80, blank=True)
    text = models.TextField(blank=True, max_length=4000)
    harm = models.BooleanField(default=False, help_text="something burnt or smoked, or somebody was hurt")
    severity = models.CharField(max_length=8, choices=Severity, default=Severity.NONE)
    seen_on = models.DateField()
    received_on = models.DateField(
        null=True, blank=True, help_text="when it came in, here or at its source; without a day it counts in no week"
    )
    dated = models.CharField(max_length=9, choices=Dated, default=Dated.EXACT)
    usage = models.PositiveIntegerField(null=True, blank=True)
    usage_unit = models.CharField(max_length=6, choices=OwnedProduct.Unit, default=OwnedProduct.Unit.MILES)
    created_at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-seen_on", "-id"]
        indexes = [
            # Holds all that a hub counts, so that counting never reads the texts.
            models.Index(
                fields=[
                    *("product", "component", "problem", "seen_on", "dated", "usage_unit", "usage", "severity"),
                    "component_suggested",
                ],
                name="sighting_counted",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "product"],
                condition=Q(complaint__isnull=False),
                name="sighting_once_per_complaint_and_product",
            ),
            models.UniqueConstraint(
                fields=["problem", "member"],
                condition=Q(member__isnull=False, problem__isnull=False, owned_product__isnull=True),
                name="sighting_once_per_member_and_problem",
            ),
            models.UniqueConstraint(
                fields=["problem", "owned_product"],
                condition=Q(owned_product__isnull=False, problem__isnull=False),
                name="sighting_once_per_owned_product_and_problem",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}, {self.seen_on}"
