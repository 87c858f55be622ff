"""Filings: a member put unassigned sightings under a problem; who, when, and whether it was taken back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wiki.models.problem import Problem
from wiki.models.sighting import Sighting


class Filing(models.Model):
    """One act of filing. Undoing it lets its sightings go, keeps who filed how many, and says who took it back."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="filings")
    sightings = models.ManyToManyField(Sighting, related_name="filings", blank=True)
    number = models.PositiveIntegerField(help_text="how many sightings were filed")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="filings"
    )
    suggested = models.JSONField(
        default=dict, blank=True, help_text="components that the classifier had suggested, by sighting: for undoing"
    )
    made_problem = models.BooleanField(default=False, help_text="the problem was described from these sightings")
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="filing_of_at_least_one_sighting"),
        ]

    def __str__(self) -> str:
        return f"{self.number} under {self.problem}"
