"""`manage.py forget_invitations`: end invitations that nobody answered and forget the addresses of old links."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actions.team import forget_invitations


class Command(BaseCommand):
    """Addresses of people who are no members are kept for as long as their link holds."""

    help = "Every night: end invitations whose time is over and forget the mail addresses of links that hold no longer."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_invitations(now=timezone.now())} addresses forgotten.")
