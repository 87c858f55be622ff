"""`manage.py forget_deliveries`: delete what the log of webhooks need not keep any more."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wiki.actions.webhook_delivery import forget_old_deliveries


class Command(BaseCommand):
    """Run again, it deletes nothing more."""

    help = "Nightly: delete tries and deliveries of webhooks that are older than the community keeps them."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Rows deleted: {forget_old_deliveries(now=timezone.now())}.")
