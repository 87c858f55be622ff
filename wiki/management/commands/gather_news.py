"""`manage.py gather_news`: tell followers of what imports brought, and forget old notifications."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actions.notifications import forget_old_notifications
from wiki.actions.following import tell_of_imported_diagnostics


class Command(BaseCommand):
    """What nobody's act tells of; each thing is told once, however often it runs."""

    help = "Nightly: tell followers of official diagnostics that imports brought, and delete old notifications."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        looked = tell_of_imported_diagnostics(now=now)
        forgotten = forget_old_notifications(now=now)
        self.stdout.write(f"Imported official diagnostics looked at: {looked}. Old notifications deleted: {forgotten}.")
