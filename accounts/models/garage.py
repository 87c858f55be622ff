"""The garage: a member's own products."""

from django.core.validators import MinValueValidator
from django.db import models

from accounts.models.user import User
from products.models import Product


class OwnedProduct(models.Model):
    """A product that a member owns, with its private serial number and its usage."""

    class Unit(models.TextChoices):
        MILES = "mi", "miles"
        KILOMETRES = "km", "kilometres"
        HOURS = "h", "hours"
        CYCLES = "cycles", "cycles"
        MONTHS = "months", "months"

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="owned_products")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="owned_products")
    nickname = models.CharField(max_length=60, blank=True)
    serial_encrypted = models.TextField(blank=True, editable=False)
    usage = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    usage_unit = models.CharField(max_length=6, choices=Unit, default=Unit.MILES)
    bought_on = models.DateField(null=True, blank=True)
    under_warranty = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False, help_text="scopes search and plan")
    possession_shown_at = models.DateTimeField(null=True, blank=True, help_text="set by a moderator")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-is_default", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(is_default=True), name="one_default_owned_product"
            )
        ]

    def __str__(self) -> str:
        return self.nickname or str(self.product)
