"""`manage.py check_trust`: prove that points of trust and accuracies are what ledger and flags say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.queries.calibration import wrong_calibrations
from wiki.queries.claims import accuracies, members_to_look_at


class Command(BaseCommand):
    """Lists the members whose points differ from their ledger and fails if there are any."""

    help = "Prove that everybody's points of trust are the sum of their calibration ledger; fails where they are not."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = wrong_calibrations()
        for member, stored, due in wrong:
            self.stderr.write(f"member {member}: {stored}, the ledger says {due}")
        now = timezone.now()
        found = accuracies(members_to_look_at(now=now), now=now)
        stored_accuracies = User.objects.filter(pk__in=found).values_list("pk", "accuracy", "flag_accuracy")
        late = sum(found[pk] != (overall, flags) for pk, overall, flags in stored_accuracies)
        if late:
            self.stdout.write(f"{late} accuracies changed since the last night: calibrate_trust follows.")
        if wrong:
            raise CommandError(f"Wrong points: {len(wrong)}. rebuild_trust puts them right.")
        self.stdout.write(f"The points of trust of all {User.objects.count()} members equal their ledger.")
