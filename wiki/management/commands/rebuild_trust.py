"""`manage.py rebuild_trust`: compute everybody's points of trust from the ledger again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wiki.actions.trust import rebuild_trust


class Command(BaseCommand):
    """Sets each member's points of trust to the sum of their calibration ledger."""

    help = "Compute everybody's points of trust from the calibration ledger again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Points that were wrong and are right now: {rebuild_trust(now=timezone.now())}.")
