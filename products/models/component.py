"""The component tree: system > assembly > part."""

from django.db import models
from django.urls import reverse
from mptt.models import MPTTModel, TreeForeignKey

from products.models.imports import Imported
from products.querysets import ComponentManager


class SafetyClass(models.TextChoices):
    """How dangerous work on a component is (judgement.md A2.3)."""

    GREEN = "green", "green: ordinary care"
    AMBER = "amber", "amber: brake electrics, hot or sharp parts"
    RED = "red", "red: airbag, high voltage, fuel, brake hydraulics, steering, lifting"


class Component(MPTTModel, Imported):
    """A node of the component tree (brakes > switches > brake light switch)."""

    parent = TreeForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    key = models.CharField(
        max_length=120, db_index=True, editable=False, help_text="the name's letters and digits, in lower case"
    )
    safety_class = models.CharField(max_length=5, choices=SafetyClass, default=SafetyClass.GREEN)
    is_software = models.BooleanField(default=False, help_text="outcomes of software age faster than those of hardware")
    is_demonstration = models.BooleanField(default=False)

    objects = ComponentManager()

    class MPTTMeta:
        order_insertion_by = ["key"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("wiki:component", args=[self.slug])


class ComponentAlias(Imported):
    """Another name of a component: `stop lamp switch` for `brake light switch`."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, db_index=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "component aliases"
        constraints = [
            models.UniqueConstraint(fields=["component", "key"], name="component_alias_key_once_per_component")
        ]

    def __str__(self) -> str:
        return self.name
