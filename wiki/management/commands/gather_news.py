"""`manage.py gather_news`: tell followers of what imports and the monitor brought, forget old notifications."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actions.notifications import forget_old_notifications
from wiki.actions.following import tell_of_diagnostics, tell_of_issues


class Command(BaseCommand):
    """What nobody's act tells of; each thing is told once, however often it runs."""

    help = "Nightly: tell followers of what imports and the monitor brought, and delete old notifications."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        looked = tell_of_diagnostics(now=now)
        issues = tell_of_issues(now=now)
        forgotten = forget_old_notifications(now=now)
        self.stdout.write(f"Looked at: {looked} official diagnostics, {issues} emerging issues.")
        self.stdout.write(f"Old notifications deleted: {forgotten}.")
