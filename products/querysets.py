"""Which rows: the sets of products and official diagnostics that pages ask for."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

if TYPE_CHECKING:
    from products.models import Component, OfficialDiagnostic, Product  # noqa: F401 (named in annotations)


class ProductQuerySet(TreeQuerySet):
    """Products by their place in the tree."""

    def within(self, product: Product) -> ProductQuerySet:
        """The product and everything below it."""
        return self.filter(tree_id=product.tree_id, lft__gte=product.lft, rght__lte=product.rght)

    def on_path_of(self, product: Product) -> ProductQuerySet:
        """The product and its ancestors, root first."""
        return self.filter(tree_id=product.tree_id, lft__lte=product.lft, rght__gte=product.rght).order_by("lft")


class ProductManager(TreeManager.from_queryset(ProductQuerySet)):  # type: ignore[misc]
    """mptt's manager with Fixlore's sets."""


class ComponentQuerySet(TreeQuerySet):
    """Components by their place in the tree."""

    def within(self, component: Component) -> ComponentQuerySet:
        """The component and everything below it."""
        return self.filter(tree_id=component.tree_id, lft__gte=component.lft, rght__lte=component.rght)

    def on_path_of(self, component: Component) -> ComponentQuerySet:
        """The component and its ancestors, root first."""
        return self.filter(tree_id=component.tree_id, lft__lte=component.lft, rght__gte=component.rght).order_by("lft")


class ComponentManager(TreeManager.from_queryset(ComponentQuerySet)):  # type: ignore[misc]
    """mptt's manager with Fixlore's sets."""


class OfficialDiagnosticQuerySet(models.QuerySet["OfficialDiagnostic"]):
    """Official diagnostics by coverage and validity."""

    def in_force(self, on: datetime.date) -> OfficialDiagnosticQuerySet:
        """Those within their dates on that day; a superseded one counts until the day on which it is to end."""
        return self.filter(Q(superseded_by__isnull=True) | Q(effective_until__isnull=False)).filter(
            Q(effective_from__isnull=True) | Q(effective_from__lte=on),
            Q(effective_until__isnull=True) | Q(effective_until__gte=on),
        )

    def applying_to(self, product: Product) -> OfficialDiagnosticQuerySet:
        """Those that cover the product, an ancestor or something below it."""
        return self.filter(
            Q(
                coverage__product__tree_id=product.tree_id,
                coverage__product__lft__lte=product.lft,
                coverage__product__rght__gte=product.rght,
            )
            | Q(
                coverage__product__tree_id=product.tree_id,
                coverage__product__lft__gte=product.lft,
                coverage__product__rght__lte=product.rght,
            )
        ).distinct()
