"""`manage.py close_demo_accounts`: nobody signs in with a demonstration account any more."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.members import close_demonstration_accounts


class Command(BaseCommand):
    """Takes the passwords of the demonstration accounts away; what they wrote stays, marked as demonstration."""

    help = "Take the passwords of all demonstration accounts away, so that production may start."

    def handle(self, *args: Any, **options: Any) -> None:
        names = close_demonstration_accounts()
        self.stdout.write(f"Closed: {', '.join(names)}." if names else "No demonstration account was open.")
