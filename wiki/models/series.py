"""Series: reports of a component at a product, week by week. All rows are derived; `rebuild_monitor` makes them again.

Only `wiki.actions.series` writes them.
"""

from django.db import models

from products.models import Component, Product


class SeriesWeek(models.Model):
    """What came in during one week about a component at the product that the reports name; nothing of its parents.

    What stands below a product is added up when it is read: a report changes one row, and a product that moves none.
    A row with nothing in it does not exist.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, db_index=False, related_name="series")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="series")
    week = models.DateField(db_index=True, help_text="its Monday")
    reports = models.PositiveIntegerField(default=0, help_text="sightings, but for those prompted by a recall")
    recall_prompted = models.PositiveIntegerField(default=0, help_text="complaints sent in because of a recall")
    failed_outcomes = models.PositiveIntegerField(default=0, help_text="remedies that failed or made it worse")
    fires = models.PositiveIntegerField(default=0, help_text="of the sightings, those with fire as the gravest")
    crashes = models.PositiveIntegerField(default=0)
    injuries = models.PositiveIntegerField(default=0, help_text="with injury or death as the gravest")

    class Meta:
        ordering = ["week", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "component", "week"], name="series_week_once"),
        ]

    def __str__(self) -> str:
        return f"{self.component} on {self.product}, week of {self.week}"


class MonitorState(models.Model):
    """How far the monitor has come; one row, held by whoever writes series. The numbers are made from the series."""

    through = models.DateField(null=True, blank=True, help_text="Monday of the last week that it has looked at")
    changed_from = models.DateField(
        null=True, blank=True, help_text="the earliest week, of those, of which something has changed since"
    )
    ran_at = models.DateTimeField(null=True, blank=True)
    watch = models.FloatField(null=True, blank=True, help_text="nats from which a series was on watch, as calibrated")
    alert = models.FloatField(null=True, blank=True, help_text="nats from which it was an alert")

    class Meta:
        verbose_name_plural = "monitor state"

    def __str__(self) -> str:
        return f"through {self.through}"
