"""Delete counts of searches that are older than they may be kept."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wiki.actions.searches import forget_searches


class Command(BaseCommand):
    """Run it every night; a second run finds nothing left."""

    help = "Delete the counts of searches that are older than the community rule search_rules.days_counted."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_searches(now=timezone.now())} old counts of searches deleted.")
