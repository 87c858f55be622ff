"""Prove that the product and component trees are what a rebuild would give."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from products.models import Component, Product
from products.queries.tree_check import faults_of_the_component_tree, faults_of_the_product_tree

_SHOWN = 20


class Command(BaseCommand):
    """Compare every stored number, path and name with the derived one; exit 1 when one differs."""

    help = "Prove that the product and component trees are what a rebuild would give."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = faults_of_the_product_tree() + faults_of_the_component_tree()
        for fault in faults[:_SHOWN]:
            self.stderr.write(fault)
        if len(faults) > _SHOWN:
            self.stderr.write(f"… and {len(faults) - _SHOWN} more")
        if faults:
            raise CommandError(f"{len(faults)} faults in the trees. `manage.py rebuild_tree` works them out afresh.")
        self.stdout.write(f"{Product.objects.count()} products and {Component.objects.count()} components: all right.")
