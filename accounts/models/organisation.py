"""Organisations: manufacturers, dealers, workshops and suppliers, verified by a moderator."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models.user import User
from products.models import Product


class Organisation(models.Model):
    """A company or workshop with members and a scope in the product tree; it counts once it is verified."""

    class Kind(models.TextChoices):
        MANUFACTURER = "manufacturer", "manufacturer"
        DEALER = "dealer", "dealer"
        WORKSHOP = "workshop", "workshop"
        SUPPLIER = "supplier", "parts supplier"

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    domain = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True, max_length=2000, help_text="what it says of itself, in public")
    website = models.URLField(blank=True, help_text="at its verified domain")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    scope = models.ManyToManyField(Product, through="Scope", related_name="organisations")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("wiki:organisation", args=[self.slug])


class Membership(models.Model):
    """A member's place in an organisation, from a day on and perhaps until one. Who comes back has a new one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    is_manager = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "member"],
                condition=Q(until__isnull=True),
                name="membership_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} at {self.organisation}"


class Scope(models.Model):
    """A part of the product tree that an organisation speaks for or works on."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="scopes")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="scopes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "product"], name="scope_once_per_product")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.product}"
