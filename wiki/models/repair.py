"""Repairs of the public record: how a repair went, where nobody wrote down what was done."""

from django.db import models

from products.models import Imported, Product
from wiki.models.sighting import Sighting


class Repair(Imported):
    """An imported outcome without a remedy: it counts for its product, never for a plan."""

    class Result(models.TextChoices):
        FIXED = "fixed", "fixed"
        REPAIRABLE = "repairable", "repairable, not there and then"
        END_OF_LIFE = "end_of_life", "end of life"
        UNKNOWN = "unknown", "not recorded"

    external_number = models.CharField(max_length=60, unique=True, help_text="the record's number at its source")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="repairs")
    sighting = models.OneToOneField(Sighting, on_delete=models.CASCADE, related_name="repair")
    result = models.CharField(max_length=11, choices=Result)
    barrier = models.CharField(max_length=80, blank=True, help_text="what stood in the way of a repair")
    repaired_on = models.DateField()
    age_years = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    country = models.CharField(max_length=3, blank=True, help_text="ISO 3166 country, three letters")
    provider = models.CharField(max_length=80, help_text="who recorded it; named wherever it is shown")

    class Meta:
        indexes = [models.Index(fields=["product", "result", "provider"])]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {self.repaired_on}"
