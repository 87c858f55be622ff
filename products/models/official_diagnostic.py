"""What the manufacturer says: recalls, service bulletins, diagnostic procedures, manual sections."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify

from products.models.component import Component
from products.models.fault_code import FaultCode
from products.models.imports import Imported
from products.models.product import Product
from products.querysets import OfficialDiagnosticQuerySet


class OfficialDiagnostic(Imported):
    """One official statement with its situation, cause, action and remedy. One campaign is one diagnostic."""

    class Kind(models.TextChoices):
        RECALL = "recall", "recall"
        BULLETIN = "bulletin", "service bulletin"
        PROCEDURE = "procedure", "diagnostic procedure"
        MANUAL = "manual", "manual section"

    kind = models.CharField(max_length=10, choices=Kind)
    publisher = models.CharField(max_length=80, help_text="who numbered it: NHTSA, Land Rover")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=255)
    situation = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    action = models.TextField(blank=True)
    consequence = models.TextField(blank=True)
    warning = models.TextField(
        blank=True, help_text="the official safety warning, pinned above a plan of the red class"
    )
    url = models.URLField(blank=True)
    market = models.CharField(max_length=2, blank=True, help_text="ISO 3166 country; empty means every market")
    issued_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_until = models.DateField(null=True, blank=True)
    remedy_available = models.BooleanField(default=True)
    park_it = models.BooleanField(default=False, help_text="the maker says: do not use it")
    park_outside = models.BooleanField(default=False, help_text="the maker says: park it away from buildings")
    over_the_air = models.BooleanField(default=False)
    remedy_title = models.CharField(max_length=160, blank=True, help_text="what is done: Replace the body computer")
    remedy_cost = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    remedy_currency = models.CharField(max_length=3, default="USD")
    remedy_hours = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="supersedes"
    )
    components = models.ManyToManyField(
        Component, blank=True, through="DiagnosticComponent", related_name="official_diagnostics"
    )
    codes = models.ManyToManyField(FaultCode, blank=True, related_name="official_diagnostics")
    version = models.PositiveIntegerField(default=1, help_text="how often its publisher has revised it here, plus one")
    source = models.CharField(max_length=160, blank=True, help_text="attribution of an imported row")
    is_demonstration = models.BooleanField(default=False)

    objects = OfficialDiagnosticQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["publisher", "number"], name="official_diagnostic_number_once_per_publisher"
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=models.F("id")),
                name="official_diagnostic_not_superseded_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("wiki:official", args=[self.pk, slugify(self.title)[:60] or "diagnostic"])


class DiagnosticComponent(Imported):
    """A component that a diagnostic speaks about."""

    diagnostic = models.ForeignKey(OfficialDiagnostic, on_delete=models.CASCADE, related_name="component_links")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="diagnostic_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["diagnostic", "component"], name="diagnostic_names_a_component_once")
        ]

    def __str__(self) -> str:
        return f"{self.diagnostic_id} is about {self.component_id}"


class DiagnosticPart(Imported):
    """A part that a recall is about, as its maker reported it."""

    diagnostic = models.ForeignKey(OfficialDiagnostic, on_delete=models.CASCADE, related_name="parts")
    key = models.CharField(max_length=120, help_text="letters and digits of the number, or of the name without one")
    name = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=400, blank=True)
    supplier = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["name", "number"]
        constraints = [models.UniqueConstraint(fields=["diagnostic", "key"], name="diagnostic_names_a_part_once")]

    def __str__(self) -> str:
        return self.number or self.name


class DiagnosticProduct(Imported):
    """A product that a diagnostic covers, with the serial numbers or build dates that narrow it."""

    diagnostic = models.ForeignKey(OfficialDiagnostic, on_delete=models.CASCADE, related_name="coverage")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="coverage")
    serial_from = models.CharField(max_length=40, blank=True)
    serial_to = models.CharField(max_length=40, blank=True)
    built_from = models.DateField(null=True, blank=True)
    built_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "product", "serial_from"], name="diagnostic_covers_a_range_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.diagnostic_id} covers {self.product_id}"


class DiagnosticDocument(Imported):
    """A document that belongs to a diagnostic: owner letter, remedy instructions, bulletin."""

    diagnostic = models.ForeignKey(OfficialDiagnostic, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    url = models.URLField(blank=True, max_length=400)

    class Meta:
        ordering = ["name"]
        # A bulletin is known by the number under which the agency filed it, and that is a document's name.
        indexes = [models.Index(fields=["name"], name="diagnostic_document_name")]
        constraints = [models.UniqueConstraint(fields=["diagnostic", "name"], name="document_once_per_diagnostic")]

    def __str__(self) -> str:
        return self.name
