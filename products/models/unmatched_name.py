"""Names in imported files that no product has, so that a person decides once what each means."""

from django.db import models

from products.models.imports import ImportRun
from products.models.product import Product, ProductAlias


class UnmatchedName(models.Model):
    """A make, model or year that files name and the tree does not know, below products that it knows."""

    class Decision(models.TextChoices):
        WAITING = "", "waits"
        ALIAS = "alias", "another name of"
        CREATED = "created", "made a product"
        IGNORED = "ignored", "ignored"

    kind = models.CharField(max_length=10, choices=Product.Level)
    name = models.CharField(max_length=120)
    above = models.CharField(max_length=500, blank=True, help_text="what it stands under, as the files name it")
    place = models.JSONField(help_text="the way from the root: pairs of level and name, the name itself last")
    key = models.CharField(
        max_length=800, unique=True, help_text="letters and digits of each step, in lower case, joined by /"
    )
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True, default="", db_index=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    alias = models.ForeignKey(ProductAlias, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="made by the decision"
    )

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at=None)
                | (~models.Q(decision="") & models.Q(decided_at__isnull=False)),
                name="unmatched_name_decided_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.above} {self.name}".strip()


class UnmatchedRows(models.Model):
    """How many rows of the file of a run wait for a name; a later run of a file of that name replaces it."""

    name = models.ForeignKey(UnmatchedName, on_delete=models.CASCADE, related_name="waiting")
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="waiting")
    rows = models.PositiveBigIntegerField()

    class Meta:
        verbose_name_plural = "unmatched rows"
        constraints = [models.UniqueConstraint(fields=["name", "run"], name="unmatched_rows_once_per_name_and_run")]

    def __str__(self) -> str:
        return f"{self.rows:,} rows wait for {self.name}"
