"""Recorded import runs: what a run read, refused, made and changed, so that it resumes and can be undone."""

from django.db import models


class ImportRun(models.Model):
    """One reading of one file by one importer, in batches with a checkpoint."""

    class State(models.TextChoices):
        RUNNING = "running", "running"
        INTERRUPTED = "interrupted", "interrupted"
        FINISHED = "finished", "finished"
        REFUSED = "refused", "refused"
        UNDONE = "undone", "undone"

    importer = models.CharField(max_length=60)
    source_name = models.CharField(max_length=255)
    source_digest = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal")
    options = models.JSONField(default=dict, blank=True, help_text="what the importer was told besides the file")
    started_by = models.CharField(max_length=150, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    checkpoint = models.PositiveBigIntegerField(default=0, help_text="rows read and committed")
    rows_total = models.PositiveBigIntegerField(null=True, blank=True, help_text="rows of the file, once counted")
    rows_created = models.PositiveBigIntegerField(default=0)
    rows_updated = models.PositiveBigIntegerField(default=0)
    rows_unchanged = models.PositiveBigIntegerField(default=0)
    rows_refused = models.PositiveBigIntegerField(default=0)
    rows_waiting = models.PositiveBigIntegerField(default=0, help_text="rows of products that nobody has named yet")
    rows_ignored = models.PositiveBigIntegerField(default=0, help_text="rows of names that a person chose to ignore")
    message = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["importer", "source_digest"])]

    def __str__(self) -> str:
        return f"{self.importer} {self.source_name} ({self.state})"


class ImportRefusal(models.Model):
    """A row that a run refused, with its line and the reason."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    line = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=255)
    excerpt = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class ImportChange(models.Model):
    """What a row was before a run changed it; undoing the run puts it back."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    model = models.CharField(max_length=100, help_text="app_label.modelname")
    object_id = models.PositiveBigIntegerField()
    before = models.JSONField(help_text="the changed fields as they were")
    after = models.JSONField(help_text="the changed fields as the run left them")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "model", "object_id"], name="import_change_once_per_run")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id} before run {self.run_id}"


class Imported(models.Model):
    """A row that an import run may have made."""

    created_by_run = models.ForeignKey(
        ImportRun, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True
