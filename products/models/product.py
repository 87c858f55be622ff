"""The product tree: category > make > model > generation > year > variant."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from mptt.models import MPTTModel, TreeForeignKey

from products.models.imports import Imported
from products.querysets import ProductManager


class Product(MPTTModel, Imported):
    """A node of the product tree; everything attaches at any level and is inherited downwards.

    Rows are written by `products.actions.tree` alone, which holds the tree lock: mptt corrupts silently under
    concurrent inserts.
    """

    class Level(models.TextChoices):
        CATEGORY = "category", "category"
        MAKE = "make", "make"
        MODEL = "model", "model"
        GENERATION = "generation", "generation"
        YEAR = "year", "year"
        VARIANT = "variant", "variant"

    parent = TreeForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=10, choices=Level)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80)
    path = models.CharField(max_length=255, unique=True, help_text="the slugs from the root, joined by /")
    full_name = models.CharField(max_length=255, help_text="as a person says it: 2004 Land Rover Range Rover 4.4 V8")
    key = models.CharField(
        max_length=120, db_index=True, editable=False, help_text="the name's letters and digits, in lower case"
    )
    full_name_key = models.CharField(
        max_length=255, db_index=True, editable=False, help_text="the full name's letters and digits, in lower case"
    )
    year_from = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1885), MaxValueValidator(2100)]
    )
    year_to = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1885), MaxValueValidator(2100)]
    )
    is_demonstration = models.BooleanField(default=False)

    objects = ProductManager()

    class MPTTMeta:
        order_insertion_by = ["key"]

    class Meta:
        indexes = [models.Index(fields=["kind", "slug"])]
        constraints = [
            models.UniqueConstraint(fields=["parent", "slug"], name="product_slug_once_per_parent"),
            models.UniqueConstraint(fields=["parent", "key"], name="product_key_once_per_parent"),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(kind="category"), name="product_root_is_a_category"
            ),
            models.CheckConstraint(
                condition=Q(year_from__isnull=True) | Q(year_to__isnull=True) | Q(year_to__gte=models.F("year_from")),
                name="product_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("wiki:product", args=[self.path])


class ProductAlias(Imported):
    """Another name or spelling of a product: `LAND ROVER`, `Landrover`, `F150` for `F-150`."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, db_index=True, help_text="letters and digits only, in lower case")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "product aliases"
        constraints = [models.UniqueConstraint(fields=["product", "key"], name="product_alias_key_once_per_product")]

    def __str__(self) -> str:
        return self.name


class FormerPath(models.Model):
    """A path that a product had before it was renamed or moved; it redirects."""

    path = models.CharField(max_length=255, unique=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="former_paths")

    def __str__(self) -> str:
        return self.path
