"""`manage.py send_follow_ups`: ask the people who are trying something how it went."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from wiki.actions.trials import ask_how_it_went, forget_unconfirmed
from wiki.errors import MailRefused
from wiki.queries.trials import trials_to_ask


class Command(BaseCommand):
    """Mails the question that is due about each trial; running it again, or at the same time, sends nothing twice."""

    help = "Mail the questions that are due to people who are trying a remedy: after two weeks, after three months."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=0, help="send this many mails at most (0: all that are due)")
        parser.add_argument("--dry-run", action="store_true", help="say how many trials are old enough, send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        due = trials_to_ask(now)
        if options["dry_run"]:
            self.stdout.write(f"Trials old enough for a question: {due.count()}.")
            return
        forget_unconfirmed(now=now)
        sent = failed = 0
        keys = list(due.values_list("pk", flat=True))
        try:
            for key in tqdm(keys, unit=" trials", desc="follow-ups", disable=options["verbosity"] == 0):
                if options["limit"] and sent >= options["limit"]:
                    break
                try:
                    sent += ask_how_it_went(trial=due.model(pk=key), now=now)
                except MailRefused:
                    failed += 1
        except KeyboardInterrupt as interrupt:
            said = f"Stopped after {sent} mails; the same command goes on where it was."
            raise CommandError(said, returncode=130) from interrupt
        self.stdout.write(f"Mails sent: {sent}.")
        if failed:
            raise CommandError(f"Mails that did not leave: {failed}. The next run tries them again.")
