"""`manage.py send_notifications`: mail members what is new about what they follow."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from accounts.queries.notifications import members_to_mail
from wiki.actions.mailed_news import mail_news
from wiki.errors import MailRefused

IN_A_ROW = 3


class Command(BaseCommand):
    """Mails each member what is due, all in one; running it again, or at the same time, sends nothing twice."""

    help = "Nightly, and each minute if you like: mail members what is new about what they follow."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=0, help="send this many mails at most (0: all that are due)")
        parser.add_argument("--dry-run", action="store_true", help="say to how many members mail is due, send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        due = members_to_mail(now)
        if options["dry_run"]:
            self.stdout.write(f"Members to mail: {due.count()}.")
            return
        sent = failed = in_a_row = 0
        members = due.model.objects.in_bulk(list(due.values_list("pk", flat=True))).values()
        try:
            for member in tqdm(members, unit=" members", desc="news", disable=options["verbosity"] == 0):
                if (options["limit"] and sent >= options["limit"]) or in_a_row == IN_A_ROW:
                    break
                try:
                    sent += mail_news(member=member, now=now)
                    in_a_row = 0
                except MailRefused:
                    failed += 1
                    in_a_row += 1
        except KeyboardInterrupt as interrupt:
            said = f"Stopped after {sent} mails; the same command goes on where it was."
            raise CommandError(said, returncode=130) from interrupt
        self.stdout.write(f"Mails sent: {sent}.")
        if failed:
            stopped = " The mail server seems to be down, so the rest waits." if in_a_row == IN_A_ROW else ""
            raise CommandError(f"Mails that did not leave: {failed}. The next run tries them again.{stopped}")
