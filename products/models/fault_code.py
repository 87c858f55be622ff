"""Fault codes."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from products.models.imports import Imported
from products.models.product import Product


class FaultCode(Imported):
    """A diagnostic code with the meaning that one source gives it, for one make or for all.

    Searches meet on `base`; meanings never mix makes, and sources that contradict each other stand side by side.
    """

    base = models.CharField(max_length=20, db_index=True, help_text="P0504 of P0504-64 (2A); upper case, no spaces")
    failure_type = models.CharField(max_length=4, blank=True, help_text="64 of P0504-64 (2A)")
    status = models.CharField(max_length=4, blank=True, help_text="2A of P0504-64 (2A)")
    module = models.CharField(max_length=40, blank=True, help_text="the control unit that stores it, as ABS")
    make = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="fault_codes")
    description = models.CharField(max_length=600)
    source = models.CharField(max_length=80)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["base", "failure_type", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["base", "failure_type", "status", "module", "source"],
                condition=Q(make__isnull=True),
                name="fault_code_once_per_source",
            ),
            models.UniqueConstraint(
                fields=["base", "failure_type", "status", "module", "source", "make"],
                condition=Q(make__isnull=False),
                name="fault_code_once_per_source_and_make",
            ),
        ]

    def __str__(self) -> str:
        suffix = f"-{self.failure_type}" if self.failure_type else ""
        status = f" ({self.status})" if self.status else ""
        return f"{self.base}{suffix}{status}"

    def get_absolute_url(self) -> str:
        return reverse("wiki:fault-code", args=[self.base.lower()])
