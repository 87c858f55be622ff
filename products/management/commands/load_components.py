"""Load the shipped list of components."""

from typing import Any

from django.core.management.base import BaseCommand

from products.actions.load_components import load_components
from products.seed import seed_components


class Command(BaseCommand):
    """Make the shipped components and aliases that are missing; a second run changes nothing."""

    help = "Load the shipped list of components; what is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        components, aliases = load_components(entries=seed_components())
        if components or aliases:
            self.stdout.write(f"{components} components and {aliases} other names added.")
        else:
            self.stdout.write("Nothing changed: every shipped component is there.")
