"""Complaints of the public record: one sighting for each complaint number, with all its components."""

from django.db import models

from products.models import Component, Imported
from wiki.models.sighting import Sighting


class Complaint(Imported):
    """What the official record says of a complaint beside the sighting that it became."""

    number = models.CharField(max_length=20, unique=True, help_text="the complaint's number at its source")
    sighting = models.OneToOneField(Sighting, on_delete=models.CASCADE, related_name="complaint")
    received_as = models.CharField(max_length=4, blank=True, help_text="the official code of the way it came in")
    prompted_by_recall = models.BooleanField(default=False, help_text="sent in because of a recall or its petition")
    date_is_estimated = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.number


class ComplaintComponent(Imported):
    """A component that a complaint names, in the official words; without one of ours where we have none."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="components")
    words = models.CharField(max_length=128)
    component = models.ForeignKey(Component, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "words"], name="complaint_component_once_per_complaint")
        ]

    def __str__(self) -> str:
        return self.words
