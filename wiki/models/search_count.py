"""How often something was searched for, by day, without a trace of who did."""

from django.db import models


class SearchCount(models.Model):
    """Searches of one day for the same words. The words are kept once several days have them, a keyed digest before."""

    day = models.DateField(db_index=True)
    digest = models.CharField(max_length=32, help_text="keyed, of the words")
    text = models.CharField(max_length=80, blank=True, help_text="stems and fault codes; empty until they are common")
    found = models.BooleanField(help_text="whether anything was found")
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-day", "-times"]
        constraints = [models.UniqueConstraint(fields=["day", "digest", "found"], name="search_count_once_a_day")]
        indexes = [models.Index(fields=["digest"], name="search_count_digest")]

    def __str__(self) -> str:
        return f"{self.day}: {self.text or 'not common yet'}"
