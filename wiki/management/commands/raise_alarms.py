"""`manage.py raise_alarms`: tell moderators what is out of the ordinary; for every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wiki.actions.alarms import raise_alarms
from wiki.queries.alarms import signs


class Command(BaseCommand):
    """Opens an alarm for each new sign, brings the figures of the others up to date and closes those that are gone."""

    help = "Raise alarms where the crowd contradicts verified outcomes or prices, and on pairs and workshops; nightly."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        raised, lowered = raise_alarms(signs=signs(now=now), now=now)
        self.stdout.write(f"New alarms: {raised}, gone: {lowered}.")
