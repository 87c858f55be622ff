"""Roles: what a member was given."""

from django.db import models
from django.db.models import Q

from accounts.models.user import User
from products.models import Product


class Role(models.Model):
    """A role held everywhere or on a product and all below it.

    Professionals and manufacturer's staff need no row: they follow from a membership in a verified organisation.
    """

    class Name(models.TextChoices):
        MODERATOR = "moderator", "moderator"
        ADMIN = "admin", "admin"

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=10, choices=Name)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "name"], condition=Q(product__isnull=True), name="role_once_everywhere"
            ),
            models.UniqueConstraint(
                fields=["member", "name", "product"],
                condition=Q(product__isnull=False),
                name="role_once_per_product",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.name}"
