"""`manage.py calibrate_trust`: hold every claim against verified outcomes and write what follows; for every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from wiki.actions.trust import record_night, weigh_anew
from wiki.queries.claims import night_of


class Command(BaseCommand):
    """Judges all claims, writes differences to the calibration ledger, and stores everybody's points and accuracy."""

    help = "Hold every outcome and vote against the verified outcomes of others and write the differences; nightly."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        night = night_of(today=now.date())
        with tqdm(unit=" members", desc="trust", disable=options["verbosity"] == 0, mininterval=0.3) as bar:
            for done, total in record_night(night=night, now=now):
                bar.total = total
                bar.update(done - bar.n)
        with tqdm(unit=" remedies", desc="evidence", disable=options["verbosity"] == 0, mininterval=0.3) as bar:
            for done, total in weigh_anew(now=now):
                bar.total = total
                bar.update(done - bar.n)
        self.stdout.write(f"{len(night.causes):,} claims judged, {int(night.found.scored.sum()):,} of them scored.")
