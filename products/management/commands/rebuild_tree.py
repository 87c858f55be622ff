"""Work out the product and component trees afresh from parents and names."""

from typing import Any

from django.core.management.base import BaseCommand

from products.actions.components import rebuild_component_tree
from products.actions.tree import rebuild_tree


class Command(BaseCommand):
    """Rewrite numbers, paths and full names where they differ from what parents and names give."""

    help = "Work out the product and component trees afresh from parents and names."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_tree()} products and {rebuild_component_tree()} components were wrong.")
