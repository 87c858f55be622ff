"""The products app."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """What exists: product tree, components, fault codes, official diagnostics."""

    name = "products"
