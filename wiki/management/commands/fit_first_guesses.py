"""`manage.py fit_first_guesses --as NAME`: fit the first chance of unproven fixes to verified outcomes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.errors import NotPermitted
from accounts.models import User
from wiki.actions.first_guesses import fit_first_guesses


class Command(BaseCommand):
    """Sets the community rules of the price classes, in the name of a member who may change rules."""

    help = "Fit the first chance of unproven fixes, by price class, to the verified outcomes of the site; monthly."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="actor", required=True, help="who changes the rules, for the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(username=options["actor"]).first()
        if actor is None:
            raise CommandError("There is no member of that name.")
        try:
            changes = fit_first_guesses(actor=actor, now=timezone.now())
        except NotPermitted as error:
            raise CommandError("That member may not change community rules.") from error
        for change in changes:
            self.stdout.write(f"{change.name}: {change.before} is now {change.after}")
        if not changes:
            self.stdout.write("Nothing to change.")
