"""`manage.py rebuild_evidence`: add up outcomes and votes again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from wiki.actions.evidence import rebuild_remedy_evidence
from wiki.queries.evidence import remedies_with_evidence


class Command(BaseCommand):
    """Each remedy is done in a transaction of its own: plans stay right at every moment, and an end is no harm."""

    help = "Make the evidence of every remedy anew from its outcomes and votes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--start", type=int, default=0, help="the remedy (id) to go on with after an interruption")

    def handle(self, *args: Any, **options: Any) -> None:
        remedies = [pk for pk in remedies_with_evidence() if pk >= options["start"]]
        with tqdm(remedies, unit=" remedies", desc="evidence", disable=options["verbosity"] == 0) as bar:
            for remedy in bar:
                try:
                    rebuild_remedy_evidence(remedy=remedy, now=timezone.now())
                except KeyboardInterrupt as stop:
                    raise CommandError(f"Interrupted: `rebuild_evidence --start {remedy}` goes on.") from stop
        self.stdout.write(f"Remedies whose evidence was made anew: {len(remedies):,}.")
