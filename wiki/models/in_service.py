"""Vehicles in service, as a manufacturer loads them: private to its staff, and in no export, feed or interface."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from products.models import Product


class ServiceLoad(models.Model):
    """One file of units in service. One load of an organisation is in force; the one before it can be gone back to."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="service_loads")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="service_loads"
    )
    at = models.DateTimeField()
    rows = models.PositiveIntegerField(help_text="lines of the file")
    is_in_force = models.BooleanField(default=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(is_in_force=True), name="service_load_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.at:%Y-%m-%d}"


class UnitsInService(models.Model):
    """So many units of a product, built in one month for one market at one plant."""

    load = models.ForeignKey(ServiceLoad, on_delete=models.CASCADE, related_name="units")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="units_in_service")
    built = models.DateField(help_text="first day of the month in which they were built")
    market = models.CharField(max_length=2, blank=True, help_text="country, two letters; empty where it is not said")
    plant = models.CharField(max_length=80, blank=True)
    units = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "units in service"
        ordering = ["load", "product", "built", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["load", "product", "built", "market", "plant"], name="units_in_service_said_once"
            ),
            models.CheckConstraint(condition=Q(units__gte=1), name="units_in_service_some"),
        ]

    def __str__(self) -> str:
        return f"{self.units} of {self.product}, {self.built:%Y-%m}"
