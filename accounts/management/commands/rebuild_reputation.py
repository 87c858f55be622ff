"""`manage.py rebuild_reputation`: compute every score from the ledger again."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.reputation import rebuild_reputation


class Command(BaseCommand):
    """Sets each member's reputation to the sum of their ledger, never below the floor."""

    help = "Compute every member's reputation from the ledger again."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = rebuild_reputation()
        self.stdout.write(f"Scores that were wrong and are right now: {wrong}.")
