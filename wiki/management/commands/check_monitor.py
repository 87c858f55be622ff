"""`manage.py check_monitor`: prove that series and issues are what the reports make of them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wiki.models import MonitorState
from wiki.monitor.checking import wrong_figures
from wiki.queries.series import differences


class Command(BaseCommand):
    """Counts all sightings again; where nothing has changed since the last look, its figures are made again too."""

    help = "Prove that the weekly series equal the sightings and the issues' figures a fresh look; fails where not."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = differences()
        state = MonitorState.objects.filter(pk=1).first()
        if state is not None and state.through is not None:
            if state.changed_from is None:
                wrong += wrong_figures(state.through)
            else:
                self.stdout.write(
                    f"The issues are due: reports of the week of {state.changed_from} came after the look."
                )
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError(f"Wrong: {len(wrong)}. rebuild_monitor puts it right.")
        self.stdout.write("The weekly series equal the sightings, and the issues a fresh look at them.")
