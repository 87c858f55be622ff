"""What an authority looked into before, or instead of, a recall."""

from django.db import models

from products.models.component import Component
from products.models.imports import Imported
from products.models.product import Product

_STAGES = {
    "PE": "preliminary evaluation",
    "EA": "engineering analysis",
    "DP": "defect petition",
    "RQ": "recall query",
    "AQ": "audit query",
    "EQ": "equipment query",
    "SQ": "service query",
}


class Investigation(Imported):
    """An investigation: context for the products and campaigns it is linked with. It ranks nothing."""

    number = models.CharField(max_length=20, unique=True)
    subject = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    url = models.URLField(blank=True)
    source = models.CharField(max_length=160, blank=True, help_text="attribution of an imported row")
    products = models.ManyToManyField(Product, through="InvestigationProduct", related_name="investigations")
    components = models.ManyToManyField(Component, through="InvestigationComponent", related_name="investigations")

    class Meta:
        ordering = ["-opened_on", "-number"]

    def __str__(self) -> str:
        return f"investigation {self.number}"

    @property
    def stage(self) -> str:
        """What the letters of the number mean: EA is an engineering analysis."""
        return _STAGES.get(self.number[:2], "investigation")


class InvestigationProduct(Imported):
    """A product that an investigation is about."""

    investigation = models.ForeignKey(Investigation, on_delete=models.CASCADE, related_name="product_links")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="investigation_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["investigation", "product"], name="investigation_names_a_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} is about {self.product_id}"


class InvestigationComponent(Imported):
    """A component that an investigation is about."""

    investigation = models.ForeignKey(Investigation, on_delete=models.CASCADE, related_name="component_links")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="investigation_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["investigation", "component"], name="investigation_names_a_component_once")
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} is about {self.component_id}"


class InvestigationCampaign(Imported):
    """A recall campaign that an investigation led to, by its number: the campaign may be imported later or never."""

    investigation = models.ForeignKey(Investigation, on_delete=models.CASCADE, related_name="campaigns")
    number = models.CharField(max_length=60, db_index=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["investigation", "number"], name="investigation_names_a_campaign_once")
        ]

    def __str__(self) -> str:
        return self.number
