"""`manage.py run_nightly`: everything that a site does every night, in its order; one line for cron or a timer."""

import logging
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

logger = logging.getLogger(__name__)

NIGHTLY = (
    "send_follow_ups",
    "reverse_bursts",
    "calibrate_trust",
    "raise_alarms",
    "run_monitor",
    "write_dump",
    "train_similarity",
    "forget_old_answers",
    "forget_invitations",
    "gather_news",
    "send_notifications",
    "forget_searches",
    "forget_deliveries",
)
"""Bursts go before trust is worked out, alarms look at what trust has found, the dump gives away what both have left,
and the news are gathered and mailed last."""


class Command(BaseCommand):
    """Runs each nightly command; each may be run again, so a night that was interrupted is simply begun anew."""

    help = "Run all nightly commands in their order; one that fails is named at the end and does not stop the others."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for name in NIGHTLY:
            self.stdout.write(f"{name}:")
            try:
                call_command(name, verbosity=options["verbosity"], stdout=self.stdout, stderr=self.stderr)
            except Exception as error:  # whatever stops one job must not keep the others from their night
                logger.exception("nightly: %s failed", name)
                self.stderr.write(f"{name} failed: {error}")
                failed.append(name)
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The others were done.")
