"""Complaints of the public record: a sighting for each product that one names, with the components named for it."""

from django.db import models

from products.models import Component, Imported
from wiki.models.sighting import Sighting


class Complaint(Imported):
    """What the official record says of a complaint beside the sightings that it became; nearly always that is one."""

    number = models.CharField(
        max_length=20, unique=True, help_text="the number at its source; of a bare text, a digest of its words"
    )
    received_as = models.CharField(max_length=4, blank=True, help_text="the official code of the way it came in")
    prompted_by_recall = models.BooleanField(default=False, help_text="sent in because of a recall or its petition")

    def __str__(self) -> str:
        return self.number


class ComplaintComponent(Imported):
    """A component that a complaint names, in the official words; without one of ours where we have none."""

    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="complaint_components")
    words = models.CharField(max_length=128)
    component = models.ForeignKey(Component, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sighting", "words"], name="complaint_component_once_per_sighting")
        ]

    def __str__(self) -> str:
        return self.words
