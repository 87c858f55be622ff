"""Load the demonstration data and print the accounts."""

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wiki.demo import load_demonstration
from wiki.demo.accounts import demo_accounts


class Command(BaseCommand):
    """Load the demonstration data once; a second run changes nothing and says so."""

    help = "Load the demonstration data and print the accounts to sign in with."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demonstration accounts have a password that everybody knows: not in production.")
        loaded = load_demonstration(now=timezone.now())
        if loaded:
            call_command("run_monitor", verbosity=0, stdout=StringIO())
        self.stdout.write("Demonstration data loaded." if loaded else "Demonstration data is there already.")
        self.stdout.write("Sign in with (mail address, password):")
        for account in demo_accounts():
            self.stdout.write(f"  {account.name:<14}{account.mail:<28}{account.password}")
