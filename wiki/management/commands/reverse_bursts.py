"""`manage.py reverse_bursts`: take one-way bursts of votes back; for every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from wiki.actions.alarms import reverse_burst
from wiki.queries.alarms import bursts


class Command(BaseCommand):
    """Takes back the votes of each burst in a transaction of its own, so that an interrupted run goes on."""

    help = "Take one-way bursts of votes from a member for an author back, visibly in both ledgers; nightly."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        found = bursts(now=now)
        bar = tqdm(found, unit=" bursts", desc="bursts", disable=options["verbosity"] == 0 or not found)
        taken = sum(reverse_burst(burst=burst, now=now) for burst in bar)
        self.stdout.write(f"Bursts: {len(found)}, votes taken back: {taken}.")
