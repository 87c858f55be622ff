"""A table that somebody brings: its file until it is imported, how that is read, and what became of each row."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from products.models import ImportRun


class TableImport(models.Model):
    """A file with how it is read. It is its importer's alone; the file is deleted after the run, or after a day."""

    class Kind(models.TextChoices):
        FIXES = "fixes", "fixes"
        OUTCOMES = "outcomes", "outcomes"
        OFFICIAL = "official", "official diagnostics"
        PARTS = "parts", "parts"
        PRODUCTS = "products", "products"

    kind = models.CharField(max_length=8, choices=Kind)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="table_imports")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="table_imports"
    )
    source_name = models.CharField(max_length=255)
    content = models.BinaryField(null=True, editable=False, help_text="the file, until its run is over")
    reading = models.JSONField(default=dict, blank=True, help_text="column by index, order of days, decimal mark, unit")
    created_at = models.DateTimeField()
    undo_asked_at = models.DateTimeField(null=True, blank=True, help_text="a long one is taken back in batches")
    run = models.OneToOneField(ImportRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="table_import")

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.source_name


class ImportedRow(models.Model):
    """What a row of a table made or changed, and how that stood before: what undoing needs."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="table_rows")
    line = models.PositiveIntegerField()
    model = models.CharField(max_length=60, help_text="app_label.modelname")
    object_id = models.PositiveBigIntegerField()
    version = models.PositiveIntegerField(default=0, help_text="of the post, as the run left it")
    before = models.JSONField(null=True, blank=True, help_text="what it said before; empty where the run made it")
    said = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["line", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "model", "object_id"], name="imported_row_once_per_run")]

    def __str__(self) -> str:
        return f"row {self.line}: {self.said}"


class RememberedColumns(models.Model):
    """Which column each heading meant, as an organisation (or a member without one) chose it last."""

    kind = models.CharField(max_length=8, choices=TableImport.Kind)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="remembered_columns"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="remembered_columns"
    )
    columns = models.JSONField(help_text="column by the key of its heading")

    class Meta:
        verbose_name_plural = "remembered columns"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organisation"],
                condition=models.Q(organisation__isnull=False),
                name="remembered_columns_once_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["kind", "member"],
                condition=models.Q(member__isnull=False),
                name="remembered_columns_once_per_member",
            ),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=True) | models.Q(member__isnull=True),
                name="remembered_columns_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.organisation_id or self.member_id}"
