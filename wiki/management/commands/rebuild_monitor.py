"""`manage.py rebuild_monitor`: count the weekly series again and look at everything anew."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from wiki.actions.series import rebuild_series


class Command(BaseCommand):
    """The series in one transaction, the issues through `run_monitor`: what people did with them stays."""

    help = "Make the weekly series anew from sightings and outcomes, then the figures of all issues from them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Weekly rows counted anew: {rebuild_series():,}.")
        call_command("run_monitor", again=True, verbosity=options["verbosity"], stdout=self.stdout, stderr=self.stderr)
