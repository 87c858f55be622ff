"""`manage.py check_reputation`: prove that every score equals its ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.queries.reputation import wrong_scores


class Command(BaseCommand):
    """Lists the members whose reputation differs from their ledger and fails if there are any."""

    help = "Prove that every member's reputation is the sum of their ledger; fails where it is not."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = wrong_scores()
        for score in wrong:
            self.stderr.write(f"member {score.member_id}: {score.stored}, the ledger says {score.due}")
        if wrong:
            raise CommandError(f"Wrong scores: {len(wrong)}. rebuild_reputation puts them right.")
        self.stdout.write(f"All {User.objects.count()} scores equal their ledger.")
